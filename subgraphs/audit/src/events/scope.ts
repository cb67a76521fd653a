import type { RequestContext } from '@autora/shared/request'

/** Which events a reader may ask for at all; the row policies hold him to it, and this finds the index for it. */
export interface ReadingScope {
  /** Null for who reads across groups. */
  readonly tenantId: string | null
  /** Who sees nothing but his own acts; null for who sees more. */
  readonly ownerId: string | null
}

/** The scope of the caller. */
export function readingScope({ actor }: RequestContext): ReadingScope {
  if (actor.principal === 'PLATFORM_OWNER') return { tenantId: null, ownerId: null }
  if (actor.principal === 'PLATFORM_SUPPORT') return { tenantId: null, ownerId: actor.id }
  return { tenantId: actor.tenantId, ownerId: actor.principal === 'DEALER_ADMIN' ? null : actor.id }
}
