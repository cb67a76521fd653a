import type { SystemDatabase } from '@autora/shared/database'
import type { Log } from '@autora/shared/telemetry'
import { trailLag } from './declaration-repository.js'

/** How far the log is behind the trail. */
export interface TrailLag {
  /** Age of the oldest event without a leaf. */
  readonly seconds: number
  /** Events without a leaf. */
  readonly events: number
}

/** From which age of the oldest event on the log says something, and is no longer well; in seconds. */
export const lagLimits = { warn: 5, degraded: 60 } as const

/** Between two looks, and between two lines about it; in milliseconds. */
const pace = { look: 2_000, warn: 60_000 } as const

/** More events than these are not counted: then they are many. */
const MOST_COUNTED = 1_000_000

/** Keeps an eye on how far the log is behind, and tells the log of the process now and then. */
export class LagWatch {
  private lag: TrailLag = { seconds: 0, events: 0 }
  private lookedAt = Number.NEGATIVE_INFINITY
  private warnedAt = Number.NEGATIVE_INFINITY

  /** @param now - a clock that never goes back, in milliseconds. */
  constructor(
    private readonly log: Log,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** What was found last. */
  get last(): TrailLag {
    return this.lag
  }

  /** Whether the log is so far behind that somebody has to look after it. */
  get isDegraded(): boolean {
    return this.lag.seconds > lagLimits.degraded
  }

  /** Looks, when it is time. */
  async look(database: SystemDatabase): Promise<void> {
    const now = this.now()
    if (now - this.lookedAt < pace.look) return
    this.lookedAt = now
    this.lag = await trailLag(database, MOST_COUNTED)
    if (this.lag.seconds <= lagLimits.warn || now - this.warnedAt < pace.warn) return
    this.warnedAt = now
    this.log.warn('sequencer.lags', { ...this.lag })
  }
}
