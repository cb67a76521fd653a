/**
 * What every subgraph schema starts with: the federation version, our two directives with the order to carry them into
 * the supergraph, and the value types that all subgraphs share. Arguments are strings because a composed directive
 * cannot bring its enum types along; the wall against a misspelling is `fieldRules`, which refuses to start.
 */
export const prelude = `
extend schema
  @link(url: "https://specs.apollo.dev/federation/v2.11", import: ["@key", "@shareable", "@composeDirective"])
  @link(url: "https://autora.example/access/v1.0", import: ["@access", "@data"])
  @composeDirective(name: "@access")
  @composeDirective(name: "@data")

"The deed a field belongs to. On a type: the default of its fields."
directive @access(action: String!) on OBJECT | FIELD_DEFINITION

"The class of what a field holds. On a type: the default of its fields."
directive @data(class: String!) on OBJECT | FIELD_DEFINITION

"A point in time, ISO 8601 in UTC with milliseconds."
scalar DateTime

"Where a page of a connection ends, and whether more follows."
type PageInfo @shareable @access(action: "viewer:read") @data(class: "PUBLIC") {
  "Whether there is a page after this one."
  hasNextPage: Boolean!
  "Hand this to \`after\` to get the next page; null on an empty page."
  endCursor: String
}

"Why a mutation did not do what was asked: a refusal of the business, not a fault."
type UserError @shareable @access(action: "viewer:read") @data(class: "PUBLIC") {
  "Stable code."
  code: String!
  "The input at fault, outermost first; null when no single one is."
  field: [String!]
  "One sentence for a person."
  message: String!
}
`
