import { isOuter, literalAddress, outerLookup } from '@autora/shared/egress'
import { Agent, type Dispatcher, request } from 'undici'

/** Bounds of fetching a key set: milliseconds and bytes. */
const limits = { timeout: 2_000, bytes: 64 * 1024 } as const

/**
 * Fetches a key set: one address, no redirect, bounded in time and size.
 * @throws {Error} for anything but 200.
 */
export async function fetchKeys(url: string, dispatcher?: Dispatcher): Promise<string> {
  const signal = AbortSignal.timeout(limits.timeout)
  const { statusCode, body } = await request(url, {
    signal,
    headers: { accept: 'application/json' },
    ...(dispatcher && { dispatcher }),
  })
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of body as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > limits.bytes) throw new Error('the key set is too large')
    chunks.push(chunk)
  }
  if (statusCode !== 200) throw new Error('the key set was not answered with 200')
  return Buffer.concat(chunks).toString('utf8')
}

/** Fetches per minute: of one host, and of all together. */
const budget = { host: 60, all: 300, window: 60_000 } as const

/**
 * Fetches key sets from addresses that dealer groups chose: never from inside our own network, whatever a name resolves
 * to at that moment, and not often.
 */
export class ForeignKeys {
  private readonly agent: Agent
  private windowBegan = performance.now()
  private counts = new Map<string, number>()
  private all = 0

  constructor(private readonly isDevelopment: boolean) {
    const lookup = outerLookup(isDevelopment)
    this.agent = new Agent({ connections: 1, connect: { lookup, timeout: limits.timeout } })
  }

  /** @throws {Error} when the host is an inner one, was asked too often, or does not answer well. */
  async fetch(url: string): Promise<string> {
    const { hostname } = new URL(url)
    const literal = literalAddress(hostname)
    if (literal && !isOuter(literal, this.isDevelopment))
      throw new Error('the key set is at an inner address')
    this.spend(hostname)
    return fetchKeys(url, this.agent)
  }

  /** Ends all connections. */
  async close(): Promise<void> {
    await this.agent.destroy()
  }

  private spend(host: string): void {
    if (performance.now() - this.windowBegan >= budget.window) {
      this.windowBegan = performance.now()
      this.counts = new Map()
      this.all = 0
    }
    const count = this.counts.get(host) ?? 0
    if (count >= budget.host || this.all >= budget.all) throw new Error('this host was asked too often')
    this.counts.set(host, count + 1)
    this.all += 1
  }
}
