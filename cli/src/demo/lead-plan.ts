import { arrivalTimes, hour, type Period } from './arrival-times.js'
import { Random, type Weighted } from './random.js'
import type { StoreWorld } from './store-world.js'

/** How a lead came, in the words of the platform. */
export type LeadSource =
  | 'WEBSITE'
  | 'MARKETPLACE'
  | 'SOCIAL'
  | 'WHATSAPP'
  | 'SEARCH'
  | 'OEM'
  | 'WALK_IN'
  | 'PHONE'
  | 'REFERRAL'
  | 'EVENT'
  | 'PARTNER'

/** What becomes of a lead: put aside, never answered, or worked on. */
export type Fate = 'SPAM' | 'DUPLICATE' | 'MERGED' | 'UNANSWERED' | 'WORKED'

/** What is settled about a lead before its details are made. */
export interface LeadPlan {
  /** Its number in the store, by time of arrival. */
  readonly n: number
  readonly receivedAt: number
  /** Number of its customer in the store. */
  readonly customer: number
  readonly isFirstOfCustomer: boolean
  readonly source: LeadSource
  fate: Fate
  hasConversation: boolean
  hasAppointment: boolean
  isSale: boolean
}

/** Two marketplaces, 19 % and 12 %, are one source of the platform. */
const sources: Weighted<LeadSource> = [
  ['MARKETPLACE', 31],
  ['WEBSITE', 24],
  ['SOCIAL', 11],
  ['WHATSAPP', 9],
  ['SEARCH', 7],
  ['OEM', 7],
  ['WALK_IN', 5],
  ['PHONE', 3],
  ['REFERRAL', 1.5],
  ['EVENT', 1],
  ['PARTNER', 0.5],
]

const closeRate: Readonly<Record<LeadSource, number>> = {
  REFERRAL: 0.25,
  WALK_IN: 0.22,
  PHONE: 0.16,
  OEM: 0.1,
  WHATSAPP: 0.09,
  WEBSITE: 0.08,
  MARKETPLACE: 0.058,
  SEARCH: 0.06,
  EVENT: 0.06,
  PARTNER: 0.055,
  SOCIAL: 0.025,
}

/** 22 % of all leads are put aside or never answered, so the others close more often than the rate of all. */
const workedShare = 0.78
/** Time that a lead needs until an appointment is made; younger leads have none yet. */
const bookingTime = 60 * hour

/** Plans all leads of a store, oldest first: exactly as many customers, conversations and appointments as its quota. */
export function planLeads(world: StoreWorld, period: Period): LeadPlan[] {
  const random = new Random(`${world.seed}/plan`)
  const times = arrivalTimes(random, period, world.quota.leads)
  const plans: LeadPlan[] = []
  let known = 0
  for (const [n, receivedAt] of times.entries()) {
    const missing = world.quota.customers - known
    const isFirstOfCustomer = known === 0 || random.below(times.length - n) < missing
    // people come back soon: one of the last thirty customers
    const customer = isFirstOfCustomer ? known : known - 1 - random.below(Math.min(known, 30))
    if (isFirstOfCustomer) known += 1
    const fate = fateOf(random, isFirstOfCustomer)
    const source = random.weighted(sources)
    plans.push({ n, receivedAt, customer, isFirstOfCustomer, source, fate, ...nothing })
  }
  planConversations(random, plans, world.quota.conversations)
  planAppointments(random, plans, world.quota.appointments, period.end - bookingTime)
  return plans
}

const nothing = { hasConversation: false, hasAppointment: false, isSale: false }

/** 9 % duplicates and 4 % merges of all leads, which only a customer's second lead can be; 3 % spam. */
function fateOf(random: Random, isFirstOfCustomer: boolean): Fate {
  if (random.chance(0.03)) return 'SPAM'
  if (random.chance(0.06)) return 'UNANSWERED'
  if (isFirstOfCustomer) return 'WORKED'
  return random.weighted([
    ['DUPLICATE', 0.39],
    ['MERGED', 0.17],
    ['WORKED', 0.44],
  ])
}

/** An answer is a message, so every lead that is worked on has a conversation; the rest goes to the others. */
function planConversations(random: Random, plans: readonly LeadPlan[], quota: number): void {
  const worked = shuffled(
    random,
    plans.filter((plan) => plan.fate === 'WORKED'),
  )
  for (const plan of worked.slice(quota)) plan.fate = 'UNANSWERED'
  const others = shuffled(
    random,
    plans.filter((plan) => plan.fate !== 'WORKED'),
  )
  for (const plan of [...worked, ...others].slice(0, quota)) plan.hasConversation = true
}

/** Who buys has come to the store before; the other appointments go to leads of chance. */
function planAppointments(random: Random, plans: readonly LeadPlan[], quota: number, latest: number): void {
  const able = plans.filter((plan) => plan.fate === 'WORKED' && plan.receivedAt < latest)
  const isBuyer = able.map((plan) => random.chance(closeRate[plan.source] / workedShare))
  const buyers = able.filter((_, index) => isBuyer[index])
  const visitors = able.filter((_, index) => !isBuyer[index])
  const chosen = [...shuffled(random, buyers), ...shuffled(random, visitors)].slice(0, quota)
  const buying = new Set(buyers)
  for (const plan of chosen) {
    plan.hasAppointment = true
    plan.isSale = buying.has(plan)
  }
}

/** The same things in an order of chance (Fisher and Yates). */
function shuffled<T>(random: Random, things: readonly T[]): T[] {
  const drawn = things.map((thing) => ({ thing, order: random.unit() }))
  return drawn.sort((left, right) => left.order - right.order).map(({ thing }) => thing)
}
