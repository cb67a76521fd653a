import type { Actor } from '@autora/shared/actor'
import type { KeyFacts } from './entity.js'

/** Why a key opens nothing, as a code for the log; null when it opens. */
export function keyRefusal(facts: KeyFacts): string | null {
  if (!facts.hasMatched) return 'KEY_MISMATCH'
  if (facts.isRevoked) return 'KEY_REVOKED'
  if (facts.isExpired) return 'KEY_EXPIRED'
  if (facts.appStatus !== 'ACTIVE') return 'APP_NOT_ACTIVE'
  return facts.groupStatus === 'ACTIVE' ? null : 'GROUP_NOT_ACTIVE'
}

/** The actor behind a key that was not refused. */
export const actorOfKey = (facts: KeyFacts): Actor => ({
  kind: 'KEY',
  principal: 'PARTNER',
  id: facts.keyId,
  tenantId: facts.tenantId,
  reach: 'STORES',
  storeIds: facts.storeIds,
  membershipId: null,
  sessionId: null,
  assurance: null,
  appId: facts.appId,
  grant: null,
  scopes: [...facts.scopes].sort(),
  purpose: facts.purpose,
  policy: { version: facts.policyVersion, marketingContactMasked: facts.marketingContactMasked },
})

/** The things whose change may change what a key opens. */
export const keyRestsOn = ({ keyId, appId, tenantId }: KeyFacts): readonly string[] => [
  `key:${keyId}`,
  `app:${appId}`,
  `tenant:${tenantId}`,
]
