/** Why a session is over; null columns say that it is not. */
export type SessionEndReason =
  | 'SIGNED_OUT'
  | 'REVOKED'
  | 'REUSE_DETECTED'
  | 'PASSWORD_CHANGED'
  | 'MEMBERSHIP_ENDED'
  | 'GRANT_ENDED'

/** One sign-in of a person as one membership, as its statements return it. */
export interface SessionRow {
  readonly id: string
  readonly tenantId: string
  readonly userId: string
  readonly membershipId: string
  readonly role: string
  readonly storeId: string | null
  readonly clientId: string
  readonly isAnalyst: boolean
  readonly assurance: 'PASSWORD' | 'MFA'
  readonly authenticatedAt: Date
  /** ISO 8601 with microseconds, as cursors carry it. */
  readonly startedAt: string
  readonly expiresAt: Date
  readonly endedAt: Date | null
  readonly endReason: SessionEndReason | null
}

/** Whose sessions somebody answers for: his own always, those of others where `others` says so. */
export interface SessionScope {
  readonly actorId: string
  readonly tenantId: string
  readonly others: boolean
  /** Null: every store of the tenant. */
  readonly storeIds: readonly string[] | null
}
