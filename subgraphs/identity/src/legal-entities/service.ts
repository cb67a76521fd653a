import type { RequestContext } from '@autora/shared/request'
import { groupBy, loadById } from '../load.js'
import { scopeOf } from '../scope.js'
import type { LegalEntityRow } from './entity.js'
import { findLegalEntities, findLegalEntitiesOf } from './repository.js'

/** One legal entity; null when it is absent, foreign, or the id was malformed. */
export const legalEntityById = (ctx: RequestContext, id: string | null): Promise<LegalEntityRow | null> =>
  loadById(ctx, 'legalEntity', id, findLegalEntities)

/** The legal entities of a group that the caller can see, by name; one statement for all groups of a request. */
export async function legalEntitiesOf(
  ctx: RequestContext,
  tenantId: string,
): Promise<readonly LegalEntityRow[]> {
  const found = await ctx.batch('legalEntitiesOf', tenantId, async (tenantIds) => {
    const rows = await ctx.tenant.read((tx) => findLegalEntitiesOf(tx, scopeOf(ctx.actor), tenantIds))
    return groupBy(rows, (row) => row.tenantId)
  })
  return found ?? []
}
