/** Form of what is sent. */
export type StreamFormat = 'NDJSON' | 'OCSF'

/** A stream as its admin sees it, with how far it has come. */
export interface StreamRow {
  readonly id: string
  readonly url: string
  readonly format: StreamFormat
  readonly categories: readonly string[]
  readonly status: 'ACTIVE' | 'PAUSED'
  /** ISO 8601 with microseconds. */
  readonly createdAt: string
  readonly nextIndex: number
  readonly lastDeliveredAt: Date | null
  readonly failingSince: Date | null
  readonly attempts: number
  readonly lastStatus: string
  readonly isDead: boolean
}

/** What a stream consists of. */
export interface StreamParts {
  readonly url: string
  readonly format: StreamFormat
  readonly categories: readonly string[]
}

/** A stream as the sender sees it. */
export interface DueStream extends StreamParts {
  readonly tenantId: string
  readonly id: string
  readonly generation: number
  readonly nextIndex: number
  readonly attempts: number
  readonly secret: Buffer
}

/** Whether streams are sent at all, and where they may lead. */
export interface StreamRules {
  /** Opens the secrets; null: no stream is sent anywhere. */
  readonly key: Buffer | null
  /** Lets receivers be on this machine, over http. */
  readonly allowsLoopback: boolean
}
