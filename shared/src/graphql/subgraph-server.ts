import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { ApolloServer } from '@apollo/server'
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled'
import type { RequestContext } from '../request/index.js'
import { errorFormatter } from './format-error.js'
import {
  type RunningSubgraph,
  refuse,
  SubgraphHandler,
  type SubgraphServerOptions,
} from './subgraph-handler.js'

/** A caller and a seal that name 200 stores each stay below this. */
const MOST_HEADER_BYTES = 64 * 1024

const apolloServer = (options: SubgraphServerOptions) =>
  new ApolloServer<RequestContext>({
    schema: options.schema,
    introspection: false,
    csrfPrevention: false, // no browser gets past the signature
    persistedQueries: false,
    includeStacktraceInErrorResponses: false,
    hideSchemaDetailsFromClientErrors: true,
    stopOnTerminationSignals: false,
    formatError: errorFormatter(options.log),
    plugins: [
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
    ],
  })

const httpServer = (options: SubgraphServerOptions, handler: SubgraphHandler): Server =>
  createServer({ maxHeaderSize: MOST_HEADER_BYTES, keepAliveTimeout: 65_000 }, (request, response) => {
    handler.handle(request, response).catch((error: unknown) => {
      options.log.error('request.failed', error)
      if (response.headersSent) response.destroy()
      else refuse(response, 500, 'INTERNAL_SERVER_ERROR')
    })
  })

/**
 * Serves a subgraph over HTTP.
 * @param port - 0 picks a free one; see `url`.
 */
export async function serveSubgraph(
  options: SubgraphServerOptions,
  host: string,
  port: number,
): Promise<RunningSubgraph> {
  const apollo = apolloServer(options)
  await apollo.start()
  const handler = new SubgraphHandler(options, apollo)
  const server = httpServer(options, handler)
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, host, resolve))
  const { port: bound } = server.address() as AddressInfo
  return {
    url: `http://${host}:${bound}`,
    server,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeIdleConnections()
      await closed
      await handler.close()
      await apollo.stop()
    },
  }
}
