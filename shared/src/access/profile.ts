import type { GrantCapability } from './capabilities.js'
import type { PolicyValues } from './policy-knobs.js'
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
  /** Who may reveal masked values in the group; the usual value when absent. */
  readonly reveal?: PolicyValues['reveal']
  /** Whether records can leave the group; the usual value when absent. */
  readonly export?: PolicyValues['export']
  /** A second profile that has to allow as well: the viewer's own while he looks at the platform as another role. */
  readonly limitedBy?: AccessProfile
}

/** A short text that is equal exactly when two profiles are: the cache key of everything compiled per profile. */
export const profileKey = (profile: AccessProfile): string => {
  const { principal, grant, capabilities, marketingContactMasked, reveal, scopes, limitedBy } = profile
  const own = [
    principal,
    grant ?? '',
    capabilities?.join(',') ?? '',
    marketingContactMasked ? 'm' : '',
    reveal ?? '',
    profile.export ?? '',
    scopes.join(','),
  ].join('|')
  return limitedBy ? `${own}&${profileKey(limitedBy)}` : own
}
