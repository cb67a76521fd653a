import { randomBytes } from 'node:crypto'
import type { Readable } from 'node:stream'
import { hopHeaders, hopKey, type Subgraph, signHop } from '@autora/shared/actor'
import { Pool } from 'undici'
import { CallFailed } from './call-failed.js'
import type { SignedCaller } from './signed-caller.js'

/** Bounds of the calls to one subgraph. */
export const callLimits = {
  connections: 32,
  /** Calls that run or wait at once; more are refused, so that a hanging subgraph cannot fill our memory. */
  inFlight: 512,
  timeoutMs: 4_000,
  connectTimeoutMs: 1_000,
  responseBytes: 10 * 1024 * 1024,
} as const

/** What a subgraph answered. */
export interface CallAnswer {
  readonly status: number
  readonly contentType: string
  readonly body: Buffer
}

/** One call to a subgraph. */
export interface Call {
  readonly path: string
  readonly body: string | Buffer
  readonly contentType?: string
  /** Further headers. Never one that a client sent as it was. */
  readonly headers?: Readonly<Record<string, string>>
  readonly timeoutMs?: number
  /** Ends the call together with the request it belongs to. */
  readonly signal?: AbortSignal
  /** Safe to send again when the connection breaks. Never true for a write. */
  readonly isRepeatable?: boolean
}

async function readAnswer(body: Readable): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of body as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > callLimits.responseBytes) throw new CallFailed('TOO_LARGE')
    chunks.push(chunk)
  }
  return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)
}

const poolOf = (url: string, connections: number) =>
  new Pool(new URL(url).origin, {
    connections,
    pipelining: 1,
    connect: { timeout: callLimits.connectTimeoutMs },
    headersTimeout: 0, // the call's own timer covers connecting, headers and body together
    bodyTimeout: 0,
  })

/** Signed calls to one subgraph over kept-alive connections, bounded in time, number and size. */
export class SubgraphCalls {
  private readonly pool: Pool
  private readonly probes: Pool
  private readonly streams: Pool
  private readonly documents: Pool
  private readonly key: Buffer
  private running = 0

  constructor(
    readonly name: Subgraph,
    url: string,
    hopSecret: Buffer,
  ) {
    this.key = hopKey(hopSecret, name)
    this.pool = poolOf(url, callLimits.connections)
    this.probes = poolOf(url, 1)
    this.streams = poolOf(url, 1)
    this.documents = poolOf(url, 2)
  }

  /**
   * Sends one signed call.
   * @throws {CallFailed} when there is no whole answer in time.
   */
  async post(caller: SignedCaller, call: Call): Promise<CallAnswer> {
    try {
      return await this.send(this.pool, 'POST', call, this.headers(caller, call))
    } catch (error) {
      const again = call.isRepeatable && error instanceof CallFailed && error.fault === 'BROKEN'
      if (!again || call.signal?.aborted) throw error
      return await this.send(this.pool, 'POST', call, this.headers(caller, call))
    }
  }

  /** Asks for a public document, unsigned and past all that waits. @throws {CallFailed} when there is no whole answer in time. */
  async get(path: string, timeoutMs: number): Promise<CallAnswer> {
    return this.send(this.probes, 'GET', { path, body: '', timeoutMs }, {})
  }

  /** Asks for what everybody may read, unsigned: reading it in masses delays nobody else. @throws {CallFailed} as `get`. */
  async fetchPublic(path: string): Promise<CallAnswer> {
    return this.send(this.documents, 'GET', { path, body: '' }, {})
  }

  /**
   * Sends one signed call whose answer comes bit by bit, for as long as `signal` lets it.
   * @throws {CallFailed} when the answer does not begin, or not with 200.
   */
  async stream(caller: SignedCaller, call: Call & { readonly signal: AbortSignal }): Promise<Readable> {
    const { path, body, signal } = call
    try {
      const answer = await this.streams.request({
        method: 'POST',
        path,
        body,
        headers: this.headers(caller, call),
        signal,
      })
      if (answer.statusCode === 200) return answer.body
      await answer.body.dump()
      throw new CallFailed('BROKEN')
    } catch (cause) {
      throw CallFailed.from(cause)
    }
  }

  /** Ends all connections. */
  async close(): Promise<void> {
    const pools = [this.pool, this.probes, this.streams, this.documents]
    await Promise.all(pools.map((pool) => pool.destroy()))
  }

  private headers(caller: SignedCaller, call: Call): Record<string, string> {
    const seal = caller.seal(this.name)
    const parts = {
      audience: this.name,
      path: call.path,
      caller: caller.encoded,
      seal,
      body: call.body,
    }
    return {
      ...call.headers,
      'content-type': call.contentType ?? 'application/json',
      [hopHeaders.caller]: caller.encoded,
      [hopHeaders.seal]: seal,
      [hopHeaders.signature]: signHop(this.key, parts, caller.now(), randomBytes(16).toString('base64url')),
    }
  }

  private async send(
    pool: Pool,
    method: 'GET' | 'POST',
    call: Call,
    headers: Record<string, string>,
  ): Promise<CallAnswer> {
    if (this.running >= callLimits.inFlight) throw new CallFailed('CROWDED')
    const controller = new AbortController()
    const abort = () => controller.abort(new CallFailed('TIMEOUT'))
    const timer = setTimeout(abort, call.timeoutMs ?? callLimits.timeoutMs)
    call.signal?.addEventListener('abort', abort, { once: true })
    if (call.signal?.aborted) abort()
    this.running += 1
    try {
      const {
        statusCode,
        headers: answered,
        body,
      } = await pool.request({
        method,
        path: call.path,
        headers,
        ...(method === 'POST' && { body: call.body }),
        signal: controller.signal,
      })
      const contentType = answered['content-type']
      return {
        status: statusCode,
        contentType: typeof contentType === 'string' ? contentType : '',
        body: await readAnswer(body),
      }
    } catch (cause) {
      throw CallFailed.from(cause)
    } finally {
      this.running -= 1
      clearTimeout(timer)
      call.signal?.removeEventListener('abort', abort)
    }
  }
}
