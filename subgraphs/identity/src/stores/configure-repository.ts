import type { TenantTx } from '@autora/shared/database'
import type { NewStore, StoreConfiguration, StoreRow } from './entity.js'
import { storeColumns } from './repository.js'

/** Writes the configuration of a store over the version that was read. */
export async function saveConfiguration(
  tx: TenantTx,
  store: StoreRow,
  next: StoreConfiguration,
): Promise<StoreRow | undefined> {
  const [row] = await tx.query<StoreRow>(
    `with s as (
       update identity.store
          set sla_minutes = $4, opening_hours = $5, timezone = $6, routing = $7, version = version + 1
        where tenant_id = $1 and id = $2 and version = $3
       returning *)
     select ${storeColumns} from s`,
    [
      store.tenantId,
      store.id,
      store.version,
      next.slaMinutes,
      next.openingHours,
      next.timezone,
      next.routing,
    ],
  )
  return row
}

/** Those of some brands that there are. */
export const findKnownBrands = (tx: TenantTx, codes: readonly string[]) =>
  tx.query<{ code: string }>('select b.code from identity.brand b where b.code = any($1::text[])', [codes])

/** Makes some brands those of a store; the others stay on record as brands it once had. */
export async function saveBrands(
  tx: TenantTx,
  store: { readonly tenantId: string; readonly id: string },
  codes: readonly string[],
): Promise<void> {
  const place = [store.tenantId, store.id, codes] as const
  await tx.query(
    `update identity.store_brand set is_active = false
      where tenant_id = $1 and store_id = $2 and is_active and brand_code <> all ($3::text[])`,
    place,
  )
  await tx.query(
    `insert into identity.store_brand (tenant_id, store_id, brand_code, is_active)
     select $1, $2, brand_code, true from unnest($3::text[]) as given (brand_code)
     on conflict (tenant_id, store_id, brand_code) do update set is_active = true`,
    place,
  )
}

/** Whether a store of the group has this code. */
export async function isStoreCodeTaken(tx: TenantTx, tenantId: string, code: string): Promise<boolean> {
  const rows = await tx.query('select from identity.store where tenant_id = $1 and code = $2', [
    tenantId,
    code,
  ])
  return rows.length > 0
}

/** Writes a store. */
export async function insertStore(tx: TenantTx, store: NewStore): Promise<void> {
  await tx.query(
    `insert into identity.store (tenant_id, id, legal_entity_id, code, name, city, country, timezone)
     values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      store.tenantId,
      store.id,
      store.legalEntityId,
      store.code,
      store.name,
      store.city,
      store.country,
      store.timezone,
    ],
  )
}
