import type { PartnerScope } from '@autora/shared/access'
import type { GroupPlan, Province } from './group-plans.js'
import type { DemoProfile } from './profiles.js'

/** A dealer group; its id is the tenant's. */
export interface DemoGroup extends Pick<GroupPlan, 'code' | 'name' | 'kind' | 'marketingContactMasked'> {
  readonly id: string
  readonly parentId: string | null
}

/** A responsible party. */
export interface DemoLegalEntity {
  readonly id: string
  readonly groupId: string
  readonly name: string
  readonly registrationNumber: string
  readonly informationOfficer: string
  readonly country: 'ZA' | 'NA'
}

/** A store; `code` is `<group>-<place>`. */
export interface DemoStore {
  readonly id: string
  readonly groupId: string
  readonly groupCode: string
  readonly legalEntityId: string
  readonly code: string
  readonly name: string
  readonly city: string
  readonly province: Province
  readonly country: 'ZA' | 'NA'
  readonly timezone: 'Africa/Johannesburg' | 'Africa/Windhoek'
  readonly status: 'ACTIVE' | 'CLOSED'
  readonly slaMinutes: number
  readonly brands: readonly string[]
}

/** A person who works for a group or, in the nil tenant, for the platform. */
export interface DemoUser {
  readonly id: string
  readonly tenantId: string
  readonly displayName: string
  /** `<role>-<n>@<store, group or platform>.example.test`. */
  readonly email: string
  readonly mobile: string
  readonly status: 'ACTIVE' | 'DEACTIVATED'
}

/** The roles people hold. */
export type DemoRole =
  | 'PLATFORM_OWNER'
  | 'PLATFORM_SUPPORT'
  | 'DEALER_ADMIN'
  | 'DEALER_SALES'
  | 'DEALER_MARKETING'

/** A role of a person in one store, or in all stores of the group. */
export interface DemoMembership {
  readonly id: string
  readonly tenantId: string
  readonly userId: string
  readonly role: DemoRole
  readonly storeId: string | null
  /** Days before the moment of seeding; it began 400 days before it. */
  readonly endedDaysAgo: number | null
}

/** A partner's application. */
export interface DemoPartnerApp {
  readonly id: string
  readonly groupId: string
  readonly legalEntityId: string
  readonly name: string
}

/** A key of a partner's application. The key itself: `demoApiKey(id)`. */
export interface DemoApiKey {
  readonly id: string
  readonly groupId: string
  readonly appId: string
  readonly kind: 'STORE' | 'FULL' | 'EXPIRED' | 'REVOKED'
  readonly label: string
  readonly scopes: readonly PartnerScope[]
  readonly storeIds: readonly string[]
  /** Days before the moment of seeding. */
  readonly createdDaysAgo: number
  /** Days after the moment of seeding; below 0 it has expired. */
  readonly expiresInDays: number
  readonly revokedDaysAgo: number | null
}

/** Who and where of the demo network, in a stable order. */
export interface DemoNetwork {
  readonly profile: DemoProfile
  readonly groups: readonly DemoGroup[]
  readonly legalEntities: readonly DemoLegalEntity[]
  readonly stores: readonly DemoStore[]
  readonly users: readonly DemoUser[]
  readonly memberships: readonly DemoMembership[]
  readonly partnerApps: readonly DemoPartnerApp[]
  readonly apiKeys: readonly DemoApiKey[]
}

/** Where everything random of a profile begins. */
export const seedOf = (profile: DemoProfile): string => `autora-demo/1/${profile}`

/** What makes a list by its key: groups of rows in the order they came. */
export function groupBy<T>(rows: readonly T[], keyOf: (row: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>()
  for (const row of rows) {
    const group = groups.get(keyOf(row))
    if (group) group.push(row)
    else groups.set(keyOf(row), [row])
  }
  return groups
}
