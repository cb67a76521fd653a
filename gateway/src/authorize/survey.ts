import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLNamedOutputType,
  type GraphQLOutputType,
  getNamedType,
  isListType,
  isNonNullType,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  type SelectionSetNode,
} from 'graphql'
import { Refusal } from '../answers/index.js'
import type { Denial, HiddenTree } from './program.js'
import { fieldType, narrowed, type Scope } from './rewrite.js'

/** Denials that one refusal tells. */
const MOST_DENIALS = 20

/** `*` once for each list around a type, as paths spell its places. */
export function listPlaces(type: GraphQLOutputType): string[] {
  if (isNonNullType(type)) return listPlaces(type.ofType)
  return isListType(type) ? ['*', ...listPlaces(type.ofType)] : []
}

const withoutPlaces = (path: readonly string[]) => path.filter((step) => step !== '*')

/** Walks an operation as the client will see its answer: fragments are followed, aliases are kept. */
export class Survey {
  readonly denials: Denial[] = []
  private readonly fragments = new Map<string, FragmentDefinitionNode>()
  private readonly shown = new WeakMap<HiddenTree, Set<string>>()

  constructor(
    private readonly scope: Scope,
    document: DocumentNode,
    private readonly operation: OperationDefinitionNode,
  ) {
    for (const definition of document.definitions)
      if (definition.kind === Kind.FRAGMENT_DEFINITION) this.fragments.set(definition.name.value, definition)
  }

  /** @returns where hidden fields are, or null. @throws {Refusal} when one response key is both hidden and shown. */
  run(): HiddenTree | null {
    const root = this.scope.schema.getRootType(this.operation.operation)
    const tree: HiddenTree = { keys: new Map() }
    if (root) this.selections(this.operation.selectionSet, root, [], tree)
    return tree.keys.size > 0 ? tree : null
  }

  private selections(
    set: SelectionSetNode,
    parent: GraphQLNamedOutputType,
    path: readonly string[],
    tree: HiddenTree,
  ): void {
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) {
        this.field(selection, parent, path, tree)
        continue
      }
      const fragment =
        selection.kind === Kind.FRAGMENT_SPREAD ? this.fragments.get(selection.name.value) : selection
      if (!fragment) continue
      const type = narrowed(this.scope, fragment.typeCondition, parent)
      this.selections(fragment.selectionSet, type, path, tree)
    }
  }

  private field(
    field: FieldNode,
    parent: GraphQLNamedOutputType,
    path: readonly string[],
    tree: HiddenTree,
  ): void {
    const type = fieldType(parent, field)
    if (!type) return
    const key = field.alias?.value ?? field.name.value
    const here = [...path, key]
    const decision = this.scope.rules.decide(parent.name, field.name.value, this.scope.profile)
    if ('reason' in decision) {
      const coordinate = `${parent.name}.${field.name.value}`
      const { reason, policy } = decision
      // A deed is never carried out and hidden: at the root of a mutation there is only yes or no.
      const isDeed = path.length === 0 && this.operation.operation === OperationTypeNode.MUTATION
      if (decision.visibility === 'DENIED' || isDeed) {
        if (this.denials.length < MOST_DENIALS)
          this.denials.push({ path: withoutPlaces(here), coordinate, reason, policy })
        return
      }
      this.hide(key, tree, parent.name, {
        path: here,
        coordinate,
        class: this.scope.rules.classOf(parent.name, field.name.value),
        policy,
        reason,
      })
      return
    }
    this.show(key, tree)
    if (field.selectionSet) this.below(field.selectionSet, type, here, key, tree)
  }

  private below(
    set: SelectionSetNode,
    type: GraphQLOutputType,
    path: readonly string[],
    key: string,
    tree: HiddenTree,
  ): void {
    const entry = tree.keys.get(key) ?? {}
    const below = entry.below ?? { keys: new Map() }
    this.selections(set, getNamedType(type), [...path, ...listPlaces(type)], below)
    if (below.keys.size > 0) tree.keys.set(key, { ...entry, below })
  }

  private hide(
    key: string,
    tree: HiddenTree,
    type: string,
    field: { path: readonly string[] } & Omit<Denial, 'path'> & { class: string },
  ): void {
    const entry = tree.keys.get(key) ?? {}
    const hidden = entry.hidden ?? new Map()
    hidden.set(type, field)
    tree.keys.set(key, { ...entry, hidden })
    this.refuseMixture(key, tree)
  }

  private show(key: string, tree: HiddenTree): void {
    const shown = this.shown.get(tree) ?? new Set()
    this.shown.set(tree, shown.add(key))
    this.refuseMixture(key, tree)
  }

  /** In a union one response key can stand for two fields, one hidden and one shown: a null would then be ambiguous. */
  private refuseMixture(key: string, tree: HiddenTree): void {
    if (tree.keys.get(key)?.hidden && this.shown.get(tree)?.has(key))
      throw new Refusal(400, 'GRAPHQL_VALIDATION_FAILED', {
        message: `Fields of different types share the response key ${key} here. Give them different aliases.`,
      })
  }
}
