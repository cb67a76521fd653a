import { ApolloGateway } from '@apollo/gateway'
import { ApolloServer } from '@apollo/server'
import { startStandaloneServer } from '@apollo/server/standalone'
import { dealerOpsSdl, leadResolvers } from '@autora/dealer-ops'
import { identitySdl, storeResolvers, userResolvers, viewerResolvers } from '@autora/identity'
import type { Actor } from '@autora/shared/actor'
import { TenantDatabase } from '@autora/shared/database'
import type { Resolvers } from '@autora/shared/graphql'
import { requestContext } from '@autora/shared/request'
import { createLog } from '@autora/shared/telemetry'
import { openPlainDatabase } from './plain-database.js'
import { type Listening, servePlainSubgraph } from './plain-subgraph.js'

/** Addresses of the stock subgraphs, by the name they have in the supergraph. */
export interface StockServices {
  readonly identity: string
  readonly dealer_ops: string
}

/** Running stock subgraphs. */
export interface RunningStockServices {
  readonly urls: StockServices
  close(): Promise<void>
}

/** One subgraph without walls; what it shares with ours is everything between the resolver and the statement. */
async function serve(
  sdl: string,
  maps: readonly Resolvers[],
  superuserUrl: string,
  actor: Actor,
): Promise<Listening> {
  const plain = openPlainDatabase(superuserUrl)
  const unused = await TenantDatabase.open({ url: superuserUrl, applicationName: 'bench', poolSize: 1 })
  const parts = { clock: { now: () => new Date() }, log: createLog('stock') }
  const caller = { actor, requestId: 'bench-request' }
  const server = await servePlainSubgraph(sdl, maps, () => {
    return { ...requestContext(caller, '', unused, parts), tenant: plain.access }
  })
  return {
    url: server.url,
    async close() {
      await server.close()
      await Promise.all([plain.close(), unused.close()])
    },
  }
}

/**
 * Serves the subgraphs that the queries of the benchmark touch, with the same resolvers, services and SQL as ours.
 *
 * @param actor - who everybody is: nobody is asked for a credential.
 */
export async function startStockServices(superuserUrl: string, actor: Actor): Promise<RunningStockServices> {
  const [identity, dealerOps] = await Promise.all([
    serve(identitySdl, [viewerResolvers, storeResolvers, userResolvers], superuserUrl, actor),
    serve(dealerOpsSdl(), [leadResolvers], superuserUrl, actor),
  ])
  return {
    urls: { identity: identity.url, dealer_ops: dealerOps.url },
    close: async () => void (await Promise.all([identity.close(), dealerOps.close()])),
  }
}

/** The supergraph text with the addresses of running subgraphs. Where none is given, nothing listens. */
const addressed = (supergraph: string, urls: StockServices) =>
  supergraph.replace(/(join__graph\(name: ")(identity|dealer_ops)(", url: ")[^"]*/g, (_, ...found) => {
    const [before, name, between] = found as [string, keyof StockServices, string]
    return `${before}${name}${between}${urls[name]}/graphql`
  })

/** Apollo's gateway and server as their documentation starts them: standalone, everything as it is by default. */
export async function startStockGateway(supergraph: string, urls: StockServices): Promise<Listening> {
  process.env.APOLLO_TELEMETRY_DISABLED = 'true'
  const server = new ApolloServer({
    gateway: new ApolloGateway({ supergraphSdl: addressed(supergraph, urls) }),
    stopOnTerminationSignals: false,
  })
  const { url } = await startStandaloneServer(server, { listen: { port: 0, host: '127.0.0.1' } })
  return { url: `${url.replace(/\/$/, '')}/graphql`, close: () => server.stop() }
}
