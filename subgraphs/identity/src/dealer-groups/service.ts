import type { PageRequest, RequestContext } from '@autora/shared/request'
import { loadById } from '../load.js'
import { scopeOf } from '../scope.js'
import type { DealerGroupRow } from './entity.js'
import { findDealerGroups, pageOfDealerGroups } from './repository.js'

/** A page of the groups the caller can see, and one row more when there is a next page. */
export const listDealerGroups = (ctx: RequestContext, page: PageRequest): Promise<DealerGroupRow[]> =>
  ctx.tenant.read((tx) => pageOfDealerGroups(tx, scopeOf(ctx.actor), page))

/** One group; null when it is absent, foreign, or the id was malformed. */
export const dealerGroupById = (ctx: RequestContext, id: string | null): Promise<DealerGroupRow | null> =>
  loadById(ctx, 'dealerGroup', id, findDealerGroups)
