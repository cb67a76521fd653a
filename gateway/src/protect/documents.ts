import { createHash } from 'node:crypto'
import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  getVariableValues,
  NoSchemaIntrospectionCustomRule,
  type OperationDefinitionNode,
  parse,
  specifiedRules,
  validate,
} from 'graphql'
import { type OutwardError, Refusal } from '../answers/index.js'
import { BoundedMemory } from '../bounded-memory.js'
import { checkDocumentSize } from './document-size.js'
import { limits } from './limits.js'

/** A document that was parsed, measured and validated. */
export interface CheckedDocument {
  readonly document: DocumentNode
  /** SHA-256 of the text, in hex. */
  readonly hash: string
  readonly operations: readonly OperationDefinitionNode[]
}

const MOST_DOCUMENTS = 2_000

/** Characters of all documents together. A syntax tree takes some 20 times the memory of its text. */
const MOST_CHARACTERS = 4 * 1024 * 1024

const outward = (code: OutwardError['extensions']['code'], errors: readonly GraphQLError[]): OutwardError[] =>
  errors.slice(0, limits.errors).map(({ message, locations }) => ({
    message:
      message.length > limits.messageCharacters ? `${message.slice(0, limits.messageCharacters)}…` : message,
    ...(locations && { locations }),
    extensions: { code },
  }))

function parseText(query: string): DocumentNode {
  try {
    return parse(query, { maxTokens: limits.tokens })
  } catch (error) {
    if (!(error instanceof GraphQLError))
      throw new Refusal(400, 'OPERATION_LIMIT_EXCEEDED', { message: 'The document is nested too deeply.' })
    const { message } = error
    if (/^Syntax Error: Document contains more tha[nt]/.test(message))
      throw new Refusal(400, 'OPERATION_LIMIT_EXCEEDED', {
        message: `The document has more than ${limits.tokens} tokens (tokens).`,
      })
    throw new Refusal(400, 'GRAPHQL_PARSE_FAILED', {
      errors: outward('GRAPHQL_PARSE_FAILED', [error]),
    })
  }
}

/** The documents that clients send, each parsed, measured and validated once. Only those that passed are kept. */
export class Documents {
  private readonly memory = new BoundedMemory<CheckedDocument>(MOST_DOCUMENTS, MOST_CHARACTERS)
  private readonly rules

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly allowsIntrospection: boolean,
  ) {
    this.rules = allowsIntrospection ? specifiedRules : [...specifiedRules, NoSchemaIntrospectionCustomRule]
  }

  /** A document that passed before, by the hash of its text. */
  byHash(hash: string): DocumentNode | undefined {
    return this.memory.get(hash)?.document
  }

  /**
   * Parses, measures and validates, in this order, so that nothing expensive sees a document that is too large.
   * @throws {Refusal} 400 with every code that names a fault of a document.
   */
  check(query: string): CheckedDocument {
    const hash = createHash('sha256').update(query).digest('hex')
    const known = this.memory.get(hash)
    if (known) return known
    this.checkText(query)
    const document = parse(query, { maxTokens: limits.tokens, noLocation: true }) // places are half of the tree
    const operations = document.definitions.filter((one) => one.kind === 'OperationDefinition')
    const checked = { document, hash, operations }
    this.memory.set(hash, checked, query.length)
    return checked
  }

  private checkText(query: string): void {
    const document = parseText(query)
    checkDocumentSize(document, this.allowsIntrospection)
    if (document.definitions.some((one) => 'operation' in one && one.operation === 'subscription'))
      throw new Refusal(400, 'BAD_REQUEST', { message: 'Subscriptions are not served.' })
    const faults = validate(this.schema, document, this.rules, {
      hideSuggestions: true,
      maxErrors: limits.errors,
    })
    if (faults.some(({ message }) => message === 'Validation aborted.'))
      throw new Refusal(400, 'OPERATION_LIMIT_EXCEEDED', {
        message: 'One selection repeats too many fields to be compared with each other.',
      })
    if (faults.length > 0)
      throw new Refusal(400, 'GRAPHQL_VALIDATION_FAILED', {
        errors: outward('GRAPHQL_VALIDATION_FAILED', faults),
      })
  }

  /**
   * Checks the values of variables against their types, with an end to the number of errors: the gateway library has
   * none, and answers a list of wrong items with an error for each.
   *
   * @throws {Refusal} 400 BAD_USER_INPUT.
   */
  checkVariables(operation: OperationDefinitionNode, variables: Readonly<Record<string, unknown>>): void {
    const { errors } = getVariableValues(this.schema, operation.variableDefinitions ?? [], variables, {
      hideSuggestions: true,
      maxErrors: limits.errors,
    })
    if (errors) throw new Refusal(400, 'BAD_USER_INPUT', { errors: outward('BAD_USER_INPUT', errors) })
  }
}

/**
 * The operation that a request names, or the only one there is.
 * @throws {Refusal} 400 OPERATION_RESOLUTION_FAILURE.
 */
export function chooseOperation(
  { operations }: CheckedDocument,
  name: string | undefined,
): OperationDefinitionNode {
  const [first, second] = operations
  if (name === undefined && first && !second) return first
  const named = name === undefined ? undefined : operations.find((one) => one.name?.value === name)
  if (!named) throw new Refusal(400, 'OPERATION_RESOLUTION_FAILURE')
  return named
}
