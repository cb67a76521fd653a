import type { Readable } from 'node:stream'
import { systemActor } from '@autora/shared/actor'
import type { Clock } from '@autora/shared/request'
import type { Log } from '@autora/shared/telemetry'
import { SignedCaller, type SubgraphWays } from '../calls/index.js'
import { type FeedLine, feedLines } from './feed-line.js'

/** Times of the feed in milliseconds (docs/decisions/0010-revocation-feed.md). */
export const feedTimes = {
  /** How old the last proof of identity's may be: what was learnt before may still be used. */
  fresh: 1_000,
  /** A connection that says nothing for so long is given up. */
  silence: 1_500,
  connect: 1_500,
  /** A connection is begun anew after so long: two clocks are compared at its beginning, and they drift. */
  life: 10 * 60_000,
  firstPause: 50,
  mostPause: 1_000,
} as const

/** Why a connection that was good is given up: its time was over, and nothing is wrong. */
const renewal = new Error('the connection is begun anew')

/** Whose rights changed: one thing, such as `session:<uuid>`, or anybody's (null). */
export type Change = string | null

/** What principals rest on. A change of anything else, such as a later version of identity may tell, is anybody's. */
const known: ReadonlySet<string> = new Set([
  'session',
  'membership',
  'user',
  'key',
  'app',
  'grant',
  'tenant',
  'provider',
])

/** What follows the feed. */
export interface FeedReader {
  changed(change: Change): void
}

/**
 * The gateway's end of identity's revocation feed. It is fresh while identity proved less than a second ago that it
 * hears PostgreSQL; whatever breaks in between, freshness runs out by itself.
 */
export class RevocationFeed {
  private readonly readers = new Set<FeedReader>()
  private connection: AbortController | undefined
  private provedAt = Number.NEGATIVE_INFINITY
  /** Whether there was an attempt to connect yet. */
  isStarted = false
  private isStopped = false
  private wasFresh = false
  private pause: number = feedTimes.firstPause
  private wake: () => void = () => undefined

  constructor(
    private readonly ways: SubgraphWays,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  /** Whether everything that was withdrawn until a second ago is known here. */
  get isFresh(): boolean {
    return performance.now() - this.provedAt < feedTimes.fresh
  }

  /** From now on tells `reader` of every change. */
  follow(reader: FeedReader): void {
    this.readers.add(reader)
  }

  /** Connects, and goes on doing so until `stop`. */
  start(): void {
    this.isStarted = true
    void this.run()
  }

  /** Ends the connection. */
  stop(): void {
    this.isStopped = true
    this.connection?.abort()
    this.wake()
  }

  private async run(): Promise<void> {
    while (!this.isStopped) {
      this.connection = new AbortController()
      try {
        await this.listen(this.connection)
      } catch (error) {
        if (this.connection.signal.reason === renewal) this.log.info('revocations.renewed')
        else if (this.wasFresh && !this.isStopped) this.log.error('revocations.lost', error)
      }
      this.connection.abort()
      this.gone()
      await this.rest(this.pause * (0.5 + Math.random()))
      this.pause = Math.min(this.pause * 2, feedTimes.mostPause)
    }
  }

  /** One connection from its beginning to its end. */
  private async listen(connection: AbortController): Promise<void> {
    const caller = new SignedCaller(
      { actor: systemActor, requestId: 'revocation-feed' },
      this.ways.sealKey,
      this.clock,
    )
    const watch = setTimeout(() => connection.abort(), feedTimes.connect)
    const life = setTimeout(() => connection.abort(renewal), feedTimes.life)
    const call = { path: '/internal/revocations', body: '{}', signal: connection.signal }
    const askedAt = performance.now()
    try {
      const body: Readable = await this.ways.calls.identity.stream(caller, call)
      let offset: number | undefined
      for await (const line of feedLines(body)) {
        // identity's clock began after we asked: taking that moment for its first line never makes a proof younger
        offset ??= askedAt - line.at
        this.read(line, line.at + offset)
        watch.refresh()
      }
    } finally {
      clearTimeout(watch)
      clearTimeout(life)
    }
  }

  private read(line: FeedLine, at: number): void {
    if (line.kind === 'beat') this.proved(at)
    else if (line.kind === 'lost') this.gone()
    else this.tell(line.kind === 'changed' && known.has(line.what) ? `${line.what}:${line.id}` : null)
  }

  private proved(at: number): void {
    this.provedAt = at
    if (!this.isFresh) return
    this.pause = feedTimes.firstPause
    if (!this.wasFresh) this.log.info('revocations.fresh')
    this.wasFresh = true
  }

  /** Nothing is known from here on, and nothing known before is worth anything. */
  private gone(): void {
    this.provedAt = Number.NEGATIVE_INFINITY
    if (!this.wasFresh) return
    this.wasFresh = false
    this.log.warn('revocations.stale')
    this.tell(null)
  }

  private tell(change: Change): void {
    for (const reader of this.readers) reader.changed(change)
  }

  private async rest(ms: number): Promise<void> {
    if (this.isStopped) return
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms)
      timer.unref()
      this.wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }
}
