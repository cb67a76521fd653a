import type { Reader } from '../log-nodes/index.js'

/** A run of leaves whose events went with their month. */
export interface PrunedRun {
  readonly month: string
  readonly from: number
  /** The first index behind it. */
  readonly to: number
}

/** Whether the tenant's own trail tells of a pruning: in an event, or in one that went with its own month since. */
const isTold = `(
  exists (select from audit.event e
           where e.tenant_id = p.tenant_id and e.target_id = p.tenant_id and e.action = 'auditTrail.pruned'
             and e.detail ->> 'month' = to_char(p.month, 'YYYY-MM') and (e.detail ->> 'events')::bigint = p.entries)
  or exists (select from audit.pruning q where q.tenant_id = p.tenant_id
              and q.month = date_trunc('month', p.pruned_at at time zone 'UTC')::date))`

/** Leaves of a tenant whose events were pruned, as far as its trail tells of it. */
export const prunedRuns = (db: Reader, tenantId: string): Promise<PrunedRun[]> =>
  db.query<PrunedRun>(
    `select to_char(p.month, 'YYYY-MM') as month, lower(run)::float8 as "from", upper(run)::float8 as "to"
       from audit.pruning p cross join unnest(p.leaves) as run
      where p.tenant_id = $1 and ${isTold}
      order by 2`,
    [tenantId],
  )

/** Pruned months of a tenant whose leaves are not those that were there when the month was pruned. */
export async function prunedOtherwise(db: Reader, tenantId: string): Promise<string[]> {
  const rows = await db.query<{ month: string }>(
    `select to_char(p.month, 'YYYY-MM') as month
       from audit.pruning p
      where p.tenant_id = $1 and p.leaves is not null and p.digest is distinct from (
        select sha256(string_agg(l.hash, ''::bytea order by l.index))
          from unnest(p.leaves) as run
          join audit.leaf l on l.tenant_id = p.tenant_id and l.index >= lower(run) and l.index < upper(run))
      order by p.month`,
    [tenantId],
  )
  return rows.map(({ month }) => month)
}
