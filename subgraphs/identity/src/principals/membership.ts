import type { Principal } from '@autora/shared/access'
import { type Actor, type Assurance, PLATFORM_TENANT } from '@autora/shared/actor'
import { policyInForce } from '../access-policies/index.js'
import type { MembershipFacts } from './entity.js'

/** What a token says about a person; the database has the last word. */
export interface UserClaims {
  readonly userId: string
  readonly sessionId: string | null
  readonly membershipId: string
  readonly membershipVersion: number
  readonly grantId: string | null
  /** The group whose context the token opens; null when the token names no grant. */
  readonly grantTenantId: string | null
  readonly isAnalyst: boolean
  readonly assurance: Assurance | null
}

/** Roles that may limit a token to saved queries. */
export const analystRoles: readonly MembershipFacts['role'][] = [
  'PLATFORM_OWNER',
  'DEALER_ADMIN',
  'DEALER_MARKETING',
]

/** Why a membership opens nothing, as a code for the log; null when it opens. */
export function membershipRefusal(
  facts: MembershipFacts,
  claims: UserClaims,
  demandsSession: boolean,
): string | null {
  if (facts.isSessionLive === false) return 'SESSION_ENDED'
  if (facts.isSessionLive === null && demandsSession) return 'SESSION_UNKNOWN'
  if (facts.userId !== claims.userId) return 'USER_MISMATCH'
  if (!facts.isWithinTime) return 'MEMBERSHIP_ENDED'
  if (facts.membershipVersion !== claims.membershipVersion) return 'MEMBERSHIP_CHANGED'
  if (facts.userStatus !== 'ACTIVE') return 'USER_NOT_ACTIVE'
  if (facts.tenantId !== PLATFORM_TENANT && facts.groupStatus !== 'ACTIVE') return 'GROUP_NOT_ACTIVE'
  if (claims.isAnalyst && !analystRoles.includes(facts.role)) return 'ANALYST_NOT_ALLOWED'
  return claims.grantId === null ? null : grantRefusal(facts, claims)
}

/** Whose kind of grant: a supporter's is approved by the dealer, an owner's is broken glass. */
const grantKinds: Partial<Record<MembershipFacts['role'], MembershipFacts['grantKind']>> = {
  PLATFORM_SUPPORT: 'SUPPORT',
  PLATFORM_OWNER: 'BREAK_GLASS',
}

function grantRefusal(facts: MembershipFacts, claims: UserClaims): string | null {
  if (claims.isAnalyst || !grantKinds[facts.role]) return 'GRANT_NOT_FOR_ROLE'
  if (facts.grantId === null) return 'GRANT_OF_ANOTHER_PERSON'
  if (facts.grantKind !== grantKinds[facts.role]) return 'GRANT_NOT_FOR_ROLE'
  if (claims.grantTenantId !== null && claims.grantTenantId !== facts.grantTenantId)
    return 'GRANT_OF_ANOTHER_GROUP'
  if (!facts.isGrantActive) return 'GRANT_NOT_ACTIVE'
  return facts.grantGroupStatus === 'ACTIVE' ? null : 'GROUP_NOT_ACTIVE'
}

/** Whose rows a membership opens: those of the grant, of the platform, of the group, or of one store while it is active. */
function rowsOf(facts: MembershipFacts): Pick<Actor, 'tenantId' | 'reach' | 'storeIds' | 'grant'> {
  const { grantId, grantTenantId, grantPiiLevel, tenantId, storeId, storeStatus } = facts
  if (grantId && grantTenantId && grantPiiLevel) {
    const capabilities = [...(facts.grantCapabilities ?? [])].sort()
    const grant = { id: grantId, piiLevel: grantPiiLevel, capabilities }
    return { tenantId: grantTenantId, reach: 'STORES', storeIds: facts.grantStoreIds ?? [], grant }
  }
  if (tenantId === PLATFORM_TENANT) return { tenantId, reach: 'PLATFORM', storeIds: [], grant: null }
  if (storeId === null) return { tenantId, reach: 'TENANT', storeIds: [], grant: null }
  return { tenantId, reach: 'STORES', storeIds: storeStatus === 'ACTIVE' ? [storeId] : [], grant: null }
}

/** The actor behind a membership that was not refused. */
export function actorOfMembership(facts: MembershipFacts, claims: UserClaims): Actor {
  const principal: Principal = claims.isAnalyst ? 'ANALYST' : facts.role
  return {
    kind: 'USER',
    principal,
    id: facts.userId,
    ...rowsOf(facts),
    membershipId: facts.membershipId,
    sessionId: claims.sessionId,
    assurance: claims.assurance,
    appId: null,
    scopes: [],
    purpose: 'SALES_ENQUIRY',
    policy: policyInForce(facts),
  }
}

/** The things whose change may change what a membership opens, those of the grant included. */
export const membershipRestsOn = (facts: MembershipFacts, claims: UserClaims): readonly string[] => [
  `membership:${facts.membershipId}`,
  `user:${facts.userId}`,
  `tenant:${facts.tenantId}`,
  `tenant:${PLATFORM_TENANT}`, // the rules of the platform
  ...(claims.sessionId ? [`session:${claims.sessionId}`] : []),
  ...(facts.grantId ? [`grant:${facts.grantId}`] : []),
  ...(facts.grantTenantId ? [`tenant:${facts.grantTenantId}`] : []),
]
