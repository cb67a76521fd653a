import type { HiddenField, HiddenTree } from './program.js'

/** One entry of `extensions.access.redactions`. */
export interface Redaction extends HiddenField {
  readonly policyVersion: number
}

function walk(tree: HiddenTree, data: unknown, met: Set<HiddenField>): void {
  if (Array.isArray(data)) {
    for (const item of data) walk(tree, item, met)
    return
  }
  if (typeof data !== 'object' || data === null) return
  const object = data as Record<string, unknown>
  for (const [key, { hidden, below }] of tree.keys) {
    if (!Object.hasOwn(object, key)) continue // left out by @skip or @include, or of another type
    if (below) walk(below, object[key], met)
    if (!hidden) continue
    // The value is the type name that was asked for in the field's place: it tells which type of a union this is.
    const field = hidden.get(String(object[key]))
    if (field) met.add(field)
    object[key] = null
  }
}

/**
 * Puts null where hidden fields were asked for, in place.
 * @returns one entry for each hidden field that occurs in the data, and none for those that do not.
 */
export function redact(tree: HiddenTree, data: unknown, policyVersion: number): readonly Redaction[] {
  const met = new Set<HiddenField>()
  walk(tree, data, met)
  return [...met].map((field) => ({ ...field, policyVersion }))
}
