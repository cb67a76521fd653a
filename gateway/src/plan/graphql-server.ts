import { ApolloServer, HeaderMap } from '@apollo/server'
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled'
import type { Log } from '@autora/shared/telemetry'
import type { DocumentNode, GraphQLFormattedError } from 'graphql'
import type { Answer } from '../answers/index.js'
import type { Execution } from './execution.js'
import { quiet, type SecuredGateway } from './secured-gateway.js'
import { outwardError } from './subgraph-result.js'

/** Finds documents that were checked, by the SHA-256 of their text. */
export type DocumentFinder = (hash: string) => DocumentNode | undefined

/** Hands the server our checked documents, so that nothing is parsed and validated twice. */
const documentStore = (find: DocumentFinder) => ({
  get: async (key: string) => find(key.slice(key.lastIndexOf(':') + 1)),
  set: async () => undefined,
  delete: async () => undefined,
})

/** The last wall before the client: whatever reaches it leaves as a code and a sentence of the catalogue. */
const formatError =
  (log: Log) =>
  (formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError => {
    const outward = outwardError(formatted)
    if (formatted.extensions?.code !== outward.extensions.code) log.error('operation.failed', error)
    return outward
  }

/** Apollo Server without anything that talks, listens or shows: only its request pipeline is used. */
export class GraphqlServer {
  private constructor(private readonly apollo: ApolloServer<Execution>) {}

  /** Loads the gateway and starts. @throws {Error} when the supergraph cannot be served. */
  static async start(gateway: SecuredGateway, find: DocumentFinder, log: Log): Promise<GraphqlServer> {
    const apollo = new ApolloServer<Execution>({
      gateway,
      introspection: true, // decided by protect, before anything is parsed here
      csrfPrevention: false, // decided by protect: only application/json is taken
      persistedQueries: false,
      allowBatchedHttpRequests: false,
      includeStacktraceInErrorResponses: false,
      hideSchemaDetailsFromClientErrors: true,
      stopOnTerminationSignals: false,
      nodeEnv: 'production',
      logger: quiet,
      documentStore: documentStore(find),
      formatError: formatError(log),
      plugins: [
        ApolloServerPluginCacheControlDisabled(),
        ApolloServerPluginInlineTraceDisabled(),
        ApolloServerPluginLandingPageDisabled(),
        ApolloServerPluginSchemaReportingDisabled(),
        ApolloServerPluginUsageReportingDisabled(),
      ],
    })
    await apollo.start()
    return new GraphqlServer(apollo)
  }

  /** Carries out one authorized operation. */
  async execute(execution: Execution): Promise<Answer> {
    const { query, operation, variables } = execution
    const answer = await this.apollo.executeHTTPGraphQLRequest({
      httpGraphQLRequest: {
        method: 'POST',
        headers: new HeaderMap([['content-type', 'application/json']]),
        search: '',
        body: { query, variables, ...(operation.name && { operationName: operation.name.value }) },
      },
      context: async () => execution,
    })
    return { status: answer.status ?? 200, body: answer.body.kind === 'complete' ? answer.body.string : '' }
  }

  /** Stops the server and its gateway. */
  async stop(): Promise<void> {
    await this.apollo.stop()
  }
}
