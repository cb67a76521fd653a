import { Pool } from 'undici'
import { serveOrders } from './child.js'

/** One closed-loop run against one address. */
export interface LoadOrder {
  readonly url: string
  readonly body: string
  /** Taken in turn, so that neighbouring requests differ in who asks. */
  readonly tokens: readonly string[]
  readonly connections: number
  readonly seconds: number
  /** Bytes of every right answer. */
  readonly answerBytes: number
}

/** What a run measured. Times in milliseconds. */
export interface LoadResult {
  readonly requests: number
  readonly perSecond: number
  readonly p50: number
  readonly p95: number
  readonly p99: number
}

const faulty = Buffer.from('"errors":[')

/** @throws {Error} when an answer is not the one that was expected: a benchmark of errors measures nothing. */
async function ask(pool: Pool, path: string, order: LoadOrder, turn: number): Promise<void> {
  const token = order.tokens[turn % order.tokens.length] ?? ''
  const { statusCode, body } = await pool.request({
    method: 'POST',
    path,
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: order.body,
  })
  const answer = Buffer.from(await body.arrayBuffer())
  if (statusCode !== 200 || answer.length !== order.answerBytes || answer.includes(faulty))
    throw new Error(
      `wrong answer: ${statusCode}, ${answer.length} bytes: ${answer.toString('utf8').slice(0, 400)}`,
    )
}

const quantile = (sorted: readonly number[], part: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0

async function run(order: LoadOrder): Promise<LoadResult> {
  const { origin, pathname } = new URL(order.url)
  const pool = new Pool(origin, { connections: order.connections, pipelining: 1 })
  const times: number[] = []
  let turn = 0
  const start = performance.now()
  const end = start + order.seconds * 1000
  const user = async () => {
    while (performance.now() < end) {
      const sent = performance.now()
      await ask(pool, pathname, order, turn++)
      times.push(performance.now() - sent)
    }
  }
  try {
    await Promise.all(Array.from({ length: order.connections }, user))
  } finally {
    await pool.destroy()
  }
  const seconds = (performance.now() - start) / 1000
  times.sort((a, b) => a - b)
  return {
    requests: times.length,
    perSecond: times.length / seconds,
    p50: quantile(times, 0.5),
    p95: quantile(times, 0.95),
    p99: quantile(times, 0.99),
  }
}

serveOrders(run)
