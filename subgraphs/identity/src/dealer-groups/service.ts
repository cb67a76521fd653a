import type { TenantTx } from '@autora/shared/database'
import { forbidden } from '@autora/shared/errors'
import type { PageRequest, RequestContext } from '@autora/shared/request'
import { loadById } from '../load.js'
import { scopeOf } from '../scope.js'
import type { DealerGroupRow } from './entity.js'
import { findDealerGroups, hasDealerAdmin, pageOfDealerGroups } from './repository.js'

/** A page of the groups the caller can see, and one row more when there is a next page. */
export const listDealerGroups = (ctx: RequestContext, page: PageRequest): Promise<DealerGroupRow[]> =>
  ctx.tenant.read((tx) => pageOfDealerGroups(tx, scopeOf(ctx.actor), page))

/** One group; null when it is absent, foreign, or the id was malformed. */
export const dealerGroupById = (ctx: RequestContext, id: string | null): Promise<DealerGroupRow | null> =>
  loadById(ctx, 'dealerGroup', id, findDealerGroups)

/**
 * Platform support sets a group up until it has a Dealer Admin of its own; under a grant it does not, whatever its
 * level. Everybody else passes: the matrix has decided about them.
 *
 * @throws {DomainError} ACCESS_DENIED - the group governs itself by now.
 */
export async function demandSetUp(tx: TenantTx, ctx: RequestContext, tenantId: string): Promise<void> {
  if (ctx.actor.principal !== 'PLATFORM_SUPPORT') return
  if (ctx.actor.reach === 'PLATFORM' && !(await hasDealerAdmin(tx, tenantId))) return
  throw forbidden({ reason: 'ROLE_NOT_ALLOWED' })
}
