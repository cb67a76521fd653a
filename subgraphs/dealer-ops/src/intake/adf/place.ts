import type { DiagnosticLog } from './diagnostics.js'
import { adfLimits } from './limits.js'
import { childrenOf, type XmlElement } from './tree.js'

/**
 * An element together with where it stands. Whatever is asked for is remembered in `read`, so that
 * {@link unreadFields} needs no second list of known elements.
 */
export interface Place {
  readonly element: XmlElement
  readonly path: string
  readonly read: Set<XmlElement>
  readonly log: DiagnosticLog
}

/** The child elements of that name, at most `limit`; the surplus is noted. */
export function all(place: Place, name: string, limit = Number.POSITIVE_INFINITY): readonly Place[] {
  const found = childrenOf(place.element).filter((child) => child.name === name)
  for (const child of found) place.read.add(child)
  const path = `${place.path}.${name}`
  if (found.length > limit) place.log.note('LIMIT_EXCEEDED', path)
  return found.slice(0, limit).map((element, index) => ({ ...place, element, path: `${path}[${index}]` }))
}

/** The one child element of that name (or of an alias): the first that is not empty. More than one is noted. */
export function one(place: Place, ...names: readonly string[]): Place | null {
  const found = names.flatMap((name) => all(place, name)).filter((child) => child.element.content.length > 0)
  if (found.length > 1) place.log.note('REPEATED_ELEMENT', `${place.path}.${names[0]}`)
  const first = found[0]
  return first ? { ...first, path: first.path.replace(/\[0\]$/, '') } : null
}

/** The text of an element, HTML formatting and white space around it taken off; null when there is none. */
export function text(place: Place): string | null {
  return bounded(flatten(place.element, place.read), place)
}

/** The text of the one child of that name (or of an alias). */
export function textAt(place: Place, ...names: readonly string[]): string | null {
  const child = one(place, ...names)
  return child && text(child)
}

/** The attribute of that name (or of an alias); null when absent or empty. */
export function attribute(place: Place, ...names: readonly string[]): string | null {
  const value = names.map((name) => place.element.attributes.get(name)).find((found) => found !== undefined)
  return bounded(value ?? '', place)
}

/** Looks a word up regardless of case, spaces and hyphens; an unknown word is noted. `absent` is for no word at all. */
export function word<T, A>(
  value: string | null,
  table: ReadonlyMap<string, T>,
  place: Place,
  absent: A,
): T | A | null {
  if (value === null) return absent
  const known = table.get(plainWord(value))
  if (known === undefined) place.log.note('UNKNOWN_WORD', place.path)
  return known ?? null
}

/** Lower-case letters only: `Trade-In` and `trade in` are one word. */
export function plainWord(value: string): string {
  return value.toLowerCase().replace(/[^a-z]/g, '')
}

/** Paths of the elements nobody asked for, below `place`; a name that could itself be a value is shown as `(other)`. */
export function unreadFields(place: Place): readonly string[] {
  const paths = new Set<string>()
  const visit = (element: XmlElement, path: string): void => {
    for (const child of childrenOf(element)) {
      const childPath = path + (/^[a-z][a-z_-]{0,31}$/.test(child.name) ? child.name : '(other)')
      if (place.read.has(child)) visit(child, `${childPath}.`)
      else paths.add(childPath)
    }
  }
  visit(place.element, '')
  return [...paths].slice(0, adfLimits.unknownFields)
}

/** Formatting of HTML, for comments pasted from a web page, and what each becomes. Other elements are no text. */
const formatting = new Map([
  ...['b', 'i', 'u', 'em', 'strong', 'span', 'font', 'a', 'ul', 'ol'].map((name) => [name, ''] as const),
  ...['br', 'p', 'div', 'li'].map((name) => [name, '\n'] as const),
])

function flatten(element: XmlElement, read: Set<XmlElement>): string {
  return element.content
    .map((item) => {
      if (typeof item === 'string') return item
      const ending = formatting.get(item.name)
      if (ending === undefined) return ''
      read.add(item)
      return flatten(item, read) + ending
    })
    .join('')
}

/** Cuts at a whole character; `String.trim` would also take characters that are not XML white space. */
function bounded(value: string, place: Place): string | null {
  const trimmed = value.replace(/^[ \t\r\n]+/, '').replace(/(?<![ \t\r\n])[ \t\r\n]+$/, '')
  const bytes = Buffer.from(trimmed)
  if (bytes.length <= adfLimits.textBytes) return trimmed === '' ? null : trimmed
  place.log.note('TEXT_CUT', place.path)
  const cut = bytes.subarray(0, adfLimits.textBytes)
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(cut, { stream: true })
}
