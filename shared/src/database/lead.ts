import { setTimeout as sleep } from 'node:timers/promises'
import type { Log } from '../telemetry/index.js'
import { SystemDatabase } from './system-database.js'

const RETRY_MS = 500

/** What a leading process does, and where. */
export interface LeadOptions {
  readonly url: string
  /** Names the connection, and in the log who was interrupted. */
  readonly applicationName: string
  /** Number of the advisory lock that says who leads: one number for one kind of work. */
  readonly lock: number
  readonly log: Log
  /** The work, once the lead is taken: returns soon after `isOver` says so; when it throws, everything begins anew. */
  work(database: SystemDatabase, isOver: () => boolean): Promise<void>
}

/**
 * Work that exactly one process does at a time: any number may run, one leads, the others wait for its connection to
 * end. What is lost with the connection is found by whoever leads next.
 */
export class Lead {
  private isStopping = false
  private running: Promise<void> = Promise.resolve()
  private state: 'away' | 'waiting' | 'leading' = 'away'

  constructor(private readonly options: LeadOptions) {}

  /** Whether this one leads now. */
  get isLeading(): boolean {
    return this.state === 'leading'
  }

  /** Whether this one leads, or waits for the lead. */
  get isReady(): boolean {
    return this.state !== 'away'
  }

  /** Begins; returns at once. */
  start(): void {
    this.running = this.run()
  }

  /** Lets the work come to its end and gives up the lead. */
  async stop(): Promise<void> {
    this.isStopping = true
    await this.running
  }

  private async run(): Promise<void> {
    while (!this.isStopping) {
      try {
        await this.turn()
      } catch (error) {
        this.options.log.error('lead.interrupted', error, { process: this.options.applicationName })
      }
      this.state = 'away'
      if (!this.isStopping) await sleep(RETRY_MS)
    }
  }

  private async turn(): Promise<void> {
    const { url, applicationName, lock, log, work } = this.options
    let isLost = false
    const onLost = () => {
      isLost = true
    }
    const database = await SystemDatabase.open({ url, applicationName, onLost })
    try {
      while (!(await database.tryLead(lock))) {
        if (this.isStopping) return
        this.state = 'waiting'
        await sleep(RETRY_MS)
      }
      this.state = 'leading'
      log.info('lead.taken', { process: applicationName })
      await work(database, () => this.isStopping || isLost)
    } finally {
      await database.close().catch(() => undefined) // a lost connection cannot be closed again
    }
  }
}
