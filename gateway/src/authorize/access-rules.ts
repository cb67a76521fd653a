import { type AccessProfile, type FieldDecision, visibility } from '@autora/shared/access'
import { fieldRules, type SchemaRules } from '@autora/shared/schema'
import { type GraphQLSchema, isInterfaceType, isObjectType, parse } from 'graphql'

/** The answer for a field that no rule speaks of. It cannot come up in a gateway that started; it is a no all the same. */
const unruled: FieldDecision = { visibility: 'DENIED', reason: 'CLASS_DENIED', policy: 'class:UNKNOWN' }

/** What the schema says about access, for the whole graph. */
export class AccessRules {
  constructor(private readonly rules: SchemaRules['fields']) {}

  /** What one profile may see of one field. */
  decide(type: string, field: string, profile: AccessProfile): FieldDecision {
    const rule = this.rules.get(`${type}.${field}`)
    return rule ? visibility(rule, profile) : unruled
  }

  /** The class of what a field holds. */
  classOf(type: string, field: string): string {
    return this.rules.get(`${type}.${field}`)?.dataClass ?? 'UNKNOWN'
  }
}

/** Fields that clients can reach and no rule covers, and types that rules cannot cover. */
function uncovered(schema: GraphQLSchema, rules: SchemaRules): string[] {
  return Object.values(schema.getTypeMap()).flatMap((type) => {
    if (type.name.startsWith('__')) return []
    if (isInterfaceType(type)) return [`${type.name} is an interface: not supported`]
    if (!isObjectType(type)) return []
    return Object.keys(type.getFields())
      .map((field) => `${type.name}.${field}`)
      .filter((coordinate) => !rules.fields.has(coordinate))
      .map((coordinate) => `${coordinate} has no rule`)
  })
}

/**
 * Reads the rules out of the composed supergraph.
 *
 * @param schema - what clients can ask for.
 * @throws {Error} naming every field without a complete rule: such a gateway must not start.
 */
export function accessRules(supergraphSdl: string, schema: GraphQLSchema): AccessRules {
  const rules = fieldRules(parse(supergraphSdl))
  const faults = [...rules.faults, ...uncovered(schema, rules)]
  if (faults.length > 0) throw new Error(`The supergraph may not be served:\n  ${faults.join('\n  ')}`)
  return new AccessRules(rules.fields)
}
