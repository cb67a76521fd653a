import { PLATFORM_TENANT } from '@autora/shared/actor'
import type { ExternalFacts } from './entity.js'
import type { UserClaims } from './membership.js'

/** What a verified token of a group's own provider says, and what its bearer wants to act as. */
export interface ExternalClaims {
  readonly providerId: string
  /** Under which the gateway verified it: whatever changed since may matter. */
  readonly providerVersion: number
  readonly subject: string
  /** Null: the only one he has. */
  readonly membershipId: string | null
}

/**
 * Which membership a subject acts as. It is not a session of ours, so it has no assurance: a foreign issuer's word is
 * no second factor here, and nothing that needs one can be done with it.
 *
 * @returns the claims to go on with, or why there are none, as a code for the log.
 */
export function claimsOfExternal(facts: ExternalFacts, asked: ExternalClaims): UserClaims | string {
  const { memberships, userId, tenantId } = facts
  if (tenantId === PLATFORM_TENANT) return 'PROVIDER_OF_PLATFORM'
  if (facts.providerStatus !== 'ACTIVE') return 'PROVIDER_NOT_ACTIVE'
  if (facts.providerVersion !== asked.providerVersion) return 'PROVIDER_CHANGED'
  const [chosen, ...more] = memberships.filter(
    ({ id }) => asked.membershipId === null || id === asked.membershipId,
  )
  if (!chosen) return 'MEMBERSHIP_UNKNOWN'
  if (more.length > 0) return 'MEMBERSHIP_NOT_CHOSEN'
  return {
    userId,
    sessionId: null,
    membershipId: chosen.id,
    membershipVersion: chosen.version,
    grantId: null,
    grantTenantId: null,
    isAnalyst: false,
    assurance: null,
  }
}
