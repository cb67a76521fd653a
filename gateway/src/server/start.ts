import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { GatewaySettings } from '@autora/shared/config'
import type { Clock } from '@autora/shared/request'
import { DateTime } from '@autora/shared/schema'
import { createLog, type Log } from '@autora/shared/telemetry'
import type { GraphQLSchema } from 'graphql'
import { Authenticator } from '../authenticate/index.js'
import { Authorizer } from '../authorize/index.js'
import { subgraphWays } from '../calls/index.js'
import { Readiness } from '../health/index.js'
import { GraphqlServer, SecuredGateway } from '../plan/index.js'
import { Documents } from '../protect/index.js'
import { PublicLog } from '../public-log/index.js'
import { Rates } from '../rates/index.js'
import { Front } from './front.js'
import { listen } from './listen.js'
import { RunningRequests } from './running-requests.js'

/** What a gateway can be started with beside its settings. */
export interface GatewayOptions {
  /** Text of the composed supergraph; by default gateway/supergraph.graphql. */
  readonly supergraphSdl?: string
  /** By default JSON lines on standard output. */
  readonly log?: Log
  readonly clock?: Clock
  /** Whether loopback gets a page to try documents with; by default in the development profile. */
  readonly hasExplorer?: boolean
}

/** A gateway that serves. */
export interface RunningGateway {
  readonly url: string
  /** Drains: new requests are refused, running ones get up to 10 s, then everything is closed. Safe to call twice. */
  close(): Promise<void>
}

/** gateway/supergraph.graphql, two folders above both the source and what is compiled from it. */
const committedSupergraph = () => readFileSync(join(__dirname, '../../supergraph.graphql'), 'utf8')

/** Composition knows only the names of scalars: their forms are checked here, before a subgraph is asked. */
function withScalars(schema: GraphQLSchema): GraphQLSchema {
  const { parseValue, parseLiteral } = DateTime
  const type = schema.getType(DateTime.name)
  if (type) Object.assign(type, { parseValue, parseLiteral })
  return schema
}

/** Loads the supergraph and starts everything between the door and the subgraphs. */
async function startGraph(gateway: SecuredGateway, supergraphSdl: string, isDevelopment: boolean, log: Log) {
  let documents: Documents | undefined
  let schema: GraphQLSchema | undefined
  gateway.onSchemaLoadOrUpdate(({ apiSchema }) => {
    schema = withScalars(apiSchema)
  })
  const graphql = await GraphqlServer.start(gateway, (hash) => documents?.byHash(hash), log)
  if (!schema) throw new Error('the supergraph gave no schema')
  const authorizer = new Authorizer(supergraphSdl, schema)
  documents = new Documents(schema, isDevelopment)
  return { graphql, authorizer, documents }
}

/**
 * Starts the gateway.
 *
 * @throws {Error} when the supergraph cannot be served (a field without an access rule, an unknown subgraph), or the
 *   port is taken. Subgraphs need not be there yet: until they are, `/health/ready` says so.
 */
export async function startGateway(
  settings: GatewaySettings,
  options: GatewayOptions = {},
): Promise<RunningGateway> {
  const { log = createLog('gateway'), clock = { now: () => new Date() } } = options
  const supergraphSdl = options.supergraphSdl ?? committedSupergraph()
  const isDevelopment = settings.AUTORA_PROFILE === 'development'
  const ways = subgraphWays(settings)
  const gateway = new SecuredGateway(supergraphSdl, ways, log)
  const graph = await startGraph(gateway, supergraphSdl, isDevelopment, log)
  const readiness = new Readiness(ways, log)
  const rates = new Rates(log)
  const authenticator = new Authenticator({ settings, ways, clock, log, rates })
  const hasExplorer = options.hasExplorer ?? isDevelopment
  const running = new RunningRequests(authenticator.feed, log)
  const doors = { authenticator, rates, running, readiness }
  const publicLog = new PublicLog(ways)
  const front = new Front({ ...graph, ...doors, ways, clock, log, hasExplorer, publicLog })
  const listening = await listen(front, settings.AUTORA_HOST, settings.AUTORA_PORT)
  void readiness.start()
  authenticator.start()
  log.info('gateway.started', { url: listening.url, profile: settings.AUTORA_PROFILE })
  let closing: Promise<void> | undefined
  const close = async () => {
    readiness.stop()
    await listening.close()
    await authenticator.stop()
    running.stop()
    await graph.graphql.stop()
    await Promise.all(Object.values(ways.calls).map((calls) => calls.close()))
    log.info('gateway.stopped')
  }
  return { url: listening.url, close: () => (closing ??= close()) }
}
