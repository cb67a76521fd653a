import type { TenantTx } from '@autora/shared/database'
import type { CountRow } from './entity.js'

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

/** Counts the leads by source and month, quarter and year at once: different customers cannot be added up later. */
export const selectCounts = (
  tx: TenantTx,
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
     select case when grouping(to_char(local, 'YYYY-MM')) = 0 then 'MONTH'
                 when grouping(to_char(local, 'YYYY-"Q"Q')) = 0 then 'QUARTER'
                 else 'YEAR' end as grain,
            coalesce(to_char(local, 'YYYY-MM'), to_char(local, 'YYYY-"Q"Q'), to_char(local, 'YYYY')) as period,
            source,
            count(*)::integer as leads,
            count(distinct customer_id)::integer as customers,
            count(*) filter (where is_won)::integer as won,
            count(distinct customer_id) filter (where is_won)::integer as "wonCustomers"
       from counted
      group by grouping sets (
        (to_char(local, 'YYYY-MM'), source),
        (to_char(local, 'YYYY-"Q"Q'), source),
        (to_char(local, 'YYYY'), source))`,
    [storeId, assigneeId, months, now, timezone],
  )
