import { adfLimits } from './limits.js'
import { all, attribute, type Place, plainWord, text, word } from './place.js'

/**
 * The name of a contact. A full name is never split, because where the family name starts cannot be known; parts are
 * composed into a full name when none was sent. Source: ADF 1.0 DTD transcript, `name@part`, `name@type`.
 */
export function readName(contact: Place): PersonName {
  const names = all(contact, 'name', adfLimits.names)
  const parts = new Map<Part, string>()
  for (const place of names) {
    const value = text(place)
    const part = word(attribute(place, 'part'), partWords, place, 'full' as const)
    if (value !== null && part && !parts.has(part)) parts.set(part, value)
  }
  const composed = composedOf.flatMap((part) => parts.get(part) ?? []).join(' ')
  const isBusiness = names.some((place) => plainWord(attribute(place, 'type') ?? '') === 'business')
  return {
    kind: isBusiness ? 'JURISTIC' : 'PERSON',
    first: parts.get('first') ?? null,
    last: parts.get('last') ?? null,
    full: parts.get('full') ?? (composed || null),
  }
}

/** A name and whether it is that of a business. */
export interface PersonName {
  readonly kind: 'PERSON' | 'JURISTIC'
  readonly first: string | null
  readonly last: string | null
  readonly full: string | null
}

type Part = 'full' | 'first' | 'middle' | 'last' | 'suffix'
const composedOf: readonly Part[] = ['first', 'middle', 'last', 'suffix']
const partWords = new Map<string, Part>([
  ['full', 'full'],
  ['first', 'first'],
  ['middle', 'middle'],
  ['last', 'last'],
  ['surname', 'last'],
  ['suffix', 'suffix'],
])
