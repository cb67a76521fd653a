import { buildSchema, graphqlSync } from 'graphql'
import { sampleSchemas } from './sample-graph.js'
import type { Responder } from './services.js'

const plain = `
directive @access(action: String!) on OBJECT | FIELD_DEFINITION
directive @data(class: String!) on OBJECT | FIELD_DEFINITION
directive @key(fields: String!, resolvable: Boolean) repeatable on OBJECT
scalar _Any
`

const entities = (types: string) => `
union _Entity = ${types}
extend type Query { _entities(representations: [_Any!]!): [_Entity]! }
`

/** Answers GraphQL with plain values, as a subgraph without rules would: whatever is asked for is given. */
function responder(sdl: string, root: object): Responder {
  const schema = buildSchema(plain + sdl)
  return ({ body }) => {
    const { query, variables, operationName } = JSON.parse(body)
    return graphqlSync({
      schema,
      source: query,
      rootValue: root,
      variableValues: variables,
      operationName,
      typeResolver: (value: { __typename?: string }) => value.__typename,
    })
  }
}

const customer = {
  id: 'c1',
  firstName: 'Thandi',
  emails: ['thandi@example.test'],
  phones: [{ e164: '+27821234567' }],
}

const leadOf = (index: number) => ({
  __typename: 'Lead',
  id: `l${index}`,
  status: 'NEW',
  budget: 100,
  customer: index % 3 === 2 ? null : customer,
  store: { __typename: 'Store', id: `s${index % 250}` },
  things: [
    { __typename: 'Note', title: 'note', body: 'secret' },
    { __typename: 'Car', title: 'car', vin: 'V1' },
  ],
})

/** The fake dealer_ops: `first` leads in up to 250 stores. */
export const dealerOpsResponder: Responder = responder(sampleSchemas.dealer_ops, {
  leads: ({ first, ids }: { first: number; ids?: string[] }) => ({
    total: first,
    edges: (ids ?? Array.from({ length: first })).map((_, index) => ({ node: leadOf(index) })),
  }),
  leadNote: ({ text }: { text: string }) => ({
    lead: leadOf(0),
    note: { __typename: 'Note', title: text, body: text },
  }),
  reveal: () => 'thandi@example.test',
})

/** The fake identity's graph: stores by reference; the one named s1 fails as a database would. */
export const identityResponder: Responder = responder(sampleSchemas.identity + entities('Store'), {
  me: { id: 'u1', email: 'staff@example.test' },
  _entities: ({ representations }: { representations: { id: string }[] }) =>
    representations.map(({ id }) => {
      const name = () => {
        if (id === 's1') throw new Error('pg: duplicate key value violates "store_name_key" at 10.0.0.7')
        return `Store ${id}`
      }
      return { __typename: 'Store', id, name }
    }),
})
