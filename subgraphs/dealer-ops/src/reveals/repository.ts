import type { TenantTx } from '@autora/shared/database'
import type { RevealableField } from './entity.js'

/** The store of a customer the caller can see, and whether one of its leads is assigned to a person. */
export async function selectSubject(
  tx: TenantTx,
  customerId: string,
  personId: string,
): Promise<{ readonly storeId: string; readonly isAssigned: boolean } | undefined> {
  const [row] = await tx.query<{ storeId: string; isAssigned: boolean }>(
    `select c.store_id as "storeId",
            exists (
              select from dealer_ops.lead l
               where l.tenant_id = c.tenant_id and l.store_id = c.store_id and l.customer_id = c.id
                 and l.assignee_id = $2) as "isAssigned"
       from dealer_ops.customer c
      where c.id = $1`,
    [customerId, personId],
  )
  return row
}

/** How much a person has had shown in the last hour. Two of his requests count one after the other. */
export async function countReveals(tx: TenantTx, personId: string): Promise<number> {
  await tx.query('select pg_advisory_xact_lock(hashtextextended($1, 1))', [`field_reveal|${personId}`])
  const [row] = await tx.query<{ n: number }>(
    `select count(*)::integer as n
       from dealer_ops.field_reveal r
      where r.actor_id = $1 and r.revealed_at > clock_timestamp() - interval '1 hour'`,
    [personId],
  )
  return row?.n ?? 0
}

/** Notes that a value is about to be shown. */
export async function insertReveal(
  tx: TenantTx,
  reveal: { readonly id: string; readonly storeId: string; readonly customerId: string },
  field: RevealableField,
): Promise<void> {
  await tx.query(
    `insert into dealer_ops.field_reveal (id, store_id, customer_id, field) values ($1, $2, $3, $4)`,
    [reveal.id, reveal.storeId, reveal.customerId, field],
  )
}
