import type { EventName } from '../events.js'
import { shapeOf } from './index.js'
import { type ActionShape, type DetailKind, detailKinds } from './shape.js'

const idForm = /^(?:[a-z]{2,12}_[0-9a-f]{32}|[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})$/
const codeForm = /^[\p{L}\p{N}_.:/@+*-]{1,120}$/u
const timeForm = /^\d{4,6}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?Z$/
const hashForm = /^[0-9a-f]{64}$/
const commitmentForm = /^[\w-]{43}$/ // 32 bytes, base64url
const MOST_VALUES = 500
const MOST_TEXT = 2000

type Test = (value: unknown) => boolean

const like =
  (form: RegExp): Test =>
  (value) =>
    typeof value === 'string' && form.test(value)
const each =
  (test: Test): Test =>
  (value) =>
    Array.isArray(value) && value.length <= MOST_VALUES && value.every(test)
const isCount: Test = (value) => Number.isSafeInteger(value) && Number(value) >= 0
const byName =
  (test: Test): Test =>
  (value) =>
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    Object.entries(value).every(([name, one]) => codeForm.test(name) && test(one))

const shownKeys: Readonly<Record<string, Test>> = {
  class: like(codeForm),
  clear: isCount,
  masked: isCount,
  redacted: isCount,
  policy: like(codeForm),
}
const isShown: Test = (value) =>
  typeof value === 'object' &&
  value !== null &&
  'class' in value &&
  Object.entries(value).every(([key, one]) => Object.hasOwn(shownKeys, key) && shownKeys[key]?.(one))

const tests: Readonly<Record<DetailKind, Test>> = {
  id: like(idForm),
  ids: each(like(idForm)),
  code: like(codeForm),
  codes: each(like(codeForm)),
  count: isCount,
  counts: byName(isCount),
  flag: (value) => typeof value === 'boolean',
  time: like(timeForm),
  hash: like(hashForm),
  names: byName(like(codeForm)),
  personal: byName(like(commitmentForm)),
  shown: byName(isShown),
  text: (value) => typeof value === 'string' && value.length <= MOST_TEXT,
}

interface Key {
  readonly kind: DetailKind
  readonly isOptional: boolean
}

const compiled = new Map<ActionShape, ReadonlyMap<string, Key>>()

/** The keys of a shape, read once. */
function keysOf(shape: ActionShape): ReadonlyMap<string, Key> {
  let keys = compiled.get(shape)
  if (!keys) {
    keys = new Map(
      Object.entries(shape.detail).map(([name, text]) => [
        name,
        { kind: text.replace('?', '') as DetailKind, isOptional: text.endsWith('?') },
      ]),
    )
    compiled.set(shape, keys)
  }
  return keys
}

/**
 * What is wrong with the detail of an event, by names of keys and never by values; null when it has the shape that the
 * catalogue declares.
 */
export function detailFault(event: EventName, detail: Readonly<Record<string, unknown>>): string | null {
  const keys = keysOf(shapeOf(event))
  for (const [name, { kind, isOptional }] of keys) {
    const value = detail[name] ?? null
    if (value === null ? !isOptional : !tests[kind](value))
      return `${event}: ${name} must be ${detailKinds[kind]}`
  }
  for (const name of Object.keys(detail)) if (!keys.has(name)) return `${event}: ${name} is not declared`
  return null
}

/**
 * The detail of an event as it is written: JSON, after it was compared with the catalogue.
 * @throws {TypeError} naming the key, when it is not what is declared.
 */
export function checkedDetail(event: EventName, detail: Readonly<Record<string, unknown>>): string {
  const fault = detailFault(event, detail)
  if (fault) throw new TypeError(`not an event of the catalogue: ${fault}`)
  return JSON.stringify(detail)
}
