import type { GrantCapability, PiiLevel } from '@autora/shared/access'

/** A support grant as its statements return it. */
export interface SupportGrantRow {
  readonly id: string
  /** The dealer group it is for. */
  readonly tenantId: string
  /** SUPPORT is the dealer's to give, BREAK_GLASS a second owner's. */
  readonly kind: 'SUPPORT' | 'BREAK_GLASS'
  /** The supporter, of the platform tenant; null while an offer is nobody's. */
  readonly userId: string | null
  /** Name of the supporter when he asked. */
  readonly requester: string | null
  /** The Dealer Admin who offered it; null when it was asked for. */
  readonly offeredBy: string | null
  readonly ticketRef: string
  readonly reason: string
  readonly storeIds: readonly string[]
  readonly piiLevel: PiiLevel
  /** Sorted. */
  readonly capabilities: readonly GrantCapability[]
  readonly status: 'OFFERED' | 'REQUESTED' | 'APPROVED' | 'REFUSED' | 'REVOKED'
  readonly minutes: number
  /** ISO 8601 with microseconds, as cursors carry it. */
  readonly requestedAt: string
  readonly decidedAt: Date | null
  readonly decidedBy: string | null
  readonly startsAt: Date | null
  readonly expiresAt: Date | null
}

/** A grant that does not exist yet. */
export interface NewSupportGrant {
  readonly id: string
  readonly tenantId: string
  readonly kind: SupportGrantRow['kind']
  /** Null offers it to whoever of the supporters takes it up. */
  readonly userId: string | null
  readonly ticketRef: string
  readonly reason: string
  readonly storeIds: readonly string[]
  readonly piiLevel: PiiLevel
  readonly capabilities: readonly GrantCapability[]
  readonly minutes: number
}

/** What is known of a grant that somebody came with. */
export interface NamedGrant {
  readonly tenantId: string
  readonly storeIds: readonly string[]
  readonly status: SupportGrantRow['status']
  readonly isOver: boolean | null
}

/** A session that is to be exchanged for a token. Whose it is, the database reads from the seal. */
export interface NewSupportSession {
  readonly id: string
  readonly tenantId: string
  readonly grantId: string
  readonly membershipId: string
  readonly tokenDigest: Buffer
  readonly assurance: 'PASSWORD' | 'MFA'
  /** Unix time in seconds. */
  readonly authenticatedAt: number
}

/** Life of a request in hours: what nobody has approved by then is over. */
export const REQUEST_LIFE_HOURS = 24

/** Life of the one-use token that a started session hands out, in seconds; the database holds the same. */
export const SUBJECT_TOKEN_SECONDS = 60
