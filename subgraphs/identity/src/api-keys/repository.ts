import type { TenantTx } from '@autora/shared/database'
import { exactTime, type PageRequest } from '@autora/shared/request'
import { creatorHolds } from '../creator.js'
import type { Scope } from '../scope.js'
import type { ApiKeyRow, NewApiKey, StoredSecret } from './entity.js'

const columns = `
  k.id,
  k.tenant_id as "tenantId",
  k.app_id as "appId",
  k.label,
  k.last_four as "lastFour",
  k.scopes,
  k.store_ids as "storeIds",
  k.purpose,
  k.created_by as "createdBy",
  ${exactTime('k.created_at')} as "createdAt",
  k.not_before as "notBefore",
  k.expires_at as "expiresAt",
  k.revoked_at as "revokedAt",
  k.ip_allow::text[] as "ipAllow",
  k.ip_deny::text[] as "ipDeny",
  k.rate_per_second as "ratePerSecond",
  k.rate_per_day as "ratePerDay",
  k.approval_id as "approvalId",
  k.rotated_from as "rotatedFrom",
  k.proof_thumbprint as "proofThumbprint",
  (select u.at
     from identity.api_key_use u
    where u.tenant_id = k.tenant_id and u.key_id = k.id and u.outcome = 'USED') as "lastUsedAt"`

/** Everything of a key that the subgraph may read back. */
const readable = `tenant_id, id, app_id, label, last_four, scopes, store_ids, purpose, created_by, created_at, not_before,
  expires_at, revoked_at, ip_allow, ip_deny, rate_per_second, rate_per_day, approval_id, rotated_from, proof_thumbprint`

/** Keys by id. */
export const findApiKeys = (tx: TenantTx, scope: Scope, ids: readonly string[]) =>
  tx.query<ApiKeyRow>(
    `select ${columns}
       from identity.api_key k
      where k.id = any($1::uuid[])
        and ($2::uuid is null or k.tenant_id = $2)
        and ($3::uuid[] is null or k.store_ids <@ $3)`,
    [ids, scope.tenantId, scope.storeIds],
  )

/** A page of keys and one more, newest first. */
export const pageOfApiKeys = (tx: TenantTx, scope: Scope, page: PageRequest) =>
  tx.query<ApiKeyRow>(
    `select ${columns}
       from identity.api_key k
      where ($1::uuid is null or k.tenant_id = $1)
        and ($2::uuid[] is null or k.store_ids <@ $2)
        and ($3::timestamptz is null or (k.created_at, k.id) < ($3, $4::uuid))
      order by k.created_at desc, k.id desc
      limit $5`,
    [scope.tenantId, scope.storeIds, page.before?.at ?? null, page.before?.id ?? null, page.limit + 1],
  )

/** One key, locked until the transaction ends. */
export async function lockApiKey(tx: TenantTx, scope: Scope, id: string): Promise<ApiKeyRow | undefined> {
  const [row] = await tx.query<ApiKeyRow>(
    `select ${columns}
       from identity.api_key k
      where k.id = $1
        and ($2::uuid is null or k.tenant_id = $2)
        and ($3::uuid[] is null or k.store_ids <@ $3)
        for update of k`,
    [id, scope.tenantId, scope.storeIds],
  )
  return row
}

/** Writes a key. Its life is counted from the database's own clock, which also checks it. */
export async function insertApiKey(tx: TenantTx, key: NewApiKey): Promise<ApiKeyRow | undefined> {
  const [row] = await tx.query<ApiKeyRow>(
    `with k as (
       insert into identity.api_key
         (tenant_id, id, app_id, label, secret_mac, last_four, scopes, store_ids, created_by, expires_at, not_before,
          purpose, ip_allow, ip_deny, rate_per_second, rate_per_day, approval_id, proof_thumbprint)
       values ($1, $2, $3, $4, $5, $6, $7, $8::uuid[], $9, now() + make_interval(days => $10), $11, $12,
          array(select network(one::inet) from unnest($13::text[]) one),
          array(select network(one::inet) from unnest($14::text[]) one), $15, $16, $17, $18)
       returning ${readable})
     select ${columns} from k`,
    [
      key.tenantId,
      key.id,
      key.appId,
      key.label,
      key.secret?.mac ?? null,
      key.secret?.lastFour ?? null,
      key.scopes,
      key.storeIds,
      key.createdBy,
      key.expiresInDays,
      key.notBefore,
      key.purpose,
      key.ipAllow,
      key.ipDeny,
      key.ratePerSecond,
      key.ratePerDay,
      key.approvalId,
      key.proofThumbprint,
    ],
  )
  return row
}

/** Puts a secret into a key that has none. */
export async function setSecret(
  tx: TenantTx,
  key: ApiKeyRow,
  { mac, lastFour }: StoredSecret,
): Promise<ApiKeyRow | undefined> {
  const [row] = await tx.query<ApiKeyRow>(
    `with k as (
       update identity.api_key
          set secret_mac = $3, last_four = $4
        where tenant_id = $1 and id = $2 and last_four is null
       returning ${readable})
     select ${columns} from k`,
    [key.tenantId, key.id, mac, lastFour],
  )
  return row
}

/** Ends a key that nobody has ended yet. */
export async function endApiKey(tx: TenantTx, key: ApiKeyRow): Promise<ApiKeyRow | undefined> {
  const [row] = await tx.query<ApiKeyRow>(
    `with k as (
       update identity.api_key
          set revoked_at = now()
        where tenant_id = $1 and id = $2 and revoked_at is null
       returning ${readable})
     select ${columns} from k`,
    [key.tenantId, key.id],
  )
  return row
}

/** Whether somebody who makes or takes a key holds all its stores now. */
export async function holdsStores(
  tx: TenantTx,
  asked: { readonly tenantId: string; readonly userId: string; readonly storeIds: readonly string[] },
  now: Date,
): Promise<boolean> {
  const [row] = await tx.query<{ holds: boolean }>(
    `select c.is_wide or $3::uuid[] <@ c.store_ids as holds
       from (${creatorHolds('$1::uuid', '$2::uuid', '$4::timestamptz')}) c`,
    [asked.tenantId, asked.userId, asked.storeIds, now],
  )
  return row?.holds ?? false
}
