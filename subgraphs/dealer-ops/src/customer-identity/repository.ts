import type { TenantTx } from '@autora/shared/database'
import type { IdentityField, IdentityRow } from './entity.js'

/** Kept values of customers. */
export const selectIdentity = (tx: TenantTx, customerIds: readonly string[]): Promise<IdentityRow[]> =>
  tx.query<IdentityRow>(
    `select i.customer_id as "parentId", i.store_id as "storeId", i.field, i.ciphertext
       from dealer_ops.customer_identity i
      where i.customer_id = any($1)
        and i.ciphertext is not null`,
    [customerIds],
  )

/** Whether the legal entity of a store keeps identity numbers at all. */
export async function keepsIdentityNumbers(tx: TenantTx, storeId: string): Promise<boolean> {
  const [row] = await tx.query<{ kept: boolean }>('select identity.stores_identity_numbers($1) as kept', [
    storeId,
  ])
  return row?.kept ?? false
}

/** A value of a customer at its place. */
export interface IdentityPlace {
  readonly storeId: string
  readonly customerId: string
  readonly field: IdentityField
}

/** Keeps a value, over the one before. */
export async function upsertIdentity(
  tx: TenantTx,
  { storeId, customerId, field }: IdentityPlace,
  ciphertext: Buffer,
): Promise<void> {
  await tx.query(
    `insert into dealer_ops.customer_identity (store_id, customer_id, field, ciphertext)
     values ($1, $2, $3, $4)
     on conflict (tenant_id, store_id, customer_id, field)
     do update set ciphertext = excluded.ciphertext, recorded_by = default, recorded_at = default`,
    [storeId, customerId, field, ciphertext],
  )
}

/** Takes a value out; only that there was one stays. @returns whether there was one. */
export async function eraseIdentity(
  tx: TenantTx,
  { storeId, customerId, field }: IdentityPlace,
): Promise<boolean> {
  const rows = await tx.query(
    `update dealer_ops.customer_identity
        set ciphertext = null, recorded_by = default, recorded_at = default
      where store_id = $1 and customer_id = $2 and field = $3 and ciphertext is not null
     returning field`,
    [storeId, customerId, field],
  )
  return rows.length === 1
}
