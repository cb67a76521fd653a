import type { TenantTx } from '@autora/shared/database'
import type { CountRow, Grain } from './entity.js'

/** Where and when months are counted. */
export interface Calendar {
  /** IANA time zone. */
  readonly timezone: string
  /** The month it is there now, such as `2026-11`. */
  readonly month: string
}

/** The calendar of a store, or of the first of the caller's stores; null when he sees none. */
export async function selectCalendar(
  tx: TenantTx,
  storeId: string | null,
  now: Date,
): Promise<Calendar | null> {
  const [calendar] = await tx.query<Calendar>(
    `select s.timezone, to_char($2::timestamptz at time zone s.timezone, 'YYYY-MM') as month
       from identity.store s
      where $1::uuid is null or s.id = $1
      order by s.id
      limit 1`,
    [storeId, now],
  )
  return calendar ?? null
}

/** Which leads are counted; null does not narrow. */
export interface CountConditions {
  readonly storeId: string | null
  readonly assigneeId: string | null
  /** How many months, the one of `now` included. */
  readonly months: number
  readonly now: Date
  readonly timezone: string
}

/** How rows fall into periods, and what a period is called. */
const periods = {
  MONTH: { start: `date_trunc('month', local)`, label: 'YYYY-MM' },
  QUARTER: { start: `date_trunc('quarter', local)`, label: 'YYYY-"Q"Q' },
  YEAR: { start: `date_trunc('year', local)`, label: 'YYYY' },
} as const satisfies Record<Grain, { readonly start: string; readonly label: string }>

/** First by customer, then by source: different customers are then a matter of counting lines. */
const countsBy = (grain: Grain): string => `
  select '${grain}' as grain,
         to_char(start, '${periods[grain].label}') as period,
         source,
         sum(leads)::integer as leads,
         count(*)::integer as customers,
         sum(won)::integer as won,
         count(*) filter (where won > 0)::integer as "wonCustomers"
    from (
      select ${periods[grain].start} as start, source, customer_id, count(*) as leads,
             count(*) filter (where is_won) as won
        from counted
       group by 1, 2, 3) as by_customer
   group by start, source`

/** Counts leads by source and period, for each grain anew: different customers of months cannot be added up. */
export const selectCounts = (
  tx: TenantTx,
  grains: readonly Grain[],
  { storeId, assigneeId, months, now, timezone }: CountConditions,
): Promise<CountRow[]> =>
  tx.query<CountRow>(
    `with counted as (
       select l.source, l.customer_id, l.status = 'WON' as is_won, l.received_at at time zone $5::text as local
         from dealer_ops.lead l
        where ($1::uuid is null or l.store_id = $1)
          and ($2::uuid is null or l.assignee_id = $2)
          and l.received_at <= $4
          and l.received_at >= (date_trunc('month', $4::timestamptz at time zone $5::text)
                                - make_interval(months => $3::integer - 1)) at time zone $5::text)
     ${grains.map(countsBy).join(' union all ')}`,
    [storeId, assigneeId, months, now, timezone],
  )
