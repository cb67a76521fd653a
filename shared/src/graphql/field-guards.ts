import { defaultFieldResolver, type GraphQLSchema, isObjectType } from 'graphql'
import { type ClassCell, classTable, mask, visibility } from '../access/index.js'
import { forbidden } from '../errors/index.js'
import type { RequestContext } from '../request/index.js'
import type { SchemaRules } from '../schema/index.js'

const masks: ReadonlySet<ClassCell> = new Set<ClassCell>(['M', 'M+', 'R~', 'M/pii:contact'])

const masked = (value: unknown): unknown => {
  if (typeof value === 'string') return mask(value)
  return Array.isArray(value) ? value.map(masked) : null
}

/** Wraps every text field whose class somebody sees masked: the clear value then never leaves the resolver. */
export function applyMasks(schema: GraphQLSchema, rules: SchemaRules): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue
    for (const field of Object.values(type.getFields())) {
      const rule = rules.fields.get(`${type.name}.${field.name}`)
      if (!rule || !classTable[rule.dataClass].some((cell) => masks.has(cell))) continue
      const resolve = field.resolve ?? defaultFieldResolver
      field.resolve = async (parent, args, context: RequestContext, info) => {
        const value: unknown = await resolve(parent, args, context, info)
        if (value === null || value === undefined) return null
        return visibility(rule, context.profile()).visibility === 'MASKED' ? masked(value) : value
      }
    }
  }
}

/** Resolves one entity by what its key says. */
type ReferenceResolver = (reference: unknown, context: RequestContext, info: unknown) => unknown

/**
 * Guards entity references before they load anything: shield's field rules only run after `__resolveReference`, so
 * `{ __typename }` alone would tell whether a row exists.
 *
 * @throws {Error} when an entity has no action on its type.
 */
export function guardReferences<Map extends Record<string, unknown>>(
  resolvers: Map,
  rules: SchemaRules,
): Map {
  const guarded = Object.entries(resolvers).map(([type, fields]) => {
    const resolve = (fields as { __resolveReference?: ReferenceResolver }).__resolveReference
    if (!resolve) return [type, fields]
    const rule = rules.types.get(type)
    if (!rule) throw new Error(`${type} is an entity and needs @access on the type`)
    const guard: ReferenceResolver = (reference, context, info) => {
      const decision = visibility(rule, context.profile())
      if ('reason' in decision && decision.visibility === 'DENIED')
        throw forbidden({ reason: decision.reason })
      return resolve(reference, context, info)
    }
    return [type, { ...(fields as object), __resolveReference: guard }]
  })
  return Object.fromEntries(guarded) as Map
}
