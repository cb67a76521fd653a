import type { SubjectType } from '@autora/shared/vault'

/** Why a person's values have to go. */
export type ErasureBasis =
  | 'REQUEST_OF_SUBJECT'
  | 'CONSENT_WITHDRAWN'
  | 'RETENTION_ENDED'
  | 'UNLAWFUL_PROCESSING'

/** A row of audit.erasure as it is read. Times carry microseconds. */
export interface ErasureRow {
  readonly id: string
  readonly subject_type: SubjectType
  readonly subject_id: string
  readonly reason: string
  readonly basis: ErasureBasis
  readonly asked_by: string
  readonly asked_at: string
  readonly confirmed_by: string | null
  readonly erased_at: string | null
  readonly key_id: string | null
  readonly values_count: number | null
  /** The event that tells of it; null before it happened. */
  readonly event_sequence: string | null
}

/** A new request, checked. */
export interface NewErasure {
  readonly id: string
  readonly subjectType: SubjectType
  readonly subjectId: string
  readonly reason: string
  readonly basis: ErasureBasis
}

/** A request that nobody confirmed is over after so long, in milliseconds; the database says the same. */
export const ERASURE_LIFE_MS = 7 * 24 * 3_600_000
