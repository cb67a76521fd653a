/** As what people work. */
export type Role =
  | 'PLATFORM_OWNER'
  | 'PLATFORM_SUPPORT'
  | 'DEALER_ADMIN'
  | 'DEALER_SALES'
  | 'DEALER_MARKETING'

/** A person as its statements return it. */
export interface UserRow {
  readonly id: string
  readonly tenantId: string
  readonly displayName: string
  readonly email: string
  readonly mobile: string | null
  readonly status: 'INVITED' | 'ACTIVE' | 'LOCKED' | 'DEACTIVATED'
  /** ISO 8601 with microseconds, as cursors carry it. */
  readonly createdAt: string
}

/** A membership as its statements return it. */
export interface MembershipRow {
  readonly id: string
  readonly tenantId: string
  readonly userId: string
  readonly role: Role
  /** Null: every store of the group. */
  readonly storeId: string | null
  readonly validFrom: Date
  /** Null: no end is set. */
  readonly validTo: Date | null
  /** Counts every change; tokens name it. */
  readonly version: number
  /** Null for those that were there from the beginning. */
  readonly grantedBy: string | null
}

/** Memberships of one person that are listed at most. */
export const MOST_MEMBERSHIPS = 100
