import type {
  ConstDirectiveNode,
  DocumentNode,
  FieldDefinitionNode,
  ObjectTypeDefinitionNode,
  ObjectTypeExtensionNode,
} from 'graphql'
import { type Action, type DataClass, dataClasses, type FieldRule, matrix } from '../access/index.js'

type ObjectNode = ObjectTypeDefinitionNode | ObjectTypeExtensionNode

/** Everything a schema says about access, by coordinate (`Type.field`). */
export interface SchemaRules {
  readonly fields: ReadonlyMap<string, FieldRule>
  /** Type → the action its rows need, for entity references. */
  readonly types: ReadonlyMap<string, FieldRule>
  /** Coordinates without a complete rule, with what is missing. Empty in a schema that may start. */
  readonly faults: readonly string[]
}

const argument = (directives: readonly ConstDirectiveNode[] | undefined, directive: string, name: string) => {
  const value = directives
    ?.find((node) => node.name.value === directive)
    ?.arguments?.find((node) => node.name.value === name)?.value
  return value?.kind === 'StringValue' ? value.value : undefined
}

/** Types and fields that federation adds; they are guarded by the signed call itself. */
const isFederation = (name: string) =>
  name.startsWith('_') || name.startsWith('join__') || name.startsWith('link__')

/** In a stub (`@key(resolvable: false)`) the key is a reference that the row already holds; its rule is at home. */
function stubKeys(type: ObjectNode): ReadonlySet<string> {
  const keys = type.directives?.filter((node) => node.name.value === 'key') ?? []
  const isStub = keys.some((key) =>
    key.arguments?.some(
      ({ name, value }) => name.value === 'resolvable' && value.kind === 'BooleanValue' && !value.value,
    ),
  )
  return new Set(isStub ? keys.flatMap((key) => argument([key], 'key', 'fields')?.split(/\s+/) ?? []) : [])
}

function fieldRule(type: ObjectNode, field: FieldDefinitionNode): { rule: FieldRule } | { fault: string } {
  const coordinate = `${type.name.value}.${field.name.value}`
  const action =
    argument(field.directives, 'access', 'action') ?? argument(type.directives, 'access', 'action')
  const dataClass = argument(field.directives, 'data', 'class') ?? argument(type.directives, 'data', 'class')
  if (!action) return { fault: `${coordinate} has no action: add @access(action:)` }
  if (!dataClass) return { fault: `${coordinate} has no class: add @data(class:)` }
  if (!Object.hasOwn(matrix, action)) return { fault: `${coordinate} names the unknown action ${action}` }
  if (!dataClasses.includes(dataClass as DataClass))
    return { fault: `${coordinate} names the unknown class ${dataClass}` }
  return { rule: { action: action as Action, dataClass: dataClass as DataClass } }
}

/**
 * Reads the rules out of a subgraph's schema or the composed supergraph. A field takes what it does not say itself
 * from its type. Where a type appears more than once (stubs), the rules of all appearances are joined; two different
 * rules for one coordinate are a fault.
 */
export function fieldRules(document: DocumentNode): SchemaRules {
  const fields = new Map<string, FieldRule>()
  const types = new Map<string, FieldRule>()
  const faults: string[] = []
  for (const type of document.definitions) {
    if (type.kind !== 'ObjectTypeDefinition' && type.kind !== 'ObjectTypeExtension') continue
    if (isFederation(type.name.value)) continue
    const stub = stubKeys(type)
    const typeAction = argument(type.directives, 'access', 'action')
    if (typeAction && Object.hasOwn(matrix, typeAction))
      types.set(type.name.value, { action: typeAction as Action, dataClass: 'PUBLIC' })
    for (const field of type.fields ?? []) {
      if (isFederation(field.name.value) || stub.has(field.name.value)) continue
      const found = fieldRule(type, field)
      if ('fault' in found) faults.push(found.fault)
      else fields.set(`${type.name.value}.${field.name.value}`, found.rule)
    }
  }
  return { fields, types, faults }
}
