import type { TenantTx } from '@autora/shared/database'
import type { BillingAccountRow } from './entity.js'

const columns = `
  b.tenant_id as id,
  b.plan,
  b.seats,
  b.price_cents::integer as "priceCents",
  b.currency,
  b.contact_email as "contactEmail",
  b.payment_reference as "paymentReference",
  b.version`

/** Billing accounts by dealer group. */
export const findBillingAccounts = (tx: TenantTx, _scope: unknown, ids: readonly string[]) =>
  tx.query<BillingAccountRow>(
    `select ${columns}
       from identity.billing_account b
      where b.tenant_id = any($1::uuid[])`,
    [ids],
  )

/** A billing account, locked until the transaction ends. */
export async function lockBillingAccount(
  tx: TenantTx,
  tenantId: string,
): Promise<BillingAccountRow | undefined> {
  const [row] = await tx.query<BillingAccountRow>(
    `select ${columns}
       from identity.billing_account b
      where b.tenant_id = $1
        for update`,
    [tenantId],
  )
  return row
}

const values = ({ plan, seats, priceCents, currency, contactEmail, paymentReference }: BillingAccountRow) => [
  plan,
  seats,
  priceCents,
  currency,
  contactEmail,
  paymentReference,
]

/** Opens an account; a second one at the same time is a conflict. */
export async function insertBillingAccount(tx: TenantTx, next: BillingAccountRow): Promise<void> {
  await tx.query(
    `insert into identity.billing_account
       (tenant_id, plan, seats, price_cents, currency, contact_email, payment_reference)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [next.id, ...values(next)],
  )
}

/** Writes an account that was locked. */
export async function updateBillingAccount(tx: TenantTx, next: BillingAccountRow): Promise<void> {
  await tx.query(
    `update identity.billing_account
        set plan = $2, seats = $3, price_cents = $4, currency = $5, contact_email = $6, payment_reference = $7,
            version = version + 1
      where tenant_id = $1`,
    [next.id, ...values(next)],
  )
}
