import type { TenantTx } from '@autora/shared/database'
import { exactTime, type PageRequest } from '@autora/shared/request'
import type { InvoiceRow } from './entity.js'

const columns = `
  i.id,
  i.tenant_id as "tenantId",
  i.number::integer,
  i.status,
  i.period,
  i.lines,
  i.amount_cents::integer as "amountCents",
  i.currency,
  i.due_at as "dueAt",
  ${exactTime('i.created_at')} as "createdAt",
  i.issued_at as "issuedAt",
  i.paid_at as "paidAt",
  i.payment_reference as "paymentReference",
  i.voided_at as "voidedAt",
  i.void_reason as "voidReason"`

/** A page of the invoices of a dealer group and one more, newest first. */
export const pageOfInvoices = (tx: TenantTx, tenantId: string | null, page: PageRequest) =>
  tx.query<InvoiceRow>(
    `select ${columns}
       from identity.invoice i
      where ($1::uuid is null or i.tenant_id = $1)
        and ($2::timestamptz is null or (i.created_at, i.id) < ($2, $3::uuid))
      order by i.created_at desc, i.id desc
      limit $4`,
    [tenantId, page.before?.at ?? null, page.before?.id ?? null, page.limit + 1],
  )

/** One invoice, locked until the transaction ends. */
export async function lockInvoice(tx: TenantTx, id: string): Promise<InvoiceRow | undefined> {
  const [row] = await tx.query<InvoiceRow>(
    `select ${columns}
       from identity.invoice i
      where i.id = $1
        for update`,
    [id],
  )
  return row
}

/** Writes a draft. @returns it. */
export async function insertInvoice(
  tx: TenantTx,
  draft: Pick<InvoiceRow, 'tenantId' | 'id' | 'period' | 'lines' | 'amountCents' | 'currency' | 'dueAt'>,
): Promise<InvoiceRow | undefined> {
  const [row] = await tx.query<InvoiceRow>(
    `with i as (
       insert into identity.invoice (tenant_id, id, period, lines, amount_cents, currency, due_at)
       values ($1, $2, $3, $4, $5, $6, $7)
       returning *)
     select ${columns} from i`,
    [
      draft.tenantId,
      draft.id,
      draft.period,
      JSON.stringify(draft.lines),
      draft.amountCents,
      draft.currency,
      draft.dueAt,
    ],
  )
  return row
}

/** Where an invoice goes, and what is noted with it. */
export type InvoiceStep =
  | { readonly to: 'ISSUED' }
  | { readonly to: 'PAID'; readonly paymentReference: string | null }
  | { readonly to: 'VOID'; readonly reason: string }

/** Moves an invoice that was locked; the database gives the number when it is issued. */
export async function moveInvoice(
  tx: TenantTx,
  { tenantId, id }: InvoiceRow,
  step: InvoiceStep,
): Promise<InvoiceRow | undefined> {
  const [row] = await tx.query<InvoiceRow>(
    `with i as (
       update identity.invoice
          set status = $3,
              issued_at = case when $3 = 'ISSUED' then clock_timestamp() else issued_at end,
              paid_at = case when $3 = 'PAID' then clock_timestamp() end,
              payment_reference = $4,
              voided_at = case when $3 = 'VOID' then clock_timestamp() end,
              void_reason = $5
        where tenant_id = $1 and id = $2
       returning *)
     select ${columns} from i`,
    [
      tenantId,
      id,
      step.to,
      step.to === 'PAID' ? step.paymentReference : null,
      step.to === 'VOID' ? step.reason : null,
    ],
  )
  return row
}
