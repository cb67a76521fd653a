import { setTimeout as sleep } from 'node:timers/promises'
import { advisoryLocks, Lead, type SystemDatabase } from '@autora/shared/database'
import type { Log } from '@autora/shared/telemetry'
import { type DeliveryPace, deliverRound, deliveryPace } from './delivery-service.js'
import { Post } from './post.js'

const IDLE_MS = 250

/** What the sender works with. */
export interface SenderOptions {
  readonly url: string
  readonly key: Buffer
  readonly allowsLoopback: boolean
  readonly log: Log
  /** Default `deliveryPace`. */
  readonly pace?: DeliveryPace
  /** How long a receiver may take, in milliseconds; default 5,000. */
  readonly timeoutMs?: number
}

/** Sends every stream for as long as this process leads, outside of any transaction. */
export class StreamSender {
  private readonly lead: Lead

  constructor(private readonly options: SenderOptions) {
    const { url, log } = options
    this.lead = new Lead({
      url,
      log,
      applicationName: 'autora-stream-sender',
      lock: advisoryLocks.streams,
      work: (database, isOver) => this.work(database, isOver),
    })
  }

  /** Begins; returns at once. */
  start(): void {
    this.lead.start()
  }

  /** Finishes the deliveries that run and gives up the lead. */
  stop(): Promise<void> {
    return this.lead.stop()
  }

  private async work(database: SystemDatabase, isOver: () => boolean): Promise<void> {
    const { key, allowsLoopback, log, pace = deliveryPace, timeoutMs } = this.options
    const post = new Post(allowsLoopback, timeoutMs)
    const onFailure = (error: unknown, stream: string) => log.error('stream.failed', error, { stream })
    const parts = { db: database, post, key, pace }
    while (!isOver()) if (!(await deliverRound(parts, onFailure))) await sleep(IDLE_MS)
  }
}
