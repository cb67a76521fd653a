import type { TenantTx } from '@autora/shared/database'
import { exactTime, type PageRequest } from '@autora/shared/request'
import type { Scope } from '../scope.js'
import type { ApiKeyRow, NewApiKey, PartnerAppRow } from './entity.js'

const appColumns = `
  a.id,
  a.tenant_id as "tenantId",
  a.legal_entity_id as "legalEntityId",
  a.name,
  a.status,
  ${exactTime('a.created_at')} as "createdAt"`

const keyColumns = `
  k.id,
  k.tenant_id as "tenantId",
  k.app_id as "appId",
  k.label,
  k.last_four as "lastFour",
  k.scopes,
  k.store_ids as "storeIds",
  k.purpose,
  ${exactTime('k.created_at')} as "createdAt",
  k.expires_at as "expiresAt",
  k.revoked_at as "revokedAt"`

/** Everything of a key that the subgraph may read back. */
const readable = `tenant_id, id, app_id, label, last_four, scopes, store_ids, purpose, created_at, expires_at, revoked_at`

/** Applications by id. */
export const findPartnerApps = (tx: TenantTx, scope: Scope, ids: readonly string[]) =>
  tx.query<PartnerAppRow>(
    `select ${appColumns}
       from identity.partner_app a
      where a.id = any($1::uuid[])
        and ($2::uuid is null or a.tenant_id = $2)`,
    [ids, scope.tenantId],
  )

/** A page of applications and one more, newest first. */
export const pageOfPartnerApps = (tx: TenantTx, scope: Scope, page: PageRequest) =>
  tx.query<PartnerAppRow>(
    `select ${appColumns}
       from identity.partner_app a
      where ($1::uuid is null or a.tenant_id = $1)
        and ($2::timestamptz is null or (a.created_at, a.id) < ($2, $3::uuid))
      order by a.created_at desc, a.id desc
      limit $4`,
    [scope.tenantId, page.before?.at ?? null, page.before?.id ?? null, page.limit + 1],
  )

/** Keys by id. */
export const findApiKeys = (tx: TenantTx, scope: Scope, ids: readonly string[]) =>
  tx.query<ApiKeyRow>(
    `select ${keyColumns}
       from identity.api_key k
      where k.id = any($1::uuid[])
        and ($2::uuid is null or k.tenant_id = $2)
        and ($3::uuid[] is null or k.store_ids <@ $3)`,
    [ids, scope.tenantId, scope.storeIds],
  )

/** A page of keys and one more, newest first. */
export const pageOfApiKeys = (tx: TenantTx, scope: Scope, page: PageRequest) =>
  tx.query<ApiKeyRow>(
    `select ${keyColumns}
       from identity.api_key k
      where ($1::uuid is null or k.tenant_id = $1)
        and ($2::uuid[] is null or k.store_ids <@ $2)
        and ($3::timestamptz is null or (k.created_at, k.id) < ($3, $4::uuid))
      order by k.created_at desc, k.id desc
      limit $5`,
    [scope.tenantId, scope.storeIds, page.before?.at ?? null, page.before?.id ?? null, page.limit + 1],
  )

/** Writes a key. Its life is counted from the database's own clock, which also checks it. */
export async function insertApiKey(tx: TenantTx, key: NewApiKey): Promise<ApiKeyRow | undefined> {
  const [row] = await tx.query<ApiKeyRow>(
    `with k as (
       insert into identity.api_key
         (tenant_id, id, app_id, label, secret_mac, last_four, scopes, store_ids, created_by, expires_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8::uuid[], $9, now() + make_interval(days => $10))
       returning ${readable})
     select ${keyColumns} from k`,
    [
      key.tenantId,
      key.id,
      key.appId,
      key.label,
      key.mac,
      key.lastFour,
      key.scopes,
      key.storeIds,
      key.createdBy,
      key.expiresInDays,
    ],
  )
  return row
}

/** One key, locked until the transaction ends. */
export async function lockApiKey(tx: TenantTx, scope: Scope, id: string): Promise<ApiKeyRow | undefined> {
  const [row] = await tx.query<ApiKeyRow>(
    `select ${keyColumns}
       from identity.api_key k
      where k.id = $1
        and ($2::uuid is null or k.tenant_id = $2)
        and ($3::uuid[] is null or k.store_ids <@ $3)
        for update`,
    [id, scope.tenantId, scope.storeIds],
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
     select ${keyColumns} from k`,
    [key.tenantId, key.id],
  )
  return row
}
