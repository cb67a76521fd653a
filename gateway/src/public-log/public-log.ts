import { type Answer, Refusal } from '../answers/index.js'
import { BoundedMemory } from '../bounded-memory.js'
import { CallFailed, type SubgraphWays } from '../calls/index.js'

/** Below which address the log is found. */
export const TRAIL_PREFIX = '/trail/'

/** Whole tiles that are kept, and how many bytes they may be together: they never change. */
const kept = { tiles: 1_024, bytes: 8 * 1024 * 1024 } as const

/** Questions to the subgraph at once; more are refused. */
const MOST_AT_ONCE = 8

/** How long a checkpoint is answered again, in milliseconds: the sequencer publishes one a second at most. */
const CHECKPOINT_MS = 1_000

const checkpointPath = `${TRAIL_PREFIX}checkpoint`
const tileForm = /^\/trail\/tile\/\d{1,2}\/(?:x\d{3}\/){0,4}\d{3}(\.p\/\d{1,3})?$/

const cacheHeaders = {
  checkpoint: { 'cache-control': 'no-cache', 'content-type': 'text/plain; charset=utf-8' },
  // a whole tile is the same for ever; a part of one is asked for until the whole one is there
  whole: {
    'cache-control': 'public, max-age=31536000, immutable',
    'content-type': 'application/octet-stream',
  },
  part: { 'cache-control': 'public, max-age=300', 'content-type': 'application/octet-stream' },
} as const

/** The log over the trail as everybody may read it (C2SP tlog-tiles): checkpoints and hashes, fetched from the audit subgraph. */
export class PublicLog {
  private readonly tiles = new BoundedMemory<Buffer>(kept.tiles, kept.bytes)
  private checkpoint: { readonly until: number; readonly body: Buffer } | null = null
  private running = 0

  /** @param now - a clock that never goes back, in milliseconds. */
  constructor(
    private readonly ways: SubgraphWays,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /**
   * Answers one question, without its query.
   * @throws {Refusal} 404 NOT_FOUND, 429 TOO_MANY_REQUESTS, 503 SERVICE_UNAVAILABLE.
   */
  async answer(path: string): Promise<Answer> {
    if (path === checkpointPath)
      return { status: 200, body: await this.newest(), headers: cacheHeaders.checkpoint }
    const [isTile, part] = tileForm.exec(path) ?? []
    if (!isTile) throw new Refusal(404, 'NOT_FOUND')
    if (part) return { status: 200, body: await this.ask(path), headers: cacheHeaders.part }
    const known = this.tiles.get(path)
    const body = known ?? (await this.ask(path))
    if (!known) this.tiles.set(path, body, body.length)
    return { status: 200, body, headers: cacheHeaders.whole }
  }

  private async newest(): Promise<Buffer> {
    if (this.checkpoint && this.now() < this.checkpoint.until) return this.checkpoint.body
    const body = await this.ask(checkpointPath)
    this.checkpoint = { until: this.now() + CHECKPOINT_MS, body }
    return body
  }

  private async ask(path: string): Promise<Buffer> {
    if (this.running >= MOST_AT_ONCE)
      throw new Refusal(429, 'TOO_MANY_REQUESTS', { headers: { 'retry-after': '1' }, logged: 'PUBLIC_LOG' })
    this.running += 1
    try {
      const { status, body } = await this.ways.calls.audit.fetchPublic(path)
      if (status === 200) return body
      if (status === 404) throw new Refusal(404, 'NOT_FOUND')
      throw new Refusal(503, 'SERVICE_UNAVAILABLE', { headers: { 'retry-after': '1' } })
    } catch (error) {
      if (!(error instanceof CallFailed)) throw error
      throw new Refusal(503, 'SERVICE_UNAVAILABLE', { headers: { 'retry-after': '1' }, logged: error.fault })
    } finally {
      this.running -= 1
    }
  }
}
