import { type ActionDecision, decideAction } from '@autora/shared/access'
import { forbidden, invalid } from '@autora/shared/errors'
import type { RequestContext } from '@autora/shared/request'
import { soleStore } from '../given-ids.js'
import { type Count, type CountRow, type Grain, grains, type MetricsRow } from './entity.js'
import { monthsBack, periodsOf } from './periods.js'
import { type CountConditions, selectCalendar, selectCounts } from './repository.js'
import { coarsened, exact, FEWEST, ROUNDED_TO, tableOf } from './small-cells.js'

/** How far numbers go back, in months. */
const WINDOW = 12

/** Which numbers, as a client asks for them. */
export interface LeadMetricsInput {
  readonly storeId?: string | null
  readonly months?: number | null
}

/** The numbers and what there is to know about them. */
export interface LeadMetrics {
  readonly grain: Grain
  readonly isExact: boolean
  readonly note: string | null
  readonly rows: readonly MetricsRow[]
}

/**
 * Leads by period and source. Whoever may only see aggregates gets them with small numbers hidden; Sales exact numbers
 * of the leads he looks after; a Dealer Admin exact numbers.
 * @throws {DomainError} INVALID - months outside 1 to 12.
 * @throws {DomainError} BAD_USER_INPUT - several stores, no exact numbers, and none of the stores named.
 */
export async function leadMetrics(ctx: RequestContext, input: LeadMetricsInput): Promise<LeadMetrics> {
  const decision = decideAction('metrics:read', ctx.profile())
  if (!decision.allowed) throw forbidden({ reason: decision.reason })
  const months = input.months ?? WINDOW
  if (months < 1 || months > WINDOW)
    throw invalid('INVALID', { field: ['months'], message: `months must lie between 1 and ${WINDOW}.` })
  const isExact = !decision.aggregateOnly
  if (ctx.actor.reach === 'PLATFORM') return { grain: 'MONTH', isExact, note: notes.platform, rows: [] }
  const storeId = soleStore(ctx, input.storeId)
  if (!isExact && storeId === null)
    throw invalid('BAD_USER_INPUT', { field: ['storeId'], message: 'Name one of your stores.' })
  return isExact ? exactMetrics(ctx, storeId, months, decision) : roundedMetrics(ctx, storeId, months)
}

const notes = {
  platform: 'Numbers across dealers are not there yet: no row of a dealer is open to the platform.',
  own: 'Leads you look after.',
  rounded: `Every number counts at least ${FEWEST} customers and is rounded to ${ROUNDED_TO}; smaller ones are hidden.`,
  coarse: 'Months were joined, because more than half of the numbers by month would be hidden.',
} as const

async function exactMetrics(
  ctx: RequestContext,
  storeId: string | null,
  months: number,
  decision: ActionDecision & { readonly allowed: true },
): Promise<LeadMetrics> {
  const isOwn = decision.reach === 'O'
  const assigneeId = isOwn ? ctx.actor.id : null
  const { counts, latest } = await count(ctx, ['MONTH'], { storeId, assigneeId, months })
  const rows = latest ? exact(tableOf(counts, monthsBack(latest, months))) : []
  return { grain: 'MONTH', isExact: true, note: isOwn ? notes.own : null, rows }
}

/** What is hidden is decided on the whole window and then cut to what was asked: see `coarsened`. */
async function roundedMetrics(
  ctx: RequestContext,
  storeId: string | null,
  months: number,
): Promise<LeadMetrics> {
  const { counts, latest } = await count(ctx, grains, { storeId, assigneeId: null, months: WINDOW })
  if (!latest) return { grain: 'MONTH', isExact: false, note: notes.rounded, rows: [] }
  const of = (grain: Grain) => counts.filter((row) => row.grain === grain)
  const byGrain = { MONTH: of('MONTH'), QUARTER: of('QUARTER'), YEAR: of('YEAR') }
  const { grain, rows } = coarsened(byGrain, sinceFirst(monthsBack(latest, WINDOW), byGrain.MONTH))
  const asked = new Set(periodsOf(monthsBack(latest, months), grain))
  const note = grain === 'MONTH' ? notes.rounded : `${notes.rounded} ${notes.coarse}`
  return { grain, isExact: false, note, rows: rows.filter(({ period }) => asked.has(period)) }
}

/**
 * The months since the first lead of the window. Before it there was nothing to count, which is no secret about anybody
 * (a zero of structure); as zeros of people those months would hide the numbers beside them.
 */
export function sinceFirst(months: readonly string[], counts: readonly Count[]): readonly string[] {
  const first = counts.reduce((least, { period }) => (period < least ? period : least), '9999')
  return months.filter((month) => month >= first)
}

async function count(
  ctx: RequestContext,
  wanted: readonly Grain[],
  conditions: Pick<CountConditions, 'storeId' | 'assigneeId' | 'months'>,
): Promise<{ readonly counts: readonly CountRow[]; readonly latest: string | null }> {
  const now = ctx.clock.now()
  return ctx.tenant.read(async (tx) => {
    const calendar = await selectCalendar(tx, conditions.storeId, now)
    if (!calendar) return { counts: [], latest: null }
    const { timezone, month } = calendar
    return { counts: await selectCounts(tx, wanted, { ...conditions, now, timezone }), latest: month }
  })
}
