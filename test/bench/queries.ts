/** What is asked of both sides, word for word the same. */
export interface BenchQuery {
  readonly name: 'A' | 'C'
  /** In a few words, for people. */
  readonly title: string
  readonly query: string
  readonly variables: Readonly<Record<string, unknown>>
}

const leads = `query Leads($store: ID!) {
  leads(filter: { storeId: $store }, first: 50) {
    edges {
      node {
        id status interest source receivedAt
        assignee { id displayName }
        store { id name city }
      }
    }
    pageInfo { hasNextPage endCursor }
  }
}`

const me = `query Me {
  me { principal displayName purpose user { id displayName } stores { id code name } }
}`

/** The queries of the benchmark. @param storeId - a store with at least 50 leads, as clients spell its id. */
export const benchQueries = (storeId: string): readonly BenchQuery[] => [
  { name: 'A', title: '50 leads with assignee and store', query: leads, variables: { store: storeId } },
  { name: 'C', title: 'me', query: me, variables: {} },
]
