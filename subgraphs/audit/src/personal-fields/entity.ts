import type { SealedSubjectKey, SubjectType } from '@autora/shared/vault'

/** A personal value beside an event, with the wrapped keys that open it. */
export interface SideValueRow extends SealedSubjectKey {
  /** As the body of the event names it. */
  readonly commitment: Buffer
  readonly subject_type: SubjectType
  readonly subject_id: string
  readonly field: string
  /** Null when the person was erased. */
  readonly ciphertext: Buffer | null
}

/** A personal field of an event as it is shown. */
export interface PersonalField {
  readonly field: string
  readonly value: string | null
  readonly state: 'DISCLOSED' | 'ERASED' | 'REDACTED' | 'ALTERED'
}
