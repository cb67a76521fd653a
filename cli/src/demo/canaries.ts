import { createHash } from 'node:crypto'
import { day, hour } from './arrival-times.js'
import type { AuditTrail } from './audit-events.js'
import type { RowSink } from './copy-rows.js'
import type { DemoCustomer } from './customers.js'
import type { DemoLead } from './leads.js'
import { type DemoNetwork, type DemoStore, seedOf } from './network-shape.js'
import { uuidOf } from './random.js'
import { plainLead, putSpecial } from './special-rows.js'
import type { StoreWorld } from './store-world.js'

/** Where the canaries of a store sit, and every text that must never be seen where it does not belong. */
export interface StoreCanaries {
  readonly storeId: string
  readonly leadId: string
  readonly customerId: string
  readonly conversationId: string
  readonly messageId: string
  readonly appointmentId: string
  readonly values: readonly string[]
}

/** Currency of the canary's budget: ISO 4217 keeps `XTS` for tests. The column has room for nothing longer. */
export const canaryCurrency = 'XTS'

/** The canaries of every store, in the order of the stores. */
export const canariesOf = (network: DemoNetwork): StoreCanaries[] =>
  network.stores.map((store, index) => ({
    storeId: store.id,
    ...idsOf(`${seedOf(network.profile)}/store/${store.code}`),
    values: [...new Set(Object.values(textsOf(store, index)))],
  }))

const idsOf = (seed: string) => ({
  leadId: uuidOf(`${seed}/canary/lead`),
  customerId: uuidOf(`${seed}/canary/customer`),
  conversationId: uuidOf(`${seed}/canary/conversation`),
  messageId: uuidOf(`${seed}/canary/message`),
  appointmentId: uuidOf(`${seed}/canary/appointment`),
})

/** `CANARY-<group>-<store>-<column>`; where that is longer than the column takes, a digest stands for the store. */
function text(store: DemoStore, column: string, longest = 200): string {
  const whole = `CANARY-${store.groupCode}-${store.code}-${column}`
  const digest = createHash('sha256').update(store.id).digest('hex').slice(0, 8)
  return whole.length <= longest ? whole : `CANARY-${digest}-${column}`
}

/** One text per personal column. Only canaries have a number that begins with +27 84. */
function textsOf(store: DemoStore, index: number) {
  const number = String(1_000_001 + index)
  return {
    firstName: text(store, 'first_name'),
    lastName: text(store, 'last_name'),
    company: text(store, 'company'),
    address: text(store, 'address'),
    phoneRaw: text(store, 'raw'),
    validRaw: `+27 84 ${number.slice(0, 3)} ${number.slice(3)}`,
    validE164: `+2784${number}`,
    email: `canary-${store.groupCode}-${store.code}-email@example.test`,
    financeIntent: text(store, 'finance_intent'),
    comments: text(store, 'comments'),
    referrer: text(store, 'referrer'),
    ownVin: text(store, 'own_vin', 40),
    subject: text(store, 'subject'),
    body: text(store, 'body'),
    sender: text(store, 'sender'),
    recipient: text(store, 'recipient'),
    notes: text(store, 'notes'),
  }
}

/** Writes the canaries of a store, two days old: among the first hundred of every list. @param index - of the store. */
export function putCanaries(
  sink: RowSink,
  trail: AuditTrail,
  world: StoreWorld,
  index: number,
  now: number,
): void {
  const texts = textsOf(world.store, index)
  const ids = idsOf(world.seed)
  const receivedAt = now - 2 * day
  const customer: DemoCustomer = {
    id: ids.customerId,
    kind: 'PERSON',
    firstName: texts.firstName,
    lastName: texts.lastName,
    company: texts.company,
    address: texts.address,
    language: 'en-ZA',
    phones: [
      { raw: texts.phoneRaw, e164: null, type: 'UNKNOWN' },
      { raw: texts.validRaw, e164: texts.validE164, type: 'MOBILE' },
    ],
    emails: [texts.email],
  }
  const lead: DemoLead = {
    ...plainLead(world, ids.leadId, ids.customerId, receivedAt),
    budget: { cents: 987_654_321, currency: canaryCurrency },
    financeIntent: texts.financeIntent,
    comments: texts.comments,
    referrer: texts.referrer,
    vehicles: [{ ...ownCar, vin: texts.ownVin }],
    externalIds: [{ source: 'automarket', value: `AM-${world.store.code}-canary` }],
  }
  putSpecial(sink, trail, world, { customer, lead, now })
  putTalk(sink, world, texts, receivedAt)
  putVisit(sink, world, texts, now)
}

const ownCar = {
  part: 'TRADE_IN',
  year: 2019,
  make: 'Canary',
  model: 'One',
  stockNumber: null,
  condition: 'USED',
  odometer: 10_000,
} as const

type Texts = ReturnType<typeof textsOf>

function putTalk(sink: RowSink, world: StoreWorld, texts: Texts, at: number): void {
  const place = { tenant_id: world.store.groupId, store_id: world.store.id }
  const { leadId, conversationId, messageId } = idsOf(world.seed)
  sink.put('dealer_ops.conversation', {
    ...place,
    id: conversationId,
    lead_id: leadId,
    channel: 'EMAIL',
    state: 'OPEN',
    unread: 1,
    last_message_at: new Date(at),
  })
  sink.put('dealer_ops.message', {
    ...place,
    id: messageId,
    conversation_id: conversationId,
    direction: 'INBOUND',
    is_automatic: false,
    status: 'RECEIVED',
    subject: texts.subject,
    body: texts.body,
    sender: texts.sender,
    recipient: texts.recipient,
    author_id: null,
    sent_at: new Date(at),
  })
}

function putVisit(sink: RowSink, world: StoreWorld, texts: Texts, now: number): void {
  const { leadId, appointmentId } = idsOf(world.seed)
  const startsAt = Math.ceil((now + day) / hour) * hour
  sink.put('dealer_ops.appointment', {
    tenant_id: world.store.groupId,
    store_id: world.store.id,
    id: appointmentId,
    lead_id: leadId,
    type: 'TEST_DRIVE',
    status: 'REQUESTED',
    resource: 'Canary bay',
    starts_at: new Date(startsAt),
    ends_at: new Date(startsAt + hour),
    notes: texts.notes,
    created_by: world.sales[0] ?? world.keyId,
    created_at: new Date(now - day),
  })
}
