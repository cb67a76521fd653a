import { type Actor, PLATFORM_TENANT } from '@autora/shared/actor'
import type { ErrorCode } from '@autora/shared/errors'
import { policyInForce } from '../access-policies/index.js'
import type { KeyFacts } from './entity.js'

/** What the keys of one application may send together without anybody's approval: five times the default of one key. */
const usualAppRate = { perSecond: 10, perDay: 25_000 } as const

/** Why a key opens nothing, as a code for log and trail; null when it opens. */
export function keyRefusal(facts: KeyFacts): string | null {
  if (!facts.hasMatched) return 'KEY_MISMATCH'
  if (facts.isRevoked) return 'KEY_REVOKED'
  if (facts.isExpired) return 'KEY_EXPIRED'
  if (facts.appStatus !== 'ACTIVE') return 'APP_NOT_ACTIVE'
  if (facts.groupStatus !== 'ACTIVE') return 'GROUP_NOT_ACTIVE'
  if (!facts.isBacked) return 'CREATOR_GONE'
  if (facts.isTooEarly) return 'KEY_NOT_YET_VALID'
  return facts.isAddressAllowed ? null : 'KEY_ADDRESS_REFUSED'
}

const told: ReadonlySet<string> = new Set<ErrorCode>([
  'KEY_EXPIRED',
  'KEY_NOT_YET_VALID',
  'KEY_ADDRESS_REFUSED',
])

/** The code that the holder of the right secret is told; everybody else, and every other refusal, is told nothing. */
export const toldCode = (refusal: string): ErrorCode =>
  told.has(refusal) ? (refusal as ErrorCode) : 'UNAUTHENTICATED'

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
  key: {
    perSecond: facts.perSecond,
    perDay: facts.perDay,
    appPerSecond: Math.max(usualAppRate.perSecond, facts.mostPerSecond),
    appPerDay: Math.max(usualAppRate.perDay, facts.mostPerDay),
    jkt: facts.jkt,
  },
  policy: policyInForce(facts),
})

/** The things whose change may change what a key opens. */
export const keyRestsOn = ({ keyId, appId, tenantId, backedBy, backing }: KeyFacts): readonly string[] => [
  `key:${keyId}`,
  `app:${appId}`,
  `tenant:${tenantId}`,
  `tenant:${PLATFORM_TENANT}`, // the rules of the platform
  ...(backedBy ? [`user:${backedBy}`] : []),
  ...backing.map((id) => `membership:${id}`),
]
