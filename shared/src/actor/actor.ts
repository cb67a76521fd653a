import {
  type AccessProfile,
  type GrantCapability,
  type PartnerScope,
  type PiiLevel,
  type PolicyValues,
  type Principal,
  usualPolicy,
} from '../access/index.js'

/** The tenant that platform staff and platform events belong to; no dealer group ever has this id. */
export const PLATFORM_TENANT = '00000000-0000-0000-0000-000000000000'

/** Which rows the sealed context opens. */
export type RowReach =
  /** No tenant's rows; in identity the set-up data of all tenants. */
  | 'PLATFORM'
  /** Every store of one tenant. */
  | 'TENANT'
  /** The named stores of one tenant. */
  | 'STORES'

/** How a person proved who he is, and when (Unix seconds). */
export interface Assurance {
  readonly level: 'PASSWORD' | 'MFA'
  readonly at: number
}

/** What a partner's key is held to, beside its scopes and stores. */
export interface KeyTerms {
  /** Requests per second, averaged over ten seconds, and per day. */
  readonly perSecond: number
  readonly perDay: number
  /** The same for all keys of its application together. */
  readonly appPerSecond: number
  readonly appPerDay: number
  /** RFC 7638 thumbprint of the key that must sign every request (RFC 9449); null when the secret is enough. */
  readonly jkt: string | null
}

/** Who is asking, verified by the gateway. Everything a decision may depend on, and no personal data. */
export interface Actor {
  readonly kind: 'USER' | 'KEY' | 'SYSTEM'
  readonly principal: Principal | 'SYSTEM'
  /** User id, API key id, or the nil id for the platform itself. */
  readonly id: string
  readonly tenantId: string
  readonly reach: RowReach
  readonly storeIds: readonly string[]
  readonly membershipId: string | null
  readonly sessionId: string | null
  /** Null for keys and for tokens that do not say. */
  readonly assurance: Assurance | null
  /** The partner application a key belongs to. */
  readonly appId: string | null
  readonly grant: {
    readonly id: string
    readonly piiLevel: PiiLevel
    /** Sorted; without the member the grant only reads. */
    readonly capabilities?: readonly GrantCapability[]
  } | null
  readonly scopes: readonly PartnerScope[]
  /** What the data is read for; `SALES_ENQUIRY` unless the token or key names another. */
  readonly purpose: string
  /** Of API keys only. */
  readonly key?: KeyTerms
  /** What the group's policy says now, within the platform's floor, and the version of the policy. */
  readonly policy: { readonly version: number } & PolicyValues
  /** Set while a person looks at the platform as another role: a second role that has to allow everything as well. */
  readonly limitedBy?: Principal
}

/** An actor together with the request he came with. */
export interface Caller {
  readonly actor: Actor
  /** Follows the request from the edge to the audit row; 8 to 64 characters of `A-Za-z0-9_-`. */
  readonly requestId: string
}

/** The part of an actor that decides about fields. The platform itself has no profile: it reads no fields. */
export function accessProfile(actor: Actor): AccessProfile | null {
  if (actor.principal === 'SYSTEM') return null
  const { principal, grant, scopes, policy, limitedBy } = actor
  const profile = {
    principal,
    grant: grant?.piiLevel ?? null,
    ...(grant?.capabilities && { capabilities: grant.capabilities }),
    scopes,
    marketingContactMasked: policy.marketingContact === 'MASKED',
    reveal: policy.reveal,
    export: policy.export,
  }
  return limitedBy ? { ...profile, limitedBy: { ...profile, principal: limitedBy } } : profile
}

/** The platform itself, for work that no person asked for: resolving principals, health. */
export const systemActor: Actor = {
  kind: 'SYSTEM',
  principal: 'SYSTEM',
  id: PLATFORM_TENANT,
  tenantId: PLATFORM_TENANT,
  reach: 'PLATFORM',
  storeIds: [],
  membershipId: null,
  sessionId: null,
  assurance: null,
  appId: null,
  grant: null,
  scopes: [],
  purpose: 'OPERATION',
  policy: { version: 0, ...usualPolicy },
}
