import type { TenantTx } from '@autora/shared/database'
import type { NamedGrant } from './entity.js'

/** The grant that somebody named, whoever it belongs to; for the platform itself alone. */
export async function findNamedGrant(tx: TenantTx, id: string): Promise<NamedGrant | undefined> {
  const [grant] = await tx.query<NamedGrant>(
    `select g.tenant_id as "tenantId", g.store_ids as "storeIds", g.status,
            g.expires_at <= clock_timestamp() as "isOver"
       from identity.support_grant g
      where g.id = $1`,
    [id],
  )
  return grant
}

/** Remembers an attempt. @returns false when the same was tried within this minute already. */
export async function insertAttempt(
  tx: TenantTx,
  tenantId: string,
  grantId: string,
  reason: string,
): Promise<boolean> {
  const rows = await tx.query(
    `insert into identity.support_attempt (tenant_id, grant_id, reason) values ($1, $2, $3)
     on conflict do nothing returning grant_id`,
    [tenantId, grantId, reason],
  )
  return rows.length === 1
}
