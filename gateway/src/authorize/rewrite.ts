import type { AccessProfile } from '@autora/shared/access'
import {
  type DocumentNode,
  type FieldNode,
  type GraphQLNamedOutputType,
  type GraphQLSchema,
  getNamedType,
  isCompositeType,
  isObjectType,
  Kind,
  type NamedTypeNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql'
import type { AccessRules } from './access-rules.js'

/** What a walk through an operation needs to know. */
export interface Scope {
  readonly schema: GraphQLSchema
  readonly rules: AccessRules
  readonly profile: AccessProfile
}

/** The type of a field; undefined for `__typename` and introspection, which pass. */
export function fieldType(parent: GraphQLNamedOutputType, field: FieldNode) {
  return isObjectType(parent) ? parent.getFields()[field.name.value]?.type : undefined
}

/** The type that a fragment speaks of. */
export function narrowed(
  scope: Pick<Scope, 'schema'>,
  condition: NamedTypeNode | undefined,
  parent: GraphQLNamedOutputType,
): GraphQLNamedOutputType {
  const type = condition && scope.schema.getType(condition.name.value)
  return type && isCompositeType(type) ? type : parent
}

/** `<response key>: __typename` in place of the field, with its directives: order, @skip and @include stay as they were. */
const placeholder = (field: FieldNode): FieldNode => ({
  kind: Kind.FIELD,
  alias: field.alias ?? { kind: Kind.NAME, value: field.name.value },
  name: { kind: Kind.NAME, value: '__typename' },
  ...(field.directives && { directives: field.directives }),
})

function rewriteSelection(
  scope: Scope,
  selection: SelectionNode,
  parent: GraphQLNamedOutputType,
): SelectionNode {
  if (selection.kind === Kind.FRAGMENT_SPREAD) return selection
  if (selection.kind === Kind.INLINE_FRAGMENT) {
    const selectionSet = rewriteSet(
      scope,
      selection.selectionSet,
      narrowed(scope, selection.typeCondition, parent),
    )
    return selectionSet === selection.selectionSet ? selection : { ...selection, selectionSet }
  }
  const type = fieldType(parent, selection)
  if (!type) return selection
  const { visibility } = scope.rules.decide(parent.name, selection.name.value, scope.profile)
  if (visibility === 'REDACTED') return placeholder(selection)
  if (!selection.selectionSet) return selection
  const selectionSet = rewriteSet(scope, selection.selectionSet, getNamedType(type))
  return selectionSet === selection.selectionSet ? selection : { ...selection, selectionSet }
}

/** Replaces hidden fields; the very same node when there are none. */
function rewriteSet(scope: Scope, set: SelectionSetNode, parent: GraphQLNamedOutputType): SelectionSetNode {
  const selections = set.selections.map((selection) => rewriteSelection(scope, selection, parent))
  return selections.every((selection, index) => selection === set.selections[index])
    ? set
    : { ...set, selections }
}

/** Names of fragments that something in the document still spreads, directly or through others. */
function spreadNames(document: DocumentNode): ReadonlySet<string> {
  const names = new Set<string>()
  const enter = (set: SelectionSetNode) => {
    for (const selection of set.selections) {
      if (selection.kind !== Kind.FRAGMENT_SPREAD) {
        if (selection.selectionSet) enter(selection.selectionSet)
        continue
      }
      const name = selection.name.value
      if (names.has(name)) continue
      names.add(name)
      for (const definition of document.definitions)
        if (definition.kind === Kind.FRAGMENT_DEFINITION && definition.name.value === name)
          enter(definition.selectionSet)
    }
  }
  for (const definition of document.definitions)
    if (definition.kind === Kind.OPERATION_DEFINITION) enter(definition.selectionSet)
  return names
}

/**
 * The document as one profile may have it carried out. Definitions of variables stay, used or not: values are checked
 * as the client declared them.
 *
 * @returns the same document when nothing in it is hidden.
 */
export function rewrite(scope: Scope, document: DocumentNode): DocumentNode {
  const definitions = document.definitions.map((definition) => {
    if (definition.kind !== Kind.OPERATION_DEFINITION && definition.kind !== Kind.FRAGMENT_DEFINITION)
      return definition
    const parent =
      definition.kind === Kind.OPERATION_DEFINITION
        ? scope.schema.getRootType(definition.operation)
        : scope.schema.getType(definition.typeCondition.name.value)
    if (!parent || !isCompositeType(parent)) return definition
    const selectionSet = rewriteSet(scope, definition.selectionSet, parent)
    return selectionSet === definition.selectionSet ? definition : { ...definition, selectionSet }
  })
  if (definitions.every((definition, index) => definition === document.definitions[index])) return document
  const spread = spreadNames({ ...document, definitions })
  return {
    ...document,
    definitions: definitions.filter(
      (definition) => definition.kind !== Kind.FRAGMENT_DEFINITION || spread.has(definition.name.value),
    ),
  }
}
