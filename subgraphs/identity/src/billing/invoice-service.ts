import { randomUUID } from 'node:crypto'
import { type EventName, recordAudit } from '@autora/shared/audit'
import type { TenantTx } from '@autora/shared/database'
import { conflict, invalid, notFound } from '@autora/shared/errors'
import { demandReason, type PageRequest, type RequestContext } from '@autora/shared/request'
import { z } from 'zod'
import { dealerGroupById } from '../dealer-groups/index.js'
import { checked, text } from '../given-values.js'
import { type InvoiceLine, type InvoiceRow, type InvoiceStatus, MOST_CENTS } from './entity.js'
import {
  type InvoiceStep,
  insertInvoice,
  lockInvoice,
  moveInvoice,
  pageOfInvoices,
} from './invoice-repository.js'
import { billingAccountOf } from './service.js'

/** A page of invoices, of one dealer group when it is named, and one row more when there is a next page. */
export const listInvoices = (
  ctx: RequestContext,
  tenantId: string | null,
  page: PageRequest,
): Promise<InvoiceRow[]> => ctx.tenant.read((tx) => pageOfInvoices(tx, tenantId, page))

/** An invoice to draw up. */
export interface CreateInvoiceInput {
  readonly dealerGroupId: string | null
  readonly period: string
  readonly dueAt: Date
  readonly lines: readonly InvoiceLine[]
}

const invoiceInput = z.object({
  period: z.string().regex(/^20\d{2}-(0[1-9]|1[0-2])$/, 'must be a month such as 2026-11'),
  lines: z
    .array(
      z.object({
        text: text(200),
        quantity: z.number().int().min(1, 'must be at least 1').max(100_000, 'must be at most 100000'),
        unitPriceCents: z.number().int().min(0, 'must not be negative').max(MOST_CENTS, 'is too high'),
      }),
    )
    .min(1, 'must have a line')
    .max(100, 'must have at most 100 lines'),
})

/**
 * Draws up an invoice in the currency of the group's billing account. It has no number before it is issued.
 *
 * @throws {DomainError} INVALID - a value lies outside what is allowed, or the amount does.
 * @throws {DomainError} NOT_FOUND - no such dealer group, or it has no billing account.
 */
export async function createInvoice(ctx: RequestContext, input: CreateInvoiceInput): Promise<InvoiceRow> {
  const { period, lines } = checked(invoiceInput, input)
  const amountCents = lines.reduce((sum, line) => sum + line.quantity * line.unitPriceCents, 0)
  if (amountCents > MOST_CENTS)
    throw invalid('INVALID', { field: ['lines'], message: `The amount is higher than ${MOST_CENTS} cents.` })
  const group = await dealerGroupById(ctx, input.dealerGroupId)
  const account = group && (await billingAccountOf(ctx, group.id))
  if (!account) throw notFound()
  const { id: tenantId, currency } = account
  return ctx.tenant.write(async (tx) => {
    const draft = { tenantId, id: randomUUID(), period, lines, amountCents, currency, dueAt: input.dueAt }
    return recorded(tx, 'invoice.drafted', await insertInvoice(tx, draft))
  })
}

/** From which states a step leads on. */
const before: Readonly<Record<InvoiceStep['to'], readonly InvoiceStatus[]>> = {
  ISSUED: ['DRAFT'],
  PAID: ['ISSUED'],
  VOID: ['DRAFT', 'ISSUED'],
}
const eventOf = {
  ISSUED: 'invoice.issued',
  PAID: 'invoice.paid',
  VOID: 'invoice.voided',
} as const satisfies Record<InvoiceStep['to'], EventName>

/**
 * Issues an invoice, or notes that it was paid or is void. One that is there already is returned without an event.
 *
 * @throws {DomainError} NOT_FOUND - there is no such invoice.
 * @throws {DomainError} STATE_REFUSED - what is paid or void stays so, and only an issued invoice can be paid.
 */
async function step(ctx: RequestContext, id: string | null, next: InvoiceStep): Promise<InvoiceRow> {
  return ctx.tenant.write(async (tx) => {
    const invoice = id === null ? undefined : await lockInvoice(tx, id)
    if (!invoice) throw notFound()
    if (invoice.status === next.to) return invoice
    if (!before[next.to].includes(invoice.status)) throw conflict('STATE_REFUSED')
    return recorded(tx, eventOf[next.to], await moveInvoice(tx, invoice, next))
  })
}

/** Issues a draft: it gets the next number of the platform. @throws {DomainError} NOT_FOUND, STATE_REFUSED. */
export const issueInvoice = (ctx: RequestContext, id: string | null): Promise<InvoiceRow> =>
  step(ctx, id, { to: 'ISSUED' })

/** Notes that an issued invoice was paid. @throws {DomainError} INVALID, NOT_FOUND, STATE_REFUSED. */
export async function payInvoice(
  ctx: RequestContext,
  id: string | null,
  reference: string | null,
): Promise<InvoiceRow> {
  if (reference !== null) checked(z.object({ paymentReference: text(60) }), { paymentReference: reference })
  return step(ctx, id, { to: 'PAID', paymentReference: reference })
}

/** Takes back a draft or an issued invoice. @throws {DomainError} REASON_REQUIRED, NOT_FOUND, STATE_REFUSED. */
export async function voidInvoice(
  ctx: RequestContext,
  id: string | null,
  reason: string,
): Promise<InvoiceRow> {
  return step(ctx, id, { to: 'VOID', reason: demandReason(reason) })
}

async function recorded(
  tx: TenantTx,
  event: EventName,
  invoice: InvoiceRow | undefined,
): Promise<InvoiceRow> {
  if (!invoice) throw notFound()
  const { id, tenantId, number, status } = invoice
  await recordAudit(tx, event, { targetId: id, storeId: null, tenantId, detail: { number, status } })
  return invoice
}
