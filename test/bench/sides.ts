import { type IssuerKey, keySet } from '../kit/tokens.js'
import { Child } from './child.js'
import type { BenchQuery } from './queries.js'
import { LEADS, type Stage } from './stage.js'

/** The two that are compared. */
export const sideNames = ['OURS', 'STOCK'] as const

/** One of the two. */
export type SideName = (typeof sideNames)[number]

/** A gateway and the subgraphs behind it, a process each. */
export interface Side {
  readonly name: SideName
  readonly url: string
  readonly gateway: Child
  readonly services: Child
}

async function startSide(
  name: SideName,
  order: unknown,
  profileTo: string | undefined,
  started: Child[],
): Promise<Side> {
  const start = (role: 'services' | 'gateway') => {
    const child = Child.start(
      `${name.toLowerCase()}-${role}`,
      role === 'gateway' ? 'GATEWAY' : 'SERVICES',
      profileTo,
    )
    started.push(child)
    return child
  }
  const services = start('services')
  const urls = await services.order(order)
  const gateway = start('gateway')
  return { name, url: await gateway.order<string>(urls), gateway, services }
}

/**
 * Starts both sides on the same database.
 * @param started - takes every process as soon as it runs, so that it can be stopped whatever happens.
 */
export async function startSides(
  { adminUrl, asker: { actor } }: Stage,
  issuerKey: IssuerKey,
  profileTo: string | undefined,
  started: Child[],
): Promise<Readonly<Record<SideName, Side>>> {
  const issuerKeySet = await keySet(issuerKey)
  const OURS = await startSide('OURS', { adminUrl, issuerKeySet }, profileTo, started)
  const STOCK = await startSide('STOCK', { adminUrl, actor }, undefined, started)
  return { OURS, STOCK }
}

/** The answer of one side to a query, read once with care. */
export interface ReferenceAnswer {
  /** Every later answer has this length: all that changes is the request id, and all of them are equally long. */
  readonly bytes: number
  readonly data: unknown
}

/** Asks once. @throws {Error} unless the answer is whole and without errors. */
export async function referenceAnswer(
  url: string,
  query: BenchQuery,
  token: string,
): Promise<ReferenceAnswer> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: bodyOf(query),
  })
  const text = await response.text()
  const { data, errors } = JSON.parse(text) as { data?: { leads?: { edges: unknown[] } }; errors?: unknown }
  const isWhole = query.name !== 'A' || data?.leads?.edges.length === LEADS
  if (response.status !== 200 || errors || !data || !isWhole)
    throw new Error(`${url} answers ${query.name} with ${response.status}: ${text.slice(0, 1000)}`)
  return { bytes: Buffer.byteLength(text), data }
}

/** The body of a request. */
export const bodyOf = ({ query, variables }: BenchQuery): string => JSON.stringify({ query, variables })
