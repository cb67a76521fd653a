import type { TenantTx } from '@autora/shared/database'
import { exactTime, type PageRequest } from '@autora/shared/request'
import type { Scope } from '../scope.js'
import type { DealerGroupRow } from './entity.js'

const columns = `
  g.tenant_id as id,
  g.code,
  g.name,
  g.kind,
  g.status,
  g.parent_tenant_id as "parentId",
  ${exactTime('g.created_at')} as "createdAt"`

/** Groups by id. */
export const findDealerGroups = (tx: TenantTx, scope: Scope, ids: readonly string[]) =>
  tx.query<DealerGroupRow>(
    `select ${columns}
       from identity.dealer_group g
      where g.tenant_id = any($1::uuid[])
        and ($2::uuid is null or g.tenant_id = $2)`,
    [ids, scope.tenantId],
  )

/** A page of groups and one more, newest first. */
export const pageOfDealerGroups = (tx: TenantTx, scope: Scope, page: PageRequest) =>
  tx.query<DealerGroupRow>(
    `select ${columns}
       from identity.dealer_group g
      where ($1::uuid is null or g.tenant_id = $1)
        and ($2::timestamptz is null or (g.created_at, g.tenant_id) < ($2, $3::uuid))
      order by g.created_at desc, g.tenant_id desc
      limit $4`,
    [scope.tenantId, page.before?.at ?? null, page.before?.id ?? null, page.limit + 1],
  )

/** Whether a group has a Dealer Admin who can sign in; told without showing who. */
export async function hasDealerAdmin(tx: TenantTx, tenantId: string): Promise<boolean> {
  const [row] = await tx.query<{ has: boolean }>('select identity.has_dealer_admin($1) as has', [tenantId])
  return row?.has ?? false
}
