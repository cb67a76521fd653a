/** Something that is not as it was. */
export interface MonitorFinding {
  readonly kind: 'EVENT' | 'TREE' | 'FOREST' | 'LOG' | 'CHECKPOINT'
  /** Whose trail, and where; null for what is of all of them. */
  readonly tenantId: string | null
  /** Index of the leaf, number of the batch, or size of the checkpoint. */
  readonly at: number
  readonly why: string
}

/** What a monitor remembers between two rounds. */
export interface MonitorState {
  /** The newest checkpoint it accepted; its text is the proof against everybody who says otherwise. */
  readonly checkpoint: string | null
  /** When everything was looked at last, ISO 8601. */
  readonly fullAt: string | null
}

/** What one round did. */
export interface MonitorRound {
  readonly findings: readonly MonitorFinding[]
  readonly checkpoints: number
  readonly events: number
  readonly isFull: boolean
}

/** A leaf with the bytes that it should be the hash of; null when the event is gone. */
export interface LeafBytes {
  readonly tenantId: string
  readonly index: number
  readonly hash: Buffer
  readonly data: string | null
}
