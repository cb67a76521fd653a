import { day, hour, minute } from './arrival-times.js'
import type { LeadPlan } from './lead-plan.js'
import { closedStates, History, type LeadStatus, type Step } from './lead-states.js'
import type { Random } from './random.js'
import type { Slot } from './store-calendar.js'
import type { StoreWorld } from './store-world.js'
import { lostReasons } from './texts.js'

/** How an appointment went, or stands. */
export type AppointmentStatus =
  | 'REQUESTED'
  | 'CONFIRMED'
  | 'RESCHEDULED'
  | 'CHECKED_IN'
  | 'COMPLETED'
  | 'NO_SHOW'
  | 'CANCELLED'

/** An appointment of a lead. */
export interface Booking extends Slot {
  readonly bookedAt: number
  readonly status: AppointmentStatus
}

/** All that happened to a lead up to the moment of seeding. */
export interface LeadStory {
  readonly steps: readonly [Step, ...Step[]]
  readonly status: LeadStatus
  readonly assigneeId: string | null
  /** When a human first answered. */
  readonly firstResponseAt: number | null
  readonly closedAt: number | null
  readonly lostReason: string | null
  readonly booking: Booking | null
}

/** Who makes a story: the store, chance, who created the lead and the moment of seeding. */
export interface Telling {
  readonly world: StoreWorld
  readonly random: Random
  readonly createdBy: string
  readonly now: number
}

/** Tells what became of a planned lead. */
export function tellStory(telling: Telling, plan: LeadPlan): LeadStory {
  const { world, random, createdBy, now } = telling
  const history = new History(plan.receivedAt, createdBy, now)
  const seller = random.pick(world.sales)
  const booking = follow(telling, plan, history, seller)
  if (history.last.to === 'LOST' && random.chance(0.03))
    history.advance('REOPENED', history.last.at + Math.ceil(random.between(5, 30)) * day, seller)
  const { to: status, at } = history.last
  return {
    steps: history.steps,
    status,
    assigneeId: history.steps.some((step) => step.to === 'ASSIGNED') ? seller : null,
    firstResponseAt: history.steps.find((step) => step.to === 'CONTACTED')?.at ?? null,
    closedAt: closedStates.includes(status) ? at : null,
    lostReason: status === 'LOST' ? random.pick(lostReasons) : null,
    booking,
  }
}

function follow(telling: Telling, plan: LeadPlan, history: History, seller: string): Booking | null {
  const { random } = telling
  const assignedAt = plan.receivedAt + (1 + random.below(8)) * minute
  const isTaken = plan.fate === 'WORKED' || random.chance(0.6)
  if (isTaken && !history.advance('ASSIGNED', assignedAt, seller)) return null
  switch (plan.fate) {
    case 'UNANSWERED':
      return null
    case 'SPAM':
    case 'DUPLICATE':
    case 'MERGED':
      history.advance(plan.fate, assignedAt + (5 + random.below(1_000)) * minute, seller)
      return null
    case 'WORKED':
      return work(telling, plan, history, assignedAt)
  }
}

/** An answer, log-normal around the store's median, and what follows from it. */
function work(telling: Telling, plan: LeadPlan, history: History, assignedAt: number): Booking | null {
  const { world, random } = telling
  const longest = plan.hasAppointment ? 20 * hour : 10 * day
  const wait = Math.min(longest, random.logNormal(world.answerMedian, 1) * minute)
  const answeredAt = Math.max(assignedAt + minute, plan.receivedAt + wholeMinutes(wait))
  const seller = history.last.by
  if (!history.advance('CONTACTED', answeredAt, seller)) return null
  if (plan.hasAppointment) return meet(telling, plan, history, seller)
  const engagedAt = later(random, answeredAt, 1, 48)
  if (random.chance(0.6) && !history.advance('ENGAGED', engagedAt, seller)) return null
  if (random.chance(0.85)) history.advance('LOST', later(random, engagedAt, 24, 600), seller)
  return null
}

/** The way to the store and on. Everything up to the booking fits into the 60 hours that the plan leaves for it. */
function meet({ world, random, now }: Telling, plan: LeadPlan, history: History, seller: string): Booking {
  history.advance('ENGAGED', later(random, history.last.at, 0.2, 12), seller)
  const bookedAt = later(random, history.last.at, 0.2, 12)
  history.advance('APPOINTMENT_SET', bookedAt, seller)
  const slot = world.calendar.reserve(random, later(random, bookedAt, 12, 140))
  const status = outcome(random, plan, slot, now)
  if (status === 'COMPLETED' || status === 'CHECKED_IN') {
    history.advance('VISITED', slot.startsAt, seller)
    negotiate(random, plan, history, seller)
  } else if (status === 'NO_SHOW' || status === 'CANCELLED') {
    if (random.chance(0.7)) history.advance('LOST', later(random, slot.endsAt, 48, 400), seller)
  }
  return { ...slot, bookedAt, status }
}

function negotiate(random: Random, plan: LeadPlan, history: History, seller: string): void {
  const sitsDown = plan.isSale || random.chance(0.65)
  if (sitsDown && !history.advance('NEGOTIATING', later(random, history.last.at, 1, 48), seller)) return
  if (plan.isSale) history.advance('WON', later(random, history.last.at, 24, 150), seller)
  else if (random.chance(0.8)) history.advance('LOST', later(random, history.last.at, 24, 300), seller)
}

/** 24 % of all appointments in the past are no-shows; who buys was there. */
function outcome(random: Random, plan: LeadPlan, slot: Slot, now: number): AppointmentStatus {
  if (slot.startsAt > now)
    return random.weighted([
      ['CONFIRMED', 0.8],
      ['REQUESTED', 0.1],
      ['RESCHEDULED', 0.1],
    ])
  if (slot.endsAt > now) return 'CHECKED_IN'
  if (plan.isSale) return 'COMPLETED'
  return random.weighted([
    ['COMPLETED', 0.6],
    ['NO_SHOW', 0.33],
    ['CANCELLED', 0.07],
  ])
}

const wholeMinutes = (span: number) => Math.round(span / minute) * minute

/** Some hours later, to the minute. */
const later = (random: Random, at: number, low: number, high: number) =>
  at + Math.max(minute, wholeMinutes(random.between(low, high) * hour))
