import type { TenantTx } from '@autora/shared/database'
import type { ApiKeyRow, StoredSecret } from './entity.js'

/** Whether a key has been replaced by another one. */
export async function hasSuccessor(tx: TenantTx, key: ApiKeyRow): Promise<boolean> {
  const rows = await tx.query(
    'select 1 as one from identity.api_key where tenant_id = $1 and rotated_from = $2 limit 1',
    [key.tenantId, key.id],
  )
  return rows.length > 0
}

/** Whether a user belongs to the platform and not to a dealer group. */
export async function isOfPlatform(tx: TenantTx, userId: string | null): Promise<boolean> {
  const rows = await tx.query(
    `select 1 as one from identity.user_account
      where tenant_id = '00000000-0000-0000-0000-000000000000' and id = $1`,
    [userId],
  )
  return rows.length > 0
}

/** A successor that does not exist yet. */
export interface Successor {
  readonly id: string
  readonly createdBy: string | null
  readonly secret: StoredSecret
  /** Whether it ends when the old one would have; otherwise it gets the whole life of the old one again. */
  readonly keepsExpiry: boolean
}

/** Writes the successor of a key with every setting of it, copied inside the database. */
export async function insertSuccessor(tx: TenantTx, old: ApiKeyRow, next: Successor): Promise<void> {
  await tx.query(
    `insert into identity.api_key
       (tenant_id, id, app_id, label, secret_mac, last_four, scopes, store_ids, purpose, created_by, not_before, ip_allow,
        ip_deny, rate_per_second, rate_per_day, approval_id, rotated_from, proof_thumbprint, expires_at)
     select k.tenant_id, $3, k.app_id, k.label, $4, $5, k.scopes, k.store_ids, k.purpose, $6, k.not_before, k.ip_allow,
            k.ip_deny, k.rate_per_second, k.rate_per_day, k.approval_id, k.id, k.proof_thumbprint,
            case when $7 then k.expires_at else now() + (k.expires_at - k.created_at) end
       from identity.api_key k
      where k.tenant_id = $1 and k.id = $2`,
    [old.tenantId, old.id, next.id, next.secret.mac, next.secret.lastFour, next.createdBy, next.keepsExpiry],
  )
}

/** Lets a key end after some hours, never later than it would have. */
export async function shortenLife(tx: TenantTx, key: ApiKeyRow, hours: number): Promise<void> {
  await tx.query(
    `update identity.api_key
        set expires_at = least(expires_at, now() + make_interval(hours => $3))
      where tenant_id = $1 and id = $2`,
    [key.tenantId, key.id, hours],
  )
}
