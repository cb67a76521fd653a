import { setTimeout as sleep } from 'node:timers/promises'
import { SystemDatabase } from '@autora/shared/database'
import type { Log } from '@autora/shared/telemetry'
import { type AskWitness, type Publishing, publishCheckpoints } from './checkpoint-service.js'
import { readLife } from './declaration-service.js'
import { LagWatch, type TrailLag } from './lag-service.js'
import { MOST_EVENTS, Sequence } from './sequence-service.js'

/** Number of the lock that says who leads. */
const LEAD = 4711002

/** How often the sequencer looks, by what it found; in milliseconds. */
export const sequencerPace = {
  busy: 10,
  idle: 100,
  /** A batch is written at least this often: that nothing happened is proven too. */
  heartbeat: 10_000,
  /** A checkpoint is published at most this often. */
  checkpoint: 1_000,
  /** Between two attempts to connect or to lead. */
  retry: 500,
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
  private isStopping = false
  private database: SystemDatabase | null = null
  private running: Promise<void> = Promise.resolve()
  private leading = false
  private waiting = false

  private readonly lag: LagWatch

  constructor(private readonly options: SequencerOptions) {
    this.lag = new LagWatch(options.log)
  }

  /** Whether this one leads now. */
  get isLeading(): boolean {
    return this.leading
  }

  /** Whether this one leads, or waits for the lead. */
  get isReady(): boolean {
    return this.leading || this.waiting
  }

  /** How far the log is behind the trail, while this one leads; and whether somebody has to look after it. */
  get health(): TrailLag & { readonly isDegraded: boolean } {
    return { ...this.lag.last, isDegraded: this.leading && this.lag.isDegraded }
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
    while (!(await database.tryLead(LEAD))) {
      if (this.isStopping) return
      this.waiting = true
      await sleep(sequencerPace.retry)
    }
    const sequence = await Sequence.load(database, (key) => this.options.signer.holds(key))
    await this.refuseOlder(database, sequence)
    this.leading = true
    log.info('sequencer.leads', { batches: sequence.size })
    await this.work(database, sequence, () => lost)
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

  private async work(database: SystemDatabase, sequence: Sequence, lost: () => Error | null): Promise<void> {
    const { signer } = this.options
    let batchedAt = Number.NEGATIVE_INFINITY
    let publishedAt = Number.NEGATIVE_INFINITY
    while (!this.isStopping && !lost()) {
      const now = performance.now()
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
