import { MOST_REPRESENTATIONS } from '@autora/shared/schema'
import type { SubgraphError, SubgraphResult } from './subgraph-result.js'

/** Entity references of one fetch, each different one once, in parts that a subgraph accepts. */
export interface Batches {
  readonly parts: readonly (readonly unknown[])[]
  /** For each reference that was given: its place among the different ones. */
  readonly places: readonly number[]
}

/** Errors that one fetch tells at most. */
const MOST_ERRORS = 200

/** Removes repeated references and cuts the rest into parts of `MOST_REPRESENTATIONS`. */
export function batchRepresentations(representations: readonly unknown[]): Batches {
  const unique: unknown[] = []
  const known = new Map<string, number>()
  const places = representations.map((representation) => {
    const text = JSON.stringify(representation)
    let place = known.get(text)
    if (place === undefined) {
      place = unique.push(representation) - 1
      known.set(text, place)
    }
    return place
  })
  const parts: unknown[][] = []
  for (let start = 0; start < unique.length; start += MOST_REPRESENTATIONS)
    parts.push(unique.slice(start, start + MOST_REPRESENTATIONS))
  return { parts, places }
}

/** Where each different reference was given. */
function givenAt(places: readonly number[]): ReadonlyMap<number, readonly number[]> {
  const given = new Map<number, number[]>()
  places.forEach((place, index) => {
    const list = given.get(place)
    if (list) list.push(index)
    else given.set(place, [index])
  })
  return given
}

/** An error of one part, once for each place where its entity was asked for. */
function spreadError(
  error: SubgraphError,
  offset: number,
  given: ReadonlyMap<number, readonly number[]>,
): readonly SubgraphError[] {
  const [root, index, ...rest] = error.path ?? []
  if (root !== '_entities' || typeof index !== 'number') return [error]
  return (given.get(index + offset) ?? []).map((place) => ({ ...error, path: ['_entities', place, ...rest] }))
}

/** Puts the results of all parts back in the order, and as often, as the references were given. */
export function spreadResults({ places }: Batches, results: readonly SubgraphResult[]): SubgraphResult {
  const entities: unknown[] = []
  const errors: SubgraphError[] = []
  const given = results.some((result) => result.errors) ? givenAt(places) : new Map()
  results.forEach((result, part) => {
    const offset = part * MOST_REPRESENTATIONS
    const list = result.data?._entities
    if (Array.isArray(list)) for (const [index, entity] of list.entries()) entities[offset + index] = entity
    for (const error of result.errors ?? []) errors.push(...spreadError(error, offset, given))
  })
  return {
    data: { _entities: places.map((place) => entities[place] ?? null) },
    ...(errors.length > 0 && { errors: errors.slice(0, MOST_ERRORS) }),
  }
}
