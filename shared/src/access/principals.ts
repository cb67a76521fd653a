/** The columns of the access matrix, in this order everywhere. */
export const principals = [
  'PLATFORM_OWNER',
  'PLATFORM_SUPPORT',
  'DEALER_ADMIN',
  'DEALER_SALES',
  'DEALER_MARKETING',
  'PARTNER',
  'ANALYST',
] as const

/** Who asks, as the matrix sees it: the five roles, a partner's key, a person limited to saved queries. */
export type Principal = (typeof principals)[number]

/** Scopes a partner key may hold. Nothing outside this list can ever be granted to a key. */
export const partnerScopes = [
  'leads:create',
  'leads:read.own',
  'appointments:availability',
  'appointments:write',
  'appointments:read',
  'vehicles:read',
  'vehicles:write',
  'customers:read',
  'messages:read.own',
  'messages:write.own',
  'consents:write',
  'consents:read.own',
  'dsr:create',
  'webhooks:manage',
  'metrics:read',
  'pii:contact',
  'pii:identity',
] as const

/** One scope of a partner key. `pii:*` are class scopes and are never implied by another. */
export type PartnerScope = (typeof partnerScopes)[number]

/** How much personal data a support grant opens. */
export type PiiLevel = 'NONE' | 'MASKED' | 'CLEAR'
