import { type LookupAddress, type LookupOptions, lookup } from 'node:dns'
import { BlockList, isIP, type LookupFunction } from 'node:net'
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

const inner = new BlockList()
for (const [net, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 3],
] as const)
  inner.addSubnet(net, bits, 'ipv4')
for (const [net, bits] of [
  ['::', 96],
  ['64:ff9b::', 96],
  ['2002::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const)
  inner.addSubnet(net, bits, 'ipv6')
const loopback = new BlockList()
loopback.addSubnet('127.0.0.0', 8, 'ipv4')
loopback.addAddress('::1', 'ipv6')

/** Whether an address is one of the open Internet, where a dealer group's provider has to be. */
export function isOuter(address: string, isDevelopment: boolean): boolean {
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4'
  return !inner.check(address, family) || (isDevelopment && loopback.check(address, family))
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
    this.agent = new Agent({ connections: 1, connect: { lookup: this.lookup, timeout: limits.timeout } })
  }

  /** @throws {Error} when the host is an inner one, was asked too often, or does not answer well. */
  async fetch(url: string): Promise<string> {
    const { hostname } = new URL(url)
    const literal = hostname.replace(/^\[|\]$/g, '')
    if (isIP(literal) && !isOuter(literal, this.isDevelopment))
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

  /** What the connection is made to is what was looked at: a name that changes in between changes nothing. */
  private readonly lookup: LookupFunction = (hostname, options, done) => {
    lookup(hostname, { ...(options as LookupOptions), all: true }, (error, found) => {
      const addresses = found as LookupAddress[]
      const fault = error ?? this.faultOf(addresses)
      const [first] = addresses ?? []
      if (fault || !first) done(fault ?? new Error('no address'), '', 4)
      else if (options.all) done(null, addresses)
      else done(null, first.address, first.family)
    })
  }

  private faultOf(addresses: readonly LookupAddress[]): Error | null {
    const isOpen = addresses.every(({ address }) => isOuter(address, this.isDevelopment))
    return isOpen ? null : new Error('the key set is at an inner address')
  }
}
