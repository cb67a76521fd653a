import { setTimeout as sleep } from 'node:timers/promises'
import { advisoryLocks, Lead, type SystemDatabase } from '@autora/shared/database'
import type { Log } from '@autora/shared/telemetry'
import type { Follower } from './entity.js'
import { follow, rest } from './follow-service.js'

/** How often followers look for new batches, in milliseconds. */
export const followerPace = {
  idle: 200,
  /** Between two calls of `rest`. */
  rest: 1_000,
  /** How long a follower that failed is left alone; the others go on. */
  failed: 5_000,
} as const

/** What the followers work with. */
export interface FollowersOptions {
  readonly url: string
  readonly log: Log
}

/** Runs all followers, one after the other, for as long as this process leads. */
export class Followers {
  private readonly lead: Lead
  private readonly sleepsUntil = new Map<string, number>()
  private restedAt = Number.NEGATIVE_INFINITY

  constructor(
    private readonly followers: readonly Follower[],
    private readonly options: FollowersOptions,
  ) {
    const { url, log } = options
    this.lead = new Lead({
      url,
      log,
      applicationName: 'autora-follower',
      lock: advisoryLocks.followers,
      work: (database, isOver) => this.work(database, isOver),
    })
  }

  /** Whether this one works, or waits for the lead. */
  get isReady(): boolean {
    return this.lead.isReady
  }

  /** Begins; returns at once. */
  start(): void {
    this.lead.start()
  }

  /** Finishes what runs and gives up the lead. */
  stop(): Promise<void> {
    return this.lead.stop()
  }

  private async work(database: SystemDatabase, isOver: () => boolean): Promise<void> {
    while (!isOver()) {
      let taken = 0
      const isRestDue = performance.now() - this.restedAt >= followerPace.rest
      for (const follower of this.followers) taken += await this.turn(database, follower, isRestDue)
      if (isRestDue) this.restedAt = performance.now()
      if (taken === 0 && !isOver()) await sleep(followerPace.idle)
    }
  }

  /** One turn of one follower: its failure is its own, and it tries the same batches again. */
  private async turn(database: SystemDatabase, follower: Follower, isRestDue: boolean): Promise<number> {
    if ((this.sleepsUntil.get(follower.name) ?? 0) > performance.now()) return 0
    try {
      const taken = await follow(database, follower)
      if (taken === 0 && isRestDue && follower.rest) await rest(database, follower)
      return taken
    } catch (error) {
      this.options.log.error('follower.failed', error, { follower: follower.name })
      this.sleepsUntil.set(follower.name, performance.now() + followerPace.failed)
      return 0
    }
  }
}
