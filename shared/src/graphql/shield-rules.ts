import { GraphQLError, type GraphQLSchema, isObjectType } from 'graphql'
import { allow, deny, rule } from 'graphql-shield'
import { type FieldRule, visibility } from '../access/index.js'
import { DomainError, forbidden, invalid } from '../errors/index.js'
import type { RequestContext } from '../request/index.js'
import { MOST_REPRESENTATIONS, type SchemaRules } from '../schema/index.js'

type ShieldRule = ReturnType<ReturnType<typeof rule>>

/** Rules by type and field. */
export type ShieldMap = Record<string, Record<string, ShieldRule | typeof allow>>

/** One shield rule per (action, class), named after its subgraph: shield's caches and checks go by name alone. */
function ruleFactory(subgraph: string): (of: FieldRule) => ShieldRule {
  const made = new Map<string, ShieldRule>()
  return (of) => {
    const name = `${subgraph}:${of.action}:${of.dataClass}`
    let known = made.get(name)
    if (!known) {
      known = rule(name, { cache: 'no_cache' })((_parent, _args, context: RequestContext) => {
        const decision = visibility(of, context.profile())
        return 'reason' in decision ? forbidden({ reason: decision.reason }) : true
      })
      made.set(name, known)
    }
    return known
  }
}

const entities = rule('entities', { cache: 'no_cache' })((_parent, args: { representations?: unknown[] }) =>
  (args.representations?.length ?? 0) <= MOST_REPRESENTATIONS
    ? true
    : invalid('OPERATION_LIMIT_EXCEEDED', { message: `At most ${MOST_REPRESENTATIONS} representations.` }),
)

/**
 * The rule map of graphql-shield, derived from the schema's directives and the matrix; nothing is written by hand.
 * What has no rule is denied (`_service` too: the supergraph is composed at build time). Only object types get rules:
 * shield ignores interfaces without a word, so an interface with fields of its own is refused here.
 *
 * @throws {Error} naming every field without action or class, and every interface.
 */
export function shieldRules(subgraph: string, schema: GraphQLSchema, rules: SchemaRules): ShieldMap {
  const faults = [...rules.faults]
  const make = ruleFactory(subgraph)
  const map: ShieldMap = {}
  for (const type of Object.values(schema.getTypeMap())) {
    if (type.name.startsWith('__')) continue
    if (type.astNode?.kind === 'InterfaceTypeDefinition')
      faults.push(`${type.name} is an interface: not supported`)
    if (!isObjectType(type) || type.name === '_Service') continue
    const fields: Record<string, ShieldRule | typeof allow> = {}
    for (const name of Object.keys(type.getFields())) {
      const found = rules.fields.get(`${type.name}.${name}`)
      if (found) fields[name] = make(found)
      else if (type.name === 'Query' && name.startsWith('_'))
        fields[name] = name === '_entities' ? entities : deny
      else fields[name] = allow // the key of a stub: everything else without a rule is among the faults
    }
    map[type.name] = fields
  }
  if (faults.length > 0) throw new Error(`The schema of ${subgraph} may not start:\n  ${faults.join('\n  ')}`)
  return map
}

/** What shield does with anything thrown below it: what we meant passes, everything else is masked further out. */
export const fallbackError = (error: unknown): Error =>
  error instanceof DomainError || error instanceof GraphQLError
    ? error
    : error instanceof Error
      ? error
      : forbidden({ reason: 'ROLE_NOT_ALLOWED' })
