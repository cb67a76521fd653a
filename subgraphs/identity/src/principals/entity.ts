import type { GrantCapability, PartnerScope, PiiLevel } from '@autora/shared/access'
import type { Actor } from '@autora/shared/actor'
import type { PolicyFacts } from '../access-policies/index.js'

/** What the gateway is told about somebody. */
export interface Resolved {
  readonly actor: Actor
  /** Milliseconds until something that this rests on ends by itself; null when nothing does. */
  readonly validForMs: number | null
  /** The things whose change may change this answer, as the revocation feed names them. */
  readonly restsOn: readonly string[]
}

/** The policy of a group, as an actor carries it, and how long all this holds. */
interface CommonFacts extends PolicyFacts {
  /** When the first of the things that decide here ends by itself; null when none does. */
  readonly validUntil: Date | null
}

/** What one statement finds out about a membership, and about the grant that is named with it. */
export interface MembershipFacts extends CommonFacts {
  readonly membershipId: string
  readonly membershipVersion: number
  readonly tenantId: string
  readonly userId: string
  readonly role: 'PLATFORM_OWNER' | 'PLATFORM_SUPPORT' | 'DEALER_ADMIN' | 'DEALER_SALES' | 'DEALER_MARKETING'
  readonly userStatus: string
  /** Null for platform staff, who belong to no dealer group. */
  readonly groupStatus: string | null
  readonly storeId: string | null
  readonly storeStatus: string | null
  readonly isWithinTime: boolean
  /** Null when there is no such session of this membership. */
  readonly isSessionLive: boolean | null
  /** Null when no such grant exists for this person. */
  readonly grantId: string | null
  readonly grantTenantId: string | null
  readonly grantKind: 'SUPPORT' | 'BREAK_GLASS' | null
  readonly grantPiiLevel: PiiLevel | null
  readonly grantCapabilities: readonly GrantCapability[] | null
  readonly grantStoreIds: readonly string[] | null
  readonly isGrantActive: boolean
  readonly grantGroupStatus: string | null
}

/** Who a subject of a provider is, and what he could act as now. */
export interface ExternalFacts {
  readonly userId: string
  readonly tenantId: string
  readonly providerId: string
  readonly providerVersion: number
  readonly providerStatus: string
  /** Memberships of this person in this group that are within their time. */
  readonly memberships: readonly { readonly id: string; readonly version: number }[]
}

/** What one statement finds out about a key. */
export interface KeyFacts extends CommonFacts {
  readonly keyId: string
  readonly tenantId: string
  readonly appId: string
  readonly scopes: readonly PartnerScope[]
  /** Its stores that are active and that its maker holds now. */
  readonly storeIds: readonly string[]
  /** Its one store; null when it has several. */
  readonly soleStoreId: string | null
  readonly purpose: string
  readonly hasMatched: boolean
  readonly isTooEarly: boolean
  readonly isExpired: boolean
  readonly isRevoked: boolean
  /** Whether whoever answers for it still holds one of its stores. */
  readonly isBacked: boolean
  /** Who answers for it, and with which memberships. */
  readonly backedBy: string | null
  readonly backing: readonly string[]
  readonly isAddressAllowed: boolean
  readonly appStatus: string
  readonly groupStatus: string
  readonly perSecond: number
  readonly perDay: number
  /** What the strongest live key of its application may send. */
  readonly mostPerSecond: number
  readonly mostPerDay: number
  readonly jkt: string | null
}

/** What is asked about a key. */
export interface KeyQuestion {
  readonly keyId: string
  readonly mac: Buffer
  /** Where it is used from; null when nobody knows, which no list allows. */
  readonly address: string | null
}
