import type { TenantTx } from '@autora/shared/database'
import { invalid, notFound } from '@autora/shared/errors'
import type { PageRequest, RequestContext } from '@autora/shared/request'
import { groupBy, loadById } from '../load.js'
import { type Scope, scopeOf } from '../scope.js'
import { MOST_STORES, type StoreBrandRow, type StoreRow } from './entity.js'
import { findBrands, findStores, findStoresOf, pageOfStores } from './repository.js'

/** A page of the stores the caller can see, of one group when it is named, and one row more if there is a next page. */
export const listStores = (
  ctx: RequestContext,
  page: PageRequest,
  groupId: string | null,
): Promise<StoreRow[]> => ctx.tenant.read((tx) => pageOfStores(tx, scopeOf(ctx.actor), groupId, page))

/** One store; null when it is absent, foreign, or the id was malformed. */
export const storeById = (ctx: RequestContext, id: string | null): Promise<StoreRow | null> =>
  loadById(ctx, 'store', id, findStores)

/** The caller's own stores by code, at most `MOST_STORES`; none for platform staff, who have no stores. */
export async function ownStores(ctx: RequestContext): Promise<readonly StoreRow[]> {
  const { actor } = ctx
  if (actor.reach === 'PLATFORM') return []
  return ctx.tenant.read((tx) => findStoresOf(tx, scopeOf(actor), actor.tenantId))
}

/** Brands of a store by name; one statement for all stores of a request. */
export async function brandsOf(ctx: RequestContext, storeId: string): Promise<readonly StoreBrandRow[]> {
  const found = await ctx.batch('brandsOf', storeId, async (storeIds) =>
    groupBy(
      await ctx.tenant.read((tx) => findBrands(tx, scopeOf(ctx.actor), storeIds)),
      (brand) => brand.storeId,
    ),
  )
  return found ?? []
}

/**
 * Checks that stores can be named in a key or a grant, inside the transaction that does so.
 *
 * @param ids - uuids; null stands for a malformed id.
 * @returns their ids, each once.
 * @throws {DomainError} INVALID - none, or more than `MOST_STORES`.
 * @throws {DomainError} NOT_FOUND - one is absent, of another group, or outside the scope: one answer for all.
 */
export async function demandStores(
  tx: TenantTx,
  scope: Scope,
  ids: readonly (string | null)[],
): Promise<readonly string[]> {
  if (ids.length < 1 || ids.length > MOST_STORES)
    throw invalid('INVALID', { field: ['storeIds'], message: `Name 1 to ${MOST_STORES} stores.` })
  const wanted = new Set(ids.filter((id) => id !== null))
  const rows = ids.includes(null) ? [] : await findStores(tx, scope, [...wanted])
  if (rows.length !== wanted.size || ids.includes(null)) throw notFound()
  return [...wanted]
}
