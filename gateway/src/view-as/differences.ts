import type { AccessProfile, Visibility } from '@autora/shared/access'
import {
  type FragmentDefinitionNode,
  type GraphQLNamedOutputType,
  getNamedType,
  Kind,
  type SelectionSetNode,
} from 'graphql'
import {
  type AccessRules,
  type Asked,
  fieldType,
  listPlaces,
  narrowed,
  type Scope,
} from '../authorize/index.js'

/** Differences that one answer tells. */
const MOST_DIFFERENCES = 200

/** A field of the operation that viewer and role do not see alike. */
export interface Difference {
  /** Response keys, `*` for the places of a list. */
  readonly path: readonly string[]
  readonly coordinate: string
  readonly own: Visibility
  readonly asRole: Visibility
}

/** The two who are compared. */
interface Pair {
  readonly own: AccessProfile
  readonly asRole: AccessProfile
}

class Comparison {
  readonly found = new Map<string, Difference>()
  private readonly fragments = new Map<string, FragmentDefinitionNode>()

  constructor(
    private readonly scope: Pick<Scope, 'schema'>,
    private readonly rules: AccessRules,
    private readonly pair: Pair,
    { document }: Asked,
  ) {
    for (const definition of document.definitions)
      if (definition.kind === Kind.FRAGMENT_DEFINITION) this.fragments.set(definition.name.value, definition)
  }

  selections(set: SelectionSetNode, parent: GraphQLNamedOutputType, path: readonly string[]): void {
    for (const selection of set.selections) {
      if (this.found.size >= MOST_DIFFERENCES) return
      if (selection.kind !== Kind.FIELD) {
        const fragment =
          selection.kind === Kind.FRAGMENT_SPREAD ? this.fragments.get(selection.name.value) : selection
        if (!fragment) continue
        this.selections(fragment.selectionSet, narrowed(this.scope, fragment.typeCondition, parent), path)
        continue
      }
      const type = fieldType(parent, selection)
      if (!type) continue
      const here = [...path, selection.alias?.value ?? selection.name.value]
      this.field(parent.name, selection.name.value, here)
      if (selection.selectionSet)
        this.selections(selection.selectionSet, getNamedType(type), [...here, ...listPlaces(type)])
    }
  }

  private field(type: string, name: string, path: readonly string[]): void {
    const own = this.rules.decide(type, name, this.pair.own).visibility
    const asRole = this.rules.decide(type, name, this.pair.asRole).visibility
    const coordinate = `${type}.${name}`
    if (own !== asRole) this.found.set(`${coordinate} ${path.join('.')}`, { path, coordinate, own, asRole })
  }
}

/** What of an operation a viewer and a role do not see alike, in the order of the document; at most 200 fields. */
export function differences(
  schema: Scope['schema'],
  rules: AccessRules,
  asked: Asked,
  pair: Pair,
): readonly Difference[] {
  const root = schema.getRootType(asked.operation.operation)
  if (!root) return []
  const comparison = new Comparison({ schema }, rules, pair, asked)
  comparison.selections(asked.operation.selectionSet, root, [])
  return [...comparison.found.values()]
}
