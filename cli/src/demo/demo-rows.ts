import { oddityCount, putOddities } from './adversarial.js'
import { putAppointment } from './appointments.js'
import { day, minute, type Period } from './arrival-times.js'
import { AuditTrail } from './audit-events.js'
import { tellBilling } from './billing.js'
import { putCanaries } from './canaries.js'
import { putConversation } from './conversations.js'
import { RowBatch, type RowSink } from './copy-rows.js'
import { customerOf, putCustomer } from './customers.js'
import { enquiryOf } from './enquiries.js'
import { type LeadPlan, planLeads } from './lead-plan.js'
import { tellStory } from './lead-story.js'
import { putLead } from './leads.js'
import { type ApiKeyMac, putNetwork, tellFoundation } from './network-rows.js'
import type { DemoNetwork } from './network-shape.js'
import { profiles } from './profiles.js'
import { Random } from './random.js'
import { type SpecialCounts, type StoreWorld, storeWorlds } from './store-world.js'

type PlannedStore = { readonly world: StoreWorld; readonly leads: readonly LeadPlan[]; next: number }

/**
 * All rows of a network, in batches to be loaded one after the other: the first audit events, the network itself, then
 * week after week of leads. Equal arguments, equal rows; no more than a week is held in memory.
 *
 * @param now - the moment of seeding; nothing but appointments lies after it.
 */
export function* demoRows(network: DemoNetwork, now: Date, apiKeyMac: ApiKeyMac): Generator<RowBatch> {
  const sizes = profiles[network.profile]
  const end = Math.floor(now.getTime() / minute) * minute
  const period = { start: end - sizes.days * day, end: end - 5 * minute }
  const trail = new AuditTrail(sizes.auditsEveryChange)
  tellFoundation(trail, network, end)
  tellBilling(trail, network, end)
  const first = new RowBatch()
  trail.flush(first, period.start)
  yield first

  const batch = new RowBatch()
  putNetwork(batch, network, end, apiKeyMac)
  yield batch
  yield* weeks(network, period, end, trail)
}

function* weeks(network: DemoNetwork, period: Period, now: number, trail: AuditTrail): Generator<RowBatch> {
  const stores = storeWorlds(network, specialCounts(network)).map(
    (world): PlannedStore => ({ world, leads: planLeads(world, period), next: 0 }),
  )
  for (let until = period.start + 7 * day; ; until += 7 * day) {
    const batch = new RowBatch()
    for (const store of stores) putLeadsUntil(batch, trail, store, until, now)
    const isLast = until >= period.end
    if (isLast)
      for (const [index, { world }] of stores.entries()) {
        putOddities(batch, trail, world, index, now)
        putCanaries(batch, trail, world, index, now)
      }
    trail.flush(batch, isLast ? Number.POSITIVE_INFINITY : until)
    yield batch
    if (isLast) return
  }
}

function putLeadsUntil(
  sink: RowSink,
  trail: AuditTrail,
  store: PlannedStore,
  until: number,
  now: number,
): void {
  for (let plan = store.leads[store.next]; plan && plan.receivedAt < until; plan = store.leads[store.next]) {
    store.next += 1
    putOne(sink, trail, store.world, plan, now)
  }
}

function putOne(sink: RowSink, trail: AuditTrail, world: StoreWorld, plan: LeadPlan, now: number): void {
  const random = new Random(`${world.seed}/lead/${plan.n}`)
  const customer = customerOf(world, plan.customer)
  const lead = enquiryOf(world, random, plan, customer.id)
  const createdBy = lead.isPartners ? world.keyId : random.pick(world.sales)
  const telling = { world, random, createdBy, now }
  const story = tellStory(telling, plan)
  if (plan.isFirstOfCustomer) putCustomer(sink, world, customer, plan.receivedAt)
  putLead(sink, world, lead, story)
  trail.addLead(world, lead, story)
  if (plan.hasConversation) putConversation(sink, { telling, lead, customer, story })
  if (story.booking) putAppointment(sink, telling, lead, story.booking, story.assigneeId ?? createdBy)
}

/** Per store one canary of everything, and in the first group customers with odd names. */
const specialCounts = (network: DemoNetwork): SpecialCounts =>
  new Map(
    network.stores.map((store, index) => {
      const people = 1 + oddityCount(index)
      return [store.id, { leads: people, customers: people, conversations: 1, appointments: 1 }]
    }),
  )
