import type { TenantTx } from '@autora/shared/database'
import type { PageRequest } from '@autora/shared/request'
import type { Scope } from '../scope.js'
import { MOST_STORES, type StoreBrandRow, type StoreRow } from './entity.js'

/** What a statement returns of a store that it calls `s`. */
export const storeColumns = `
  s.id,
  s.tenant_id as "tenantId",
  s.legal_entity_id as "legalEntityId",
  s.code,
  s.name,
  s.city,
  s.country,
  s.timezone,
  s.status,
  s.sla_minutes as "slaMinutes",
  s.opening_hours as "openingHours",
  s.routing,
  s.version`

/** Stores by id. */
export const findStores = (tx: TenantTx, scope: Scope, ids: readonly string[]) =>
  tx.query<StoreRow>(
    `select ${storeColumns}
       from identity.store s
      where s.id = any($1::uuid[])
        and ($2::uuid is null or s.tenant_id = $2)
        and ($3::uuid[] is null or s.id = any($3))`,
    [ids, scope.tenantId, scope.storeIds],
  )

/** A page of stores and one more. A store carries no time: its id alone is the order. */
export const pageOfStores = (tx: TenantTx, scope: Scope, groupId: string | null, page: PageRequest) =>
  tx.query<StoreRow>(
    `select ${storeColumns}
       from identity.store s
      where ($1::uuid is null or s.tenant_id = $1)
        and ($2::uuid[] is null or s.id = any($2))
        and ($3::uuid is null or s.tenant_id = $3)
        and ($4::uuid is null or s.id < $4)
      order by s.id desc
      limit $5`,
    [scope.tenantId, scope.storeIds, groupId, page.before?.id ?? null, page.limit + 1],
  )

/** Stores of one group by code, at most `MOST_STORES`. */
export const findStoresOf = (tx: TenantTx, scope: Scope, tenantId: string) =>
  tx.query<StoreRow>(
    `select ${storeColumns}
       from identity.store s
      where s.tenant_id = $1
        and ($2::uuid[] is null or s.id = any($2))
      order by s.code
      limit $3`,
    [tenantId, scope.storeIds, MOST_STORES],
  )

/** Brands of some stores, by name. */
export const findBrands = (tx: TenantTx, scope: Scope, storeIds: readonly string[]) =>
  tx.query<StoreBrandRow>(
    `select sb.store_id as "storeId", b.code, b.name
       from identity.store_brand sb
       join identity.brand b on b.code = sb.brand_code
      where sb.store_id = any($1::uuid[])
        and sb.is_active
        and ($2::uuid is null or sb.tenant_id = $2)
        and ($3::uuid[] is null or sb.store_id = any($3))
      order by b.name`,
    [storeIds, scope.tenantId, scope.storeIds],
  )

/** One store, locked until the transaction ends. */
export async function lockStore(tx: TenantTx, scope: Scope, id: string): Promise<StoreRow | undefined> {
  const [row] = await tx.query<StoreRow>(
    `select ${storeColumns}
       from identity.store s
      where s.id = $1
        and ($2::uuid is null or s.tenant_id = $2)
        and ($3::uuid[] is null or s.id = any($3))
        for update`,
    [id, scope.tenantId, scope.storeIds],
  )
  return row
}
