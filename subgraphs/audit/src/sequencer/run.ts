import { setTimeout as sleep } from 'node:timers/promises'
import { advisoryLocks, SystemDatabase } from '@autora/shared/database'
import type { Log } from '@autora/shared/telemetry'
import { type AskWitness, publishCheckpoint } from './checkpoint-service.js'
import { makeMonths } from './months-service.js'
import { MOST_EVENTS, Sequence } from './sequence-service.js'
import type { Signer } from './signer.js'

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
  /** Between two attempts to connect or to lead. */
  retry: 500,
} as const

/** What a sequencer works with. */
export interface SequencerOptions {
  readonly url: string
  readonly signer: Signer
  readonly witnesses: readonly AskWitness[]
  readonly log: Log
}

/** More was signed than the database holds: going on would make two histories of one log. */
export class DatabaseIsOlder extends Error {}

/** Turns events into a log for as long as it leads; any number may run, one leads. */
export class Sequencer {
  private isStopping = false
  private database: SystemDatabase | null = null
  private running: Promise<void> = Promise.resolve()
  private leading = false
  private waiting = false

  constructor(private readonly options: SequencerOptions) {}

  /** Whether this one leads now. */
  get isLeading(): boolean {
    return this.leading
  }

  /** Whether this one leads, or waits for the lead. */
  get isReady(): boolean {
    return this.leading || this.waiting
  }

  /** Begins; returns at once. */
  start(): void {
    this.running = this.run()
  }

  /** Finishes the batch that runs and gives up the lead. */
  async stop(): Promise<void> {
    this.isStopping = true
    await this.running
  }

  private async run(): Promise<void> {
    while (!this.isStopping) {
      try {
        await this.lead()
      } catch (error) {
        this.options.log.error('sequencer.interrupted', error)
      } finally {
        this.leading = false
        this.waiting = false
        await this.database?.close().catch(() => undefined) // a lost connection cannot be closed again
        this.database = null
      }
      if (!this.isStopping) await sleep(sequencerPace.retry)
    }
  }

  /** Works until it is stopped, loses the connection, or finds that somebody else leads. */
  private async lead(): Promise<void> {
    const { url, log } = this.options
    let lost: Error | null = null
    const onLost = (error: Error) => {
      lost = error
    }
    const database = await SystemDatabase.open({ url, applicationName: 'autora-sequencer', onLost })
    this.database = database
    while (!(await database.tryLead(advisoryLocks.sequencer))) {
      if (this.isStopping) return
      this.waiting = true
      await sleep(sequencerPace.retry)
    }
    const sequence = await Sequence.load(database)
    const { size: signed } = this.options.signer
    if (signed > sequence.size) {
      log.warn('sequencer.databaseIsOlder', { signed, batches: sequence.size })
      throw new DatabaseIsOlder('the database was restored: nothing is added to it')
    }
    this.leading = true
    log.info('sequencer.leads', { batches: sequence.size })
    await this.work(database, sequence, () => lost)
  }

  private async work(database: SystemDatabase, sequence: Sequence, lost: () => Error | null): Promise<void> {
    const { signer, witnesses } = this.options
    let batchedAt = Number.NEGATIVE_INFINITY
    let publishedAt = Number.NEGATIVE_INFINITY
    let monthsAt = Number.NEGATIVE_INFINITY
    while (!this.isStopping && !lost()) {
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
        await publishCheckpoint(database, sequence, signer, witnesses)
      }
      await sleep(taken > 0 ? sequencerPace.busy : sequencerPace.idle)
    }
  }
}
