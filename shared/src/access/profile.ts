import type { GrantCapability } from './capabilities.js'
import type { PartnerScope, PiiLevel, Principal } from './principals.js'

/** What of an actor decides about fields and actions, and nothing else: two actors with one profile get one answer. */
export interface AccessProfile {
  readonly principal: Principal
  /** PII level of the active support grant; null when there is none. */
  readonly grant: PiiLevel | null
  /** Capabilities of that grant, sorted; without the member it only reads. */
  readonly capabilities?: readonly GrantCapability[]
  /** Scopes of a partner key, sorted; empty for people. */
  readonly scopes: readonly PartnerScope[]
  /** Whether a local policy of the group shows Marketing masked contact data. */
  readonly marketingContactMasked: boolean
}

/** A short text that is equal exactly when two profiles are: the cache key of everything compiled per profile. */
export const profileKey = (profile: AccessProfile): string =>
  `${profile.principal}|${profile.grant ?? ''}|${profile.capabilities?.join(',') ?? ''}|${profile.marketingContactMasked ? 'm' : ''}|${profile.scopes.join(',')}`
