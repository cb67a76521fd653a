import type { TenantTx } from '@autora/shared/database'
import type { LifeSubject, NewDealerGroup } from './entity.js'

/** A dealer group or a store, locked until the transaction ends. */
export async function lockSubject(
  tx: TenantTx,
  kind: 'DealerGroup' | 'Store',
  id: string,
): Promise<LifeSubject | undefined> {
  const [row] = await tx.query<LifeSubject>(
    kind === 'DealerGroup'
      ? `select g.tenant_id as id, g.tenant_id as "tenantId", null as "storeId", g.code, g.status
           from identity.dealer_group g
          where g.tenant_id = $1
            for update`
      : `select s.id, s.tenant_id as "tenantId", s.id as "storeId", s.code, s.status
           from identity.store s
          where s.id = $1
            for update`,
    [id],
  )
  return row
}

/** Moves what was locked into another state. */
export async function saveStatus(
  tx: TenantTx,
  { tenantId, storeId }: LifeSubject,
  status: string,
): Promise<void> {
  if (storeId === null)
    await tx.query('update identity.dealer_group set status = $2 where tenant_id = $1', [tenantId, status])
  else
    await tx.query('update identity.store set status = $3 where tenant_id = $1 and id = $2', [
      tenantId,
      storeId,
      status,
    ])
}

/** Whether a dealer group has this code. */
export async function isCodeTaken(tx: TenantTx, code: string): Promise<boolean> {
  const rows = await tx.query('select from identity.dealer_group where code = $1', [code])
  return rows.length > 0
}

/** Writes a dealer group. */
export async function insertDealerGroup(tx: TenantTx, group: NewDealerGroup): Promise<void> {
  await tx.query(
    `insert into identity.dealer_group (tenant_id, code, name, kind, parent_tenant_id)
     values ($1, $2, $3, $4, $5)`,
    [group.id, group.code, group.name, group.kind, group.parentId],
  )
}
