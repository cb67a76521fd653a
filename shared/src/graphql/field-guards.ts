import { defaultFieldResolver, type GraphQLSchema, isObjectType } from 'graphql'
import { allow } from 'graphql-shield'
import { type ClassCell, classTable, mask, visibility } from '../access/index.js'
import { forbidden } from '../errors/index.js'
import type { RequestContext } from '../request/index.js'
import type { SchemaRules } from '../schema/index.js'
import { fieldCount } from './counted-fields.js'
import { personalCount } from './personal-fields.js'
import type { ShieldMap } from './shield-rules.js'
import { refusedRead } from './trail-guard.js'

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
      field.resolve = (parent, args, context: RequestContext, info) => {
        const value: unknown = resolve(parent, args, context, info)
        if (visibility(rule, context.profile()).visibility !== 'MASKED') return value
        return value instanceof Promise ? value.then(masked) : masked(value)
      }
    }
  }
}

/**
 * Spares fields that are allowed the way through graphql-shield, which makes every field asynchronous: where the rule
 * says yes the plain resolver is called, everything else goes to shield, which says no. Both ask the same function, and
 * what has no rule keeps shield alone. What is shown of people is noted on the way, and everything under a support grant.
 */
export function passAllowed(
  shielded: GraphQLSchema,
  plain: GraphQLSchema,
  rules: SchemaRules,
  shieldMap: ShieldMap,
): void {
  for (const type of Object.values(shielded.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue
    const own = plain.getType(type.name)
    if (!isObjectType(own)) continue
    for (const field of Object.values(type.getFields())) {
      const rule = rules.fields.get(`${type.name}.${field.name}`)
      const guard = field.resolve
      if (!guard) continue
      const resolve = own.getFields()[field.name]?.resolve ?? defaultFieldResolver
      if (shieldMap[type.name]?.[field.name] === allow) field.resolve = resolve
      if (!rule) continue
      const count = fieldCount(own, field, rule.dataClass)
      const note = personalCount(own, field, rule.dataClass)
      field.resolve = (parent, args, context: RequestContext, info) => {
        const decision = visibility(rule, context.profile())
        const refusal = refusedRead(context, rule.dataClass, info.operation.operation)
        if (refusal && !('reason' in decision)) throw refusal
        if ('reason' in decision) {
          if (decision.visibility === 'REDACTED') context.tally?.field('redacted', rule.dataClass)
          return guard(parent, args, context, info)
        }
        const value: unknown = resolve(parent, args, context, info)
        const isMasked = decision.visibility === 'MASKED'
        const noted = note ? note(context.reads, isMasked, parent, value) : value
        return context.tally ? count(context.tally, isMasked, parent, noted) : noted
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
