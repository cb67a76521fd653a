import { isDeepStrictEqual } from 'node:util'
import { goodClaims, type IssuerKey, signToken } from '../kit/tokens.js'
import type { Child } from './child.js'
import { databaseCpuMs } from './database-time.js'
import type { LoadOrder, LoadResult } from './load.js'
import type { BenchOptions } from './options.js'
import type { BenchQuery } from './queries.js'
import {
  bodyOf,
  type ReferenceAnswer,
  referenceAnswer,
  type Side,
  type SideName,
  sideNames,
} from './sides.js'
import type { Asker } from './stage.js'

/** One measurement of one side. */
export interface Measured extends LoadResult {
  readonly side: SideName
  readonly query: BenchQuery['name']
  readonly connections: number
  readonly round: number
  /** Processor time per request of the gateway, of the subgraphs behind it, and of the database behind those. */
  readonly gatewayCpuMs: number
  readonly servicesCpuMs: number
  readonly databaseCpuMs: number
  /** Memory of the gateway right after. */
  readonly gatewayRssBytes: number
}

/** How many ask at once. */
export const connectionCounts = [1, 50] as const

/** Sessions that the requests of one measurement belong to. */
const SESSIONS = 8

/** All that measurements have in common. */
export interface Field {
  readonly sides: Readonly<Record<SideName, Side>>
  readonly load: Child
  readonly issuerKey: IssuerKey
  readonly asker: Asker
  readonly postgresPid: number
  readonly options: BenchOptions
}

/** Tokens of several sessions of the salesperson, made anew for every measurement: they live for five minutes. */
const newTokens = ({ issuerKey, asker: { membership } }: Field): Promise<string[]> =>
  Promise.all(
    Array.from({ length: SESSIONS }, () =>
      signToken(issuerKey, goodClaims({ userId: membership.userId, membershipId: membership.id })),
    ),
  )

async function compare(
  field: Field,
  query: BenchQuery,
): Promise<Readonly<Record<SideName, ReferenceAnswer>>> {
  const [token = ''] = await newTokens(field)
  const OURS = await referenceAnswer(field.sides.OURS.url, query, token)
  const STOCK = await referenceAnswer(field.sides.STOCK.url, query, token)
  if (!isDeepStrictEqual(OURS.data, STOCK.data)) throw new Error(`the sides answer ${query.name} differently`)
  return { OURS, STOCK }
}

async function measure(
  field: Field,
  side: SideName,
  what: { query: BenchQuery; connections: number; seconds: number; answerBytes: number },
): Promise<Omit<Measured, 'round'>> {
  const { url, gateway, services } = field.sides[side]
  const { query, ...rest } = what
  const snapshot = async () => ({
    gateway: await gateway.usage(),
    services: await services.usage(),
    databaseCpuMs: databaseCpuMs(field.postgresPid),
  })
  const order: LoadOrder = { ...rest, url, body: bodyOf(query), tokens: await newTokens(field) }
  const before = await snapshot()
  const result = await field.load.order<LoadResult>(order)
  const after = await snapshot()
  return {
    ...result,
    side,
    query: query.name,
    connections: what.connections,
    gatewayCpuMs: (after.gateway.cpuMs - before.gateway.cpuMs) / result.requests,
    servicesCpuMs: (after.services.cpuMs - before.services.cpuMs) / result.requests,
    databaseCpuMs: (after.databaseCpuMs - before.databaseCpuMs) / result.requests,
    gatewayRssBytes: after.gateway.rssBytes,
  }
}

/**
 * Compares the answers, warms both sides up and measures in rounds: within a round the sides take turns, and the one
 * that begins changes from round to round, so that whatever else the machine does falls on both.
 *
 * @param onProgress - told one line for each measurement.
 * @throws {Error} when the sides answer differently, or any answer is wrong.
 */
export async function runRounds(
  field: Field,
  queries: readonly BenchQuery[],
  onProgress: (line: string) => void,
): Promise<readonly Measured[]> {
  const { rounds, seconds, warmUpSeconds } = field.options
  const bytes = new Map<string, Readonly<Record<SideName, ReferenceAnswer>>>()
  for (const query of queries) {
    const answers = await compare(field, query)
    bytes.set(query.name, answers)
    for (const side of sideNames)
      await measure(field, side, {
        query,
        connections: 50,
        seconds: warmUpSeconds,
        answerBytes: answers[side].bytes,
      })
  }
  const results: Measured[] = []
  for (let round = 0; round < rounds; round++)
    for (const query of queries)
      for (const connections of connectionCounts)
        for (const side of round % 2 === 0 ? sideNames : sideNames.toReversed()) {
          const answerBytes = bytes.get(query.name)?.[side].bytes ?? 0
          const result = {
            ...(await measure(field, side, { query, connections, seconds, answerBytes })),
            round,
          }
          results.push(result)
          const { perSecond, p50, p99 } = result
          onProgress(
            `round ${round + 1} ${query.name} ${connections} ${side}: ${perSecond.toFixed(0)}/s, p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`,
          )
        }
  return results
}
