import { type GraphQLField, type GraphQLObjectType, getNamedType, isLeafType } from 'graphql'
import { type DataClass, isPersonal } from '../access/index.js'
import type { PersonalReads, RequestContext } from '../request/index.js'

/** Notes one field of one row once its value is known, and returns the value. */
export type PersonalCount = (reads: PersonalReads, isMasked: boolean, row: unknown, value: unknown) => unknown

/**
 * How a field is noted for the event of the read: a personal one when it holds a value; any other of a thing with an id
 * only where something was withheld, because then the things that are shown say of whom. Null where nothing ever is.
 */
export function personalCount(
  type: GraphQLObjectType,
  { name, type: fieldType }: GraphQLField<unknown, RequestContext>,
  dataClass: DataClass,
): PersonalCount | null {
  const hasId = 'id' in type.getFields()
  if (!isPersonal(dataClass) || !isLeafType(getNamedType(fieldType)))
    return hasId ? (reads, _isMasked, row, value) => noteThing(reads, type.name, row, value) : null
  const field = { coordinate: `${type.name}.${name}`, dataClass, type: type.name, hasId }
  return (reads, isMasked, row, value) => {
    const note = (known: unknown): unknown => {
      if (known !== null && known !== undefined) reads.shown(field, isMasked, row as object)
      else if (hasId) noteThing(reads, type.name, row, known)
      return known
    }
    return value instanceof Promise ? value.then(note) : note(value)
  }
}

function noteThing(reads: PersonalReads, type: string, row: unknown, value: unknown): unknown {
  if (reads.isRedacting && typeof row === 'object' && row !== null) reads.thing(type, true, row)
  return value
}
