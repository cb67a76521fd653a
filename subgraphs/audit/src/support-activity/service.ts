import type { RequestContext } from '@autora/shared/request'
import type { NamedCount, SupportActivity, TallyRow } from './entity.js'
import { tallies } from './repository.js'

type Measure = TallyRow['measure']

/** Adds the rows of one grant up to what people read. */
function summary(grantId: string, rows: readonly TallyRow[]): SupportActivity | null {
  const events = rows.find(({ measure }) => measure === 'EVENTS')
  if (!events) return null
  const of = (measure: Measure): NamedCount[] =>
    rows.filter((row) => row.measure === measure).map(({ name, amount }) => ({ name, count: amount }))
  const total = (measure: Measure) => of(measure)[0]?.count ?? 0
  const times = (measure: Measure, name: string) =>
    of(measure).find((count) => count.name === name)?.count ?? 0
  const shown = ['FIELDS_CLEAR', 'FIELDS_MASKED', 'FIELDS_REDACTED'] as const
  const classes = new Set(shown.flatMap((measure) => of(measure).map(({ name }) => name)))
  return {
    grantId,
    requests: total('REQUESTS'),
    reads: total('READS'),
    events: events.amount,
    records: of('RECORDS'),
    fields: [...classes].sort().map((name) => ({
      class: name,
      clear: times('FIELDS_CLEAR', name),
      masked: times('FIELDS_MASKED', name),
      redacted: times('FIELDS_REDACTED', name),
    })),
    writes: of('WRITES'),
    denials: of('DENIALS'),
    firstAt: events.first_at,
    lastAt: events.last_at,
    endedAt: events.ended_at,
  }
}

/**
 * What happened under a grant so far; null where nothing did, where the grant is not the caller's to see, and for an id
 * that is none.
 */
export async function supportActivity(
  ctx: RequestContext,
  grantId: string | null,
): Promise<SupportActivity | null> {
  if (grantId === null) return null
  return ctx.batch<SupportActivity>('supportActivity', grantId, async (ids) => {
    const rows = await ctx.tenant.read((tx) => tallies(tx, ids))
    const found = ids.map((id) =>
      summary(
        id,
        rows.filter((row) => row.grant_id === id),
      ),
    )
    return new Map(found.flatMap((one) => (one ? [[one.grantId, one]] : [])))
  })
}

/** The same once the grant has ended, when it is final; null before. */
export async function closingReceipt(
  ctx: RequestContext,
  grantId: string | null,
): Promise<SupportActivity | null> {
  const activity = await supportActivity(ctx, grantId)
  return activity?.endedAt ? activity : null
}
