import type { Reader } from '../log-nodes/index.js'
import type { KnownLeaf, MonthTenant, TrailMonth } from './entity.js'

const utc = (expression: string) => `to_char(${expression} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')`

/** The partition that ends with a month; null when there is none. @param month - `YYYY-MM`. */
export async function trailMonth(
  db: Reader,
  month: string,
): Promise<(TrailMonth & { isOver: boolean }) | null> {
  const [row] = await db.query<TrailMonth & { isOver: boolean }>(
    `select case when isfinite(from_time) then ${utc('from_time')} end as "from", ${utc('until_time')} as until,
            until_time <= clock_timestamp() as "isOver"
       from audit.event_partitions()
      where until_time = ($1 || '-01T00:00:00Z')::timestamptz at time zone 'UTC' + interval '1 month'`,
    [month],
  )
  return row ?? null
}

/** Every tenant that has an event in the month. */
export const monthTenants = (db: Reader, { from, until }: TrailMonth): Promise<MonthTenant[]> =>
  db.query<MonthTenant>(
    `select e.tenant_id as "tenantId", count(*)::float8 as events, count(l.index)::float8 as leaves,
            min(l.index)::float8 as "firstIndex", max(l.index)::float8 as "lastIndex", max(l.batch)::float8 as "lastBatch"
       from audit.event e left join audit.leaf l on l.tenant_id = e.tenant_id and l.event_id = e.id
      where e.recorded_at >= coalesce($1::timestamptz, '-infinity') and e.recorded_at < $2::timestamptz
      group by e.tenant_id order by e.tenant_id`,
    [from, until],
  )

/** Leaves of a tenant that belong to events of the month, from an index to before another. */
export const monthLeaves = (
  db: Reader,
  tenantId: string,
  { from, until }: TrailMonth,
  range: { readonly first: number; readonly end: number },
): Promise<(KnownLeaf & { leaf: string })[]> =>
  db.query<KnownLeaf & { leaf: string }>(
    `with l as (select index, event_id, hash from audit.leaf where tenant_id = $1 and index >= $2 and index < $3),
     e as materialized (
       select event.id, event as row from audit.event
        where tenant_id = $1 and id between (select min(event_id) from l) and (select max(event_id) from l)
          and recorded_at >= coalesce($4::timestamptz, '-infinity') and recorded_at < $5::timestamptz)
     select l.index::float8 as index, l.hash, audit.leaf_data(e.row, l.index) as leaf
       from l join e on e.id = l.event_id
      order by l.index`,
    [tenantId, range.first, range.end, from, until],
  )

/** Hashes of leaves by index, as the log holds them. */
export async function leafHashes(
  db: Reader,
  tenantId: string,
  indexes: readonly number[],
): Promise<ReadonlyMap<number, Buffer>> {
  const rows = await db.query<{ index: number; hash: Buffer }>(
    `select index::float8 as index, hash from audit.leaf where tenant_id = $1 and index = any($2::bigint[])`,
    [tenantId, indexes],
  )
  return new Map(rows.map(({ index, hash }) => [index, hash]))
}

/** The newest published checkpoint. */
export async function newestCheckpoint(db: Reader): Promise<{ size: number; note: string } | null> {
  const [row] = await db.query<{ size: number; note: string }>(
    `select size::float8 as size, note from audit.checkpoint order by size desc limit 1`,
  )
  return row ?? null
}
