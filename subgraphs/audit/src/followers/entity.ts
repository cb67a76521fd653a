import type { SystemTx } from '@autora/shared/database'

/** An event with its place in the log: nothing comes before it any more. */
export interface LoggedEvent {
  readonly tenantId: string
  /** Place in the tenant's tree. */
  readonly index: number
  /** Number in `audit.event`, as text: it may be larger than a safe integer. */
  readonly eventId: string
  /** Batch of the log that holds it. */
  readonly batch: number
  readonly recordedAt: Date
  readonly actorId: string
  readonly principal: string
  readonly grantId: string | null
  readonly requestId: string
  readonly action: string
  readonly outcome: 'ALLOW' | 'DENY' | 'ERROR'
  readonly storeId: string | null
  readonly targetType: string
  readonly targetId: string
  readonly detail: Readonly<Record<string, unknown>>
}

/** Something that is made from the trail: a projection, a rule that flags, a stream to somewhere else. */
export interface Follower {
  /** Its row in `audit.follower`; a name never changes meaning. */
  readonly name: string
  /** Whether a new one reads the whole trail, or begins with what is logged from now on. */
  readonly from: 'BEGINNING' | 'NOW'
  /**
   * Takes whole batches in the order of the log. What is written by `tx` is committed together with its place, so that
   * each event counts exactly once in the database; an effect outside it may happen again.
   */
  take(tx: SystemTx, events: readonly LoggedEvent[]): Promise<void>
  /** Called about once a second when there is nothing new, for what follows from silence. */
  rest?(tx: SystemTx): Promise<void>
}
