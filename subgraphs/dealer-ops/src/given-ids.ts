import { decodeId, type IdentifiedType, type RequestContext } from '@autora/shared/request'

/** The nil uuid, which no row ever has. */
const nowhere = '00000000-0000-0000-0000-000000000000'

/** The uuid in an id that a client gave. A malformed id finds nothing, by the same way as one that is absent. */
export const uuidOf = (type: IdentifiedType, id: string): string => decodeId(type, id) ?? nowhere

/** As `uuidOf`; nothing given stays null. */
export const optionalUuidOf = (type: IdentifiedType, id: string | null | undefined): string | null =>
  id === null || id === undefined ? null : uuidOf(type, id)

/**
 * The one store a list is about, or null for all that the caller sees. Row policies decide what is visible; to name
 * the only store of somebody who works in one lets PostgreSQL walk the index of that store.
 */
export function soleStore(ctx: RequestContext, storeId: string | null | undefined): string | null {
  const given = optionalUuidOf('Store', storeId)
  const [own, ...others] = ctx.actor.storeIds
  if (given !== null || ctx.actor.reach !== 'STORES' || own === undefined || others.length > 0) return given
  return own
}
