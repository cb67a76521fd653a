import { events } from '@autora/shared/audit'
import { day } from './arrival-times.js'
import type { AuditTrail } from './audit-events.js'
import type { RowSink } from './copy-rows.js'
import { type DemoGroup, type DemoNetwork, seedOf } from './network-shape.js'
import { uuidOf } from './random.js'

const months = 3
const priceCents = 49_900
const agreedDaysAgo = 400

/** An invoice of the demo: one for each of the last whole months, the oldest first, so that numbers follow time. */
interface DemoInvoice {
  readonly group: DemoGroup
  readonly id: string
  readonly period: string
  readonly issuedAt: Date
  readonly isPaid: boolean
  readonly seats: number
}

const seatsOf = (network: DemoNetwork, group: DemoGroup) =>
  network.users.filter(({ tenantId }) => tenantId === group.id).length

function invoicesOf(network: DemoNetwork, now: number): readonly DemoInvoice[] {
  const today = new Date(now)
  return Array.from({ length: months }, (_, index) => months - index).flatMap((ago) => {
    const first = new Date(Date.UTC(today.getUTCFullYear(), today.getUTCMonth() - ago, 1))
    const issuedAt = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 1))
    const period = first.toISOString().slice(0, 7)
    return network.groups.map((group) => ({
      group,
      id: uuidOf(`${seedOf(network.profile)}/invoice/${group.code}/${ago}`),
      period,
      issuedAt,
      isPaid: ago > 1,
      seats: seatsOf(network, group),
    }))
  })
}

/** Writes what every group pays for, and its invoices of the last months. Their numbers are the database's to give. */
export function putBilling(sink: RowSink, network: DemoNetwork, now: number): void {
  for (const group of network.groups)
    sink.put('identity.billing_account', {
      tenant_id: group.id,
      plan: 'STANDARD',
      seats: seatsOf(network, group),
      price_cents: priceCents,
      currency: 'ZAR',
      contact_email: `accounts@${group.code}.example.test`,
      payment_reference: `DEMO-${group.code.toUpperCase()}`,
    })
  for (const { group, id, period, issuedAt, isPaid, seats } of invoicesOf(network, now))
    sink.put('identity.invoice', {
      tenant_id: group.id,
      id,
      status: isPaid ? 'PAID' : 'ISSUED',
      period,
      lines: JSON.stringify([{ text: 'Seats', quantity: seats, unitPriceCents: priceCents }]),
      amount_cents: seats * priceCents,
      currency: 'ZAR',
      due_at: new Date(issuedAt.getTime() + 30 * day),
      created_at: issuedAt,
      issued_at: issuedAt,
      paid_at: isPaid ? new Date(Math.min(issuedAt.getTime() + 20 * day, now)) : null,
      payment_reference: isPaid ? `DEMO-${group.code.toUpperCase()}` : null,
    })
}

/** Tells the trail what was agreed and what was billed, without an amount. */
export function tellBilling(trail: AuditTrail, network: DemoNetwork, now: number): void {
  const owner = network.memberships.find((one) => one.role === 'PLATFORM_OWNER')
  const by = { storeId: null, actorId: owner?.userId ?? '', principal: 'PLATFORM_OWNER' }
  for (const { id } of network.groups)
    trail.add({
      ...by,
      at: now - agreedDaysAgo * day,
      tenantId: id,
      action: 'billingAccount.updated',
      targetType: events['billingAccount.updated'],
      targetId: id,
      detail: {},
    })
  for (const { group, id, issuedAt } of invoicesOf(network, now))
    trail.add({
      ...by,
      at: issuedAt.getTime(),
      tenantId: group.id,
      action: 'invoice.issued',
      targetType: events['invoice.issued'],
      targetId: id,
      detail: { status: 'ISSUED' },
    })
}
