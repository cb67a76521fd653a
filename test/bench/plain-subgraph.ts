import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { ApolloServer, HeaderMap } from '@apollo/server'
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled'
import { buildSubgraphSchema } from '@apollo/subgraph'
import { joinResolvers, type Resolvers } from '@autora/shared/graphql'
import type { RequestContext } from '@autora/shared/request'
import { DateTime } from '@autora/shared/schema'
import { parse } from 'graphql'

/** Something that listens. */
export interface Listening {
  readonly url: string
  close(): Promise<void>
}

/** The server that our subgraphs run on, with the same plugins off, and no rule in the schema. */
const apolloServer = (sdl: string, maps: readonly Resolvers[]) =>
  new ApolloServer<RequestContext>({
    schema: buildSubgraphSchema([{ typeDefs: parse(sdl), resolvers: { DateTime, ...joinResolvers(maps) } }]),
    introspection: false,
    csrfPrevention: false,
    persistedQueries: false,
    stopOnTerminationSignals: false,
    plugins: [
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
    ],
  })

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = []
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk)
  return JSON.parse(Buffer.concat(chunks).toString('utf8'))
}

/**
 * Serves a subgraph with our schema text and our resolvers, and without any security: whoever calls is served, the
 * database is asked by a superuser. Over the same bare HTTP front as ours, so that the fronts cancel out.
 *
 * @param contextOf - made anew for every request, as ours is.
 */
export async function servePlainSubgraph(
  sdl: string,
  maps: readonly Resolvers[],
  contextOf: () => RequestContext,
): Promise<Listening> {
  const apollo = apolloServer(sdl, maps)
  await apollo.start()
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const result = await apollo.executeHTTPGraphQLRequest({
      httpGraphQLRequest: {
        method: 'POST',
        headers: new HeaderMap([['content-type', 'application/json']]),
        search: '',
        body: await bodyOf(request),
      },
      context: async () => contextOf(),
    })
    response.writeHead(result.status ?? 200, Object.fromEntries(result.headers))
    response.end(result.body.kind === 'complete' ? result.body.string : '')
  }
  const server = createServer({ keepAliveTimeout: 65_000 }, (request, response) => {
    answer(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeAllConnections()
      await closed
      await apollo.stop()
    },
  }
}
