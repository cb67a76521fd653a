/** How large a request may be, whoever asks. A refusal names the row and its value. */
export const limits = {
  /** Bytes of a GraphQL request body. */
  bodyBytes: 100 * 1024,
  /** Headers of a request. */
  headers: 100,
  /** Bytes of all headers together; Node answers 431 above. */
  headerBytes: 16 * 1024,
  /** Tokens of a document: the parser stops there, so recursion has an end. */
  tokens: 2_000,
  /** Fields inside fields, counted through fragments. */
  depth: 10,
  /** Selection sets inside selection sets, inline fragments included. */
  nesting: 40,
  /** Aliases, `__typename` included, counted through fragments. */
  aliases: 15,
  /** Fields at the root of an operation, counted through fragments. */
  rootFields: 5,
  /** Directives, counted through fragments. */
  directives: 20,
  /** Fields altogether, each counted as often as fragments repeat it. */
  fields: 1_000,
  /** Variables that are defined, and variables that are sent. */
  variables: 50,
  /** Items of one list, in variables and in the document. */
  listItems: 200,
  /** Lists and objects inside each other in variables. */
  variableDepth: 10,
  /** Errors that one refusal tells. */
  errors: 10,
  /** Characters of one message: it may quote what the client sent. */
  messageCharacters: 300,
} as const

/** Name of a limit. */
export type LimitName = keyof typeof limits
