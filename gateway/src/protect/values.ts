import { Refusal } from '../answers/index.js'
import { type LimitName, limits } from './limits.js'

const labels: Partial<Record<LimitName, string>> = {
  depth: 'levels of fields',
  nesting: 'levels of selections',
  aliases: 'aliases',
  rootFields: 'root fields',
  directives: 'directives',
  fields: 'fields',
  variables: 'variables',
  listItems: 'items in one list',
  variableDepth: 'levels inside a variable',
}

/** Refuses what is above a limit, naming both. @throws {Refusal} 400 OPERATION_LIMIT_EXCEEDED. */
export function limitExceeded(name: LimitName, value: number): void {
  if (value <= limits[name]) return
  throw new Refusal(400, 'OPERATION_LIMIT_EXCEEDED', {
    message: `The operation has ${value} ${labels[name] ?? name}; ${limits[name]} are allowed (${name}).`,
  })
}

/** Names that reach into JavaScript's own objects where somebody merges without care. */
export const isUnsafeName = (name: string): boolean =>
  name === '__proto__' || name === 'constructor' || name === 'prototype'

/** Refuses a name that reaches into JavaScript's own objects. @throws {Refusal} 400 BAD_REQUEST. */
export function checkName(name: string): void {
  if (isUnsafeName(name))
    throw new Refusal(400, 'BAD_REQUEST', { message: 'A name in the request is not allowed.' })
}

/** Refuses a text that PostgreSQL could not hold. @throws {Refusal} 400 BAD_USER_INPUT. */
export function checkText(text: string): void {
  if (text.includes('\0'))
    throw new Refusal(400, 'BAD_USER_INPUT', { message: 'A text holds a NUL character.' })
}

/** Walks a JSON value: names, texts, list lengths, depth. Stops at the depth limit, so it cannot run out of stack. */
export function checkValue(value: unknown, depth: number): void {
  if (typeof value === 'string') checkText(value)
  if (typeof value !== 'object' || value === null) return
  limitExceeded('variableDepth', depth)
  if (Array.isArray(value)) {
    limitExceeded('listItems', value.length)
    for (const item of value) checkValue(item, depth + 1)
    return
  }
  for (const [name, inner] of Object.entries(value)) {
    checkName(name)
    checkText(name)
    checkValue(inner, depth + 1)
  }
}
