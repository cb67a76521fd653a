import { minute } from './arrival-times.js'
import type { RowSink } from './copy-rows.js'
import type { LeadSource } from './lead-plan.js'
import type { LeadStory } from './lead-story.js'
import type { StoreWorld } from './store-world.js'

/** A vehicle of a lead: what the customer wants, or what he brings. */
export interface DemoVehicle {
  readonly part: 'WANTED' | 'TRADE_IN'
  readonly year: number | null
  readonly make: string
  readonly model: string
  readonly stockNumber: string | null
  /** Of a trade-in: the customer's own. */
  readonly vin: string | null
  readonly condition: 'NEW' | 'USED'
  readonly odometer: number | null
}

/** What a lead was about when it came. */
export interface DemoLead {
  readonly id: string
  readonly customerId: string
  readonly receivedAt: number
  readonly requestedAt: number | null
  readonly interest: 'BUY' | 'LEASE' | 'SELL' | 'TRADE_IN' | 'TEST_DRIVE' | 'SERVICE'
  readonly source: LeadSource
  readonly sourceName: string | null
  readonly campaign: string | null
  readonly brandCode: string
  readonly budget: { readonly cents: number; readonly currency: string } | null
  readonly financeIntent: string | null
  readonly comments: string | null
  readonly referrer: string | null
  readonly consent: 'UNKNOWN' | 'GRANTED' | 'WITHDRAWN' | 'EXPIRED'
  /** Whether the partner's application submitted it. */
  readonly isPartners: boolean
  readonly vehicles: readonly DemoVehicle[]
  readonly externalIds: readonly { readonly source: string; readonly value: string }[]
}

/** Writes a lead with its vehicles, its ids elsewhere and its history. */
export function putLead(sink: RowSink, world: StoreWorld, lead: DemoLead, story: LeadStory): void {
  // here and below every column by name: at this many rows copying properties is what takes the time
  sink.put('dealer_ops.lead', {
    tenant_id: world.store.groupId,
    store_id: world.store.id,
    id: lead.id,
    customer_id: lead.customerId,
    status: story.status,
    lost_reason: story.lostReason,
    interest: lead.interest,
    source: lead.source,
    source_name: lead.sourceName,
    campaign: lead.campaign,
    brand_code: lead.brandCode,
    budget_cents: lead.budget?.cents ?? null,
    budget_currency: lead.budget?.currency ?? null,
    finance_intent: lead.financeIntent,
    comments: lead.comments,
    referrer: lead.referrer,
    consent_state: lead.consent,
    assignee_id: story.assigneeId,
    submitted_by: lead.isPartners ? world.appId : null,
    received_at: new Date(lead.receivedAt),
    requested_at: instant(lead.requestedAt),
    first_response_at: instant(story.firstResponseAt),
    sla_due_at: new Date(lead.receivedAt + world.store.slaMinutes * minute),
    closed_at: instant(story.closedAt),
    version: story.steps.length,
  })
  putVehicles(sink, world, lead)
  putExternalIds(sink, world, lead)
  putHistory(sink, world, lead, story)
}

function putVehicles(sink: RowSink, world: StoreWorld, lead: DemoLead): void {
  for (const [index, vehicle] of lead.vehicles.entries()) {
    const isOwn = vehicle.part === 'TRADE_IN'
    sink.put('dealer_ops.lead_vehicle', {
      tenant_id: world.store.groupId,
      store_id: world.store.id,
      lead_id: lead.id,
      position: index + 1,
      part: vehicle.part,
      year: vehicle.year,
      make: vehicle.make,
      model: vehicle.model,
      stock_number: vehicle.stockNumber,
      vin: isOwn ? null : vehicle.vin,
      own_vin: isOwn ? vehicle.vin : null,
      condition: vehicle.condition,
      odometer: vehicle.odometer,
      odometer_unit: vehicle.odometer === null ? null : 'KM',
    })
  }
}

function putExternalIds(sink: RowSink, world: StoreWorld, lead: DemoLead): void {
  for (const [index, { source, value }] of lead.externalIds.entries())
    sink.put('dealer_ops.lead_external_id', {
      tenant_id: world.store.groupId,
      store_id: world.store.id,
      lead_id: lead.id,
      position: index + 1,
      source,
      value,
    })
}

function putHistory(sink: RowSink, world: StoreWorld, lead: DemoLead, story: LeadStory): void {
  for (const [index, step] of story.steps.entries())
    sink.put('dealer_ops.lead_status_change', {
      tenant_id: world.store.groupId,
      store_id: world.store.id,
      lead_id: lead.id,
      position: index + 1,
      from_status: step.from,
      to_status: step.to,
      changed_by: step.by,
      changed_at: new Date(step.at),
    })
}

const instant = (at: number | null) => (at === null ? null : new Date(at))
