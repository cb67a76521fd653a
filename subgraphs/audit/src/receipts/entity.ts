/** A run of hashes of one stored level: 0 for leaves, 8, 16 and 24 for whole subtrees. */
export interface HashRun {
  readonly level: number
  readonly first: number
  readonly count: number
}

/** How far the log is, as one tenant sees it. */
export interface ChainRow {
  /** Events of the tenant that have a place. */
  readonly treeSize: number
  /** Seconds that the oldest event without a place, of those the reader sees, has waited; null without one. */
  readonly waiting: number | null
  readonly batchedAt: Date | null
  readonly size: number | null
  readonly checkpointAt: Date | null
  readonly note: string | null
}
