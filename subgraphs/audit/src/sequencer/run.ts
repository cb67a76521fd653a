import { setTimeout as sleep } from 'node:timers/promises'
import { advisoryLocks, Lead, type SystemDatabase } from '@autora/shared/database'
import type { Log } from '@autora/shared/telemetry'
import { type AskWitness, type Publishing, publishCheckpoints } from './checkpoint-service.js'
import { readLife } from './declaration-service.js'
import { LagWatch, type TrailLag } from './lag-service.js'
import { makeMonths } from './months-service.js'
import { MOST_EVENTS, Sequence } from './sequence-service.js'

/** How often the sequencer looks, by what it found; in milliseconds. */
export const sequencerPace = {
  busy: 10,
  idle: 100,
  /** A batch is written at least this often: that nothing happened is proven too. */
  heartbeat: 10_000,
  /** A checkpoint is published at most this often. */
  checkpoint: 1_000,
  /** The months to come of the trail are made this often. */
  months: 3_600_000,
} as const

/** What a sequencer works with. */
export interface SequencerOptions extends Publishing {
  readonly url: string
  readonly witnesses: readonly AskWitness[]
  readonly log: Log
}

/** More was signed than the database holds: going on would make two histories of one log. */
export class DatabaseIsOlder extends Error {}

/** Turns events into a log for as long as it leads; any number may run, one leads. */
export class Sequencer {
  private readonly lead: Lead
  private readonly lag: LagWatch
  private leading = false

  constructor(private readonly options: SequencerOptions) {
    const { url, log } = options
    this.lag = new LagWatch(log)
    this.lead = new Lead({
      url,
      log,
      applicationName: 'autora-sequencer',
      lock: advisoryLocks.sequencer,
      work: (database, isOver) => this.work(database, isOver),
    })
  }

  /** Whether this one leads now, over a database that it goes on with. */
  get isLeading(): boolean {
    return this.leading
  }

  /** Whether this one leads, or waits for the lead. */
  get isReady(): boolean {
    return this.leading || (this.lead.isReady && !this.lead.isLeading)
  }

  /** How far the log is behind the trail, while this one leads; and whether somebody has to look after it. */
  get health(): TrailLag & { readonly isDegraded: boolean } {
    return { ...this.lag.last, isDegraded: this.leading && this.lag.isDegraded }
  }

  /** Begins; returns at once. */
  start(): void {
    this.lead.start()
  }

  /** Finishes the batch that runs and gives up the lead. */
  stop(): Promise<void> {
    return this.lead.stop()
  }

  private async work(database: SystemDatabase, isOver: () => boolean): Promise<void> {
    const sequence = await Sequence.load(database, (key) => this.options.signer.holds(key))
    await this.refuseOlder(database, sequence)
    this.leading = true
    this.options.log.info('sequencer.leads', { batches: sequence.size })
    try {
      await this.follow(database, sequence, isOver)
    } finally {
      this.leading = false
    }
  }

  /** @throws {DatabaseIsOlder} when the database is not the one that was signed last, or was moved to another cluster. */
  private async refuseOlder(database: SystemDatabase, { size }: Sequence): Promise<void> {
    const { signer, log } = this.options
    const { epoch, countsOn } = await readLife(database)
    const facts = { signed: signer.size, batches: size, epoch, signedEpoch: signer.epoch }
    if (epoch === signer.epoch && signer.size <= size && countsOn) return
    log.warn('sequencer.databaseIsOlder', { ...facts, remedy: 'autora epoch begin' })
    throw new DatabaseIsOlder(
      'the database was restored: nothing is added to it until a person runs autora epoch begin',
    )
  }

  private async follow(database: SystemDatabase, sequence: Sequence, isOver: () => boolean): Promise<void> {
    const { signer } = this.options
    let batchedAt = Number.NEGATIVE_INFINITY
    let publishedAt = Number.NEGATIVE_INFINITY
    let monthsAt = Number.NEGATIVE_INFINITY
    while (!isOver()) {
      const now = performance.now()
      if (now - monthsAt >= sequencerPace.months) {
        monthsAt = now
        await makeMonths(database, this.options.log)
      }
      const before = sequence.size
      const taken = await sequence.batch(now - batchedAt >= sequencerPace.heartbeat)
      if (sequence.size > before) batchedAt = now
      // events that waited would look dated back if a checkpoint came in between: first everything, then the signature
      const isCaughtUp = taken < MOST_EVENTS
      if (isCaughtUp && sequence.size > signer.size && now - publishedAt >= sequencerPace.checkpoint) {
        publishedAt = now
        await publishCheckpoints(database, sequence, this.options)
      }
      await this.lag.look(database)
      await sleep(taken > 0 ? sequencerPace.busy : sequencerPace.idle)
    }
  }
}
