/** An event as the sequencer takes it: its place is still open. */
export interface PendingEvent {
  readonly tenantId: string
  readonly eventId: string
  /** When the database wrote it: says in which month it lies. */
  readonly recordedAt: string
  /** Everything of its leaf behind the index. */
  readonly tail: string
}

/** A leaf with its place in the tenant's tree. */
export interface PlacedLeaf {
  readonly tenantId: string
  readonly eventId: string
  readonly recordedAt: string
  readonly index: number
  /** Computed here; the database computes its own and both must agree. */
  readonly hash: Buffer
}

/** The newest head of a tenant's tree. */
export interface HeadRow {
  readonly tenantId: string
  readonly slot: number
  readonly size: number
  readonly root: Buffer
  readonly subtrees: Buffer
  readonly nonce: Buffer
}

/** The sequencer's one row. */
export interface SequencerRow {
  readonly generation: string
  readonly lowEpoch: number
  readonly lowWater: string
  /** Number of the last declaration that stands in a batch. */
  readonly declared: number
}

/** What the log is asked to say about itself. */
export interface DeclarationRow {
  readonly number: number
  readonly kind: 'epoch' | 'key'
  readonly words: string
}

/** What stands in a batch already. */
export interface DeclaredRow {
  /** Of the batch. */
  readonly number: number
  readonly declares: string
}

/** A place in the order of the leaves: everything up to it has its leaf, and nothing can still come before it. */
export interface Position {
  readonly epoch: number
  readonly xid: string
  readonly id: string
}

/** What one look into the trail found. */
export interface Harvest {
  readonly events: readonly PendingEvent[]
  /** Every transaction below it is over, and every earlier epoch; null when nothing was found. */
  readonly horizon: Pick<Position, 'epoch' | 'xid'> | null
  /** The last of the events, when nothing can come before it any more; otherwise null. */
  readonly settled: Position | null
  /** The database's clock, ISO 8601 in UTC with microseconds. */
  readonly time: string
}

/** Everything one batch writes. */
export interface BatchPlan {
  readonly number: number
  readonly leaves: readonly PlacedLeaf[]
  /** Of the tenants whose trees grew. */
  readonly heads: readonly HeadRow[]
  readonly slots: number
  readonly forestRoot: Buffer
}
