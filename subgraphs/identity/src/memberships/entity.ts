import type { Role } from '../users/index.js'

/** Where and as what somebody shall work. */
export interface Place {
  readonly role: Role
  /** Null: every store of the group, or the platform; undefined: a malformed id. */
  readonly storeId: string | null | undefined
}

/** From when to when a membership counts. */
export interface Validity {
  readonly validFrom: Date
  /** Null: no end is set. */
  readonly validTo: Date | null
}

/** A membership as it is written. */
export interface NewMembership extends Validity {
  readonly id: string
  readonly tenantId: string
  readonly userId: string
  readonly role: Role
  readonly storeId: string | null
}

/** How long a membership may last once it has begun, in days: five years. */
export const LONGEST_MEMBERSHIP_DAYS = 1825

/** How far ahead a membership may begin, in days. */
export const FURTHEST_START_DAYS = 365
