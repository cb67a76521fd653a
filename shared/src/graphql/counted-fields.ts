import { type GraphQLField, type GraphQLObjectType, getNamedType, isLeafType } from 'graphql'
import type { DataClass } from '../access/index.js'
import type { ReadTally, RequestContext } from '../request/index.js'

/** Counts one field of one thing for a tally once its value is known, and returns the value. */
export type FieldCount = (tally: ReadTally, isMasked: boolean, parent: unknown, value: unknown) => unknown

/** How a field is counted under a support grant: by what it is, never by what it holds. */
export function fieldCount(
  type: GraphQLObjectType,
  field: GraphQLField<unknown, RequestContext>,
  dataClass: DataClass,
): FieldCount {
  const isRoot = type.name === 'Query' || type.name === 'Mutation'
  const isById = type.name === 'Query' && field.args.some(({ name }) => name === 'id')
  const isLeaf = isLeafType(getNamedType(field.type))
  const hasId = 'id' in type.getFields()
  const count: FieldCount = (tally, isMasked, parent, value) => {
    const isThere = value !== null && value !== undefined
    if (isRoot) tally.root(field.name)
    if (isById && !isThere) tally.missed(field.name)
    if (hasId) tally.thing(type.name, parent)
    if (isLeaf && isThere) tally.field(isMasked ? 'masked' : 'clear', dataClass)
    return value
  }
  return (tally, isMasked, parent, value) =>
    value instanceof Promise
      ? value.then((known: unknown) => count(tally, isMasked, parent, known))
      : count(tally, isMasked, parent, value)
}
