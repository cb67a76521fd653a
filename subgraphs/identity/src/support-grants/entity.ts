import type { PiiLevel } from '@autora/shared/access'

/** A support grant as its statements return it. */
export interface SupportGrantRow {
  readonly id: string
  /** The dealer group it is for. */
  readonly tenantId: string
  /** The supporter, of the platform tenant. */
  readonly userId: string
  /** Name of the supporter when he asked. */
  readonly requester: string
  readonly ticketRef: string
  readonly reason: string
  readonly storeIds: readonly string[]
  readonly piiLevel: PiiLevel
  readonly status: 'REQUESTED' | 'APPROVED' | 'REFUSED' | 'REVOKED'
  readonly minutes: number
  /** ISO 8601 with microseconds, as cursors carry it. */
  readonly requestedAt: string
  readonly decidedAt: Date | null
  readonly decidedBy: string | null
  readonly startsAt: Date | null
  readonly expiresAt: Date | null
}

/** A request that does not exist yet. */
export interface NewSupportGrant {
  readonly id: string
  readonly tenantId: string
  readonly userId: string
  readonly ticketRef: string
  readonly reason: string
  readonly storeIds: readonly string[]
  readonly piiLevel: PiiLevel
  readonly minutes: number
}

/** Life of a request in hours: what nobody has approved by then is over. */
export const REQUEST_LIFE_HOURS = 24
