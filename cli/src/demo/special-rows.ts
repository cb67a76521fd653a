import { minute } from './arrival-times.js'
import type { AuditTrail } from './audit-events.js'
import type { RowSink } from './copy-rows.js'
import { type DemoCustomer, putCustomer } from './customers.js'
import { History } from './lead-states.js'
import type { LeadStory } from './lead-story.js'
import { type DemoLead, putLead } from './leads.js'
import type { StoreWorld } from './store-world.js'

/** A lead that somebody looks for: from the partner, for the store's first brand, with nothing said yet. */
export const plainLead = (
  world: StoreWorld,
  id: string,
  customerId: string,
  receivedAt: number,
): DemoLead => ({
  id,
  customerId,
  receivedAt,
  requestedAt: receivedAt,
  interest: 'BUY',
  source: 'MARKETPLACE',
  sourceName: 'AutoMarket',
  campaign: null,
  brandCode: world.store.brands[0] ?? 'TOYOTA',
  budget: null,
  financeIntent: null,
  comments: null,
  referrer: null,
  consent: 'UNKNOWN',
  isPartners: true,
  vehicles: [],
  externalIds: [],
})

/** Writes a customer and his lead, taken on two minutes after it came and not answered yet. */
export function putSpecial(
  sink: RowSink,
  trail: AuditTrail,
  world: StoreWorld,
  { customer, lead, now }: { customer: DemoCustomer; lead: DemoLead; now: number },
): void {
  const history = new History(lead.receivedAt, world.keyId, now)
  const assigneeId = world.sales[0] ?? null
  if (assigneeId !== null) history.advance('ASSIGNED', lead.receivedAt + 2 * minute, assigneeId)
  const story: LeadStory = {
    steps: history.steps,
    status: history.last.to,
    assigneeId,
    firstResponseAt: null,
    closedAt: null,
    lostReason: null,
    booking: null,
  }
  putCustomer(sink, world, customer, lead.receivedAt)
  putLead(sink, world, lead, story)
  trail.addLead(world, lead, story)
}
