import type { AdfDiagnostic } from './adf/index.js'

/** What became of a document. */
export type IntakeState = 'RECEIVED' | 'APPLIED' | 'QUARANTINED' | 'DISCARDED'

/** A row of dealer_ops.intake_payload as it is read, without what was sent; `at` is when it first came in. */
export interface IntakeRow {
  readonly id: string
  readonly storeId: string
  readonly appId: string
  readonly format: 'ADF'
  readonly state: IntakeState
  readonly reasonCode: string | null
  readonly reason: string | null
  readonly diagnostics: readonly AdfDiagnostic[]
  readonly leadIds: readonly string[]
  readonly deliveries: number
  readonly at: string
}

/** A locked document together with what was sent, encrypted. */
export interface SealedIntakeRow extends IntakeRow {
  readonly ciphertext: Buffer
}

/** A document to keep. */
export interface NewPayload {
  readonly id: string
  readonly storeId: string
  readonly fingerprint: Buffer
  readonly sizeBytes: number
  readonly ciphertext: Buffer
}

/** What became of a document, to be written down. */
export interface Outcome {
  readonly state: 'APPLIED' | 'QUARANTINED'
  readonly reasonCode: string | null
  readonly reason: string | null
  readonly diagnostics: readonly AdfDiagnostic[]
  readonly leadIds: readonly string[]
}
