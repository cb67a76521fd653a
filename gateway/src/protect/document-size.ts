import type {
  DirectiveNode,
  DocumentNode,
  FieldNode,
  FragmentDefinitionNode,
  OperationDefinitionNode,
  SelectionNode,
  SelectionSetNode,
  ValueNode,
} from 'graphql'
import { Refusal } from '../answers/index.js'
import { checkName, checkText, limitExceeded } from './values.js'

/** What a selection set comes to, with everything that fragments bring along. */
interface Size {
  depth: number
  aliases: number
  directives: number
  fields: number
  rootFields: number
}

const nothing = (): Size => ({ depth: 0, aliases: 0, directives: 0, fields: 0, rootFields: 0 })

/** Adds a part to a whole; both stay small, because whatever passes a limit is refused at once. */
function add(whole: Size, part: Size, levels: 0 | 1): void {
  whole.depth = Math.max(whole.depth, part.depth + levels)
  whole.aliases += part.aliases
  whole.directives += part.directives
  whole.fields += part.fields
  if (levels === 0) whole.rootFields += part.rootFields
  limitExceeded('depth', whole.depth)
  limitExceeded('aliases', whole.aliases)
  limitExceeded('directives', whole.directives)
  limitExceeded('fields', whole.fields)
}

function checkLiteral(value: ValueNode): void {
  if (value.kind === 'StringValue') checkText(value.value)
  else if (value.kind === 'ListValue') {
    limitExceeded('listItems', value.values.length)
    for (const item of value.values) checkLiteral(item)
  } else if (value.kind === 'ObjectValue')
    for (const { name, value: inner } of value.fields) {
      checkName(name.value)
      checkLiteral(inner)
    }
}

/** Measures one document: every fragment once, however often it is spread. */
class Measure {
  private readonly fragments = new Map<string, FragmentDefinitionNode>()
  private readonly sizes = new Map<string, Size | 'OPEN'>()

  constructor(
    document: DocumentNode,
    private readonly allowsIntrospection: boolean,
  ) {
    for (const definition of document.definitions)
      if (definition.kind === 'FragmentDefinition') this.fragments.set(definition.name.value, definition)
  }

  operation(operation: OperationDefinitionNode): void {
    const definitions = operation.variableDefinitions ?? []
    limitExceeded('variables', definitions.length)
    const size = this.selections(operation.selectionSet, 1)
    for (const { variable, directives, defaultValue } of definitions) {
      checkName(variable.name.value)
      this.directives(directives, size)
      if (defaultValue) checkLiteral(defaultValue)
    }
    this.directives(operation.directives, size)
    limitExceeded('rootFields', size.rootFields)
  }

  fragment(name: string): Size {
    const known = this.sizes.get(name)
    if (known === 'OPEN')
      throw new Refusal(400, 'GRAPHQL_VALIDATION_FAILED', { message: 'A fragment spreads itself.' })
    if (known) return known
    const definition = this.fragments.get(name)
    if (!definition) return nothing() // validation names it
    this.sizes.set(name, 'OPEN')
    const size = this.selections(definition.selectionSet, 1)
    this.directives(definition.directives, size)
    this.sizes.set(name, size)
    return size
  }

  private selections(set: SelectionSetNode, nesting: number): Size {
    limitExceeded('nesting', nesting)
    const size = nothing()
    for (const selection of set.selections) this.selection(selection, size, nesting)
    return size
  }

  private selection(selection: SelectionNode, size: Size, nesting: number): void {
    this.directives(selection.directives, size)
    add(size, this.part(selection, nesting), 0)
  }

  private part(selection: SelectionNode, nesting: number): Size {
    if (selection.kind === 'FragmentSpread') return this.fragment(selection.name.value)
    if (selection.kind === 'InlineFragment') return this.selections(selection.selectionSet, nesting + 1)
    return this.field(selection, nesting)
  }

  private field(field: FieldNode, nesting: number): Size {
    const name = field.name.value
    const isIntrospection = name === '__schema' || name === '__type'
    if (isIntrospection && !this.allowsIntrospection)
      throw new Refusal(400, 'GRAPHQL_VALIDATION_FAILED', { message: 'Introspection is switched off.' })
    if (field.alias) checkName(field.alias.value)
    for (const { value } of field.arguments ?? []) checkLiteral(value)
    const size = nothing()
    if (field.selectionSet && !isIntrospection) add(size, this.selections(field.selectionSet, nesting + 1), 1)
    else size.depth = 1
    size.aliases += field.alias ? 1 : 0
    size.fields += 1
    size.rootFields = 1
    return size
  }

  private directives(directives: readonly DirectiveNode[] | undefined, size: Size): void {
    for (const directive of directives ?? []) {
      size.directives += 1
      for (const { value } of directive.arguments ?? []) checkLiteral(value)
    }
    limitExceeded('directives', size.directives)
  }
}

/**
 * Refuses a document that is too large, before anything else looks at it: planners and validators expand what fragments
 * repeat, this does not.
 *
 * @throws {Refusal} 400 OPERATION_LIMIT_EXCEEDED naming limit and value; 400 for names, texts and introspection that
 *   are not taken.
 */
export function checkDocumentSize(document: DocumentNode, allowsIntrospection: boolean): void {
  const measure = new Measure(document, allowsIntrospection)
  for (const definition of document.definitions) {
    if (definition.kind === 'OperationDefinition') measure.operation(definition)
    else if (definition.kind === 'FragmentDefinition') measure.fragment(definition.name.value)
    else
      throw new Refusal(400, 'GRAPHQL_VALIDATION_FAILED', {
        message: 'A document holds operations and fragments, nothing else.',
      })
  }
}
