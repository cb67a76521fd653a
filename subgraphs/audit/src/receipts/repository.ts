import type { TenantTx } from '@autora/shared/database'
import { type AuditEventRow, eventColumns, leafOfEvent, type ReadingScope } from '../events/index.js'
import type { ChainRow, HashRun } from './entity.js'

/** One event by its number; null when it is not there for the caller. */
export async function eventByNumber(
  tx: TenantTx,
  id: string,
  { tenantId, ownerId }: ReadingScope,
): Promise<AuditEventRow | null> {
  const [row] = await tx.query<AuditEventRow>(
    `select ${eventColumns} from audit.event e ${leafOfEvent}
      where e.id = $1::bigint and ($2::uuid is null or e.tenant_id = $2) and ($3::uuid is null or e.actor_id = $3)`,
    [id, tenantId, ownerId],
  )
  return row ?? null
}

/** The hashes of several runs of a tenant's tree, run by run, in one statement; a run may come back short. */
export async function hashRuns(
  tx: TenantTx,
  tenantId: string,
  runs: readonly HashRun[],
): Promise<Buffer[][]> {
  const rows = await tx.query<{ place: number; hash: Buffer }>(
    `select w.place::integer - 1 as place, h.hash
       from unnest($2::integer[], $3::bigint[], $4::bigint[]) with ordinality as w (level, first, count, place)
      cross join lateral (
        select l.index, l.hash from audit.leaf l
         where w.level = 0 and l.tenant_id = $1 and l.index >= w.first and l.index < w.first + w.count
        union all
        select n.index, n.hash from audit.tree_node n
         where n.level = w.level and n.tenant_id = $1 and n.index >= w.first and n.index < w.first + w.count) h
      order by w.place, h.index`,
    [
      tenantId,
      runs.map(({ level }) => level),
      runs.map(({ first }) => first),
      runs.map(({ count }) => count),
    ],
  )
  const found = runs.map((): Buffer[] => [])
  for (const { place, hash } of rows) found[place]?.push(hash)
  return found
}

/** How far the log is for a tenant. Only a day is searched for events that wait: what waits longer is found by the lag. */
export async function chainState(tx: TenantTx, tenantId: string): Promise<ChainRow> {
  const [row] = await tx.query<ChainRow>(
    `select coalesce((select size from audit.head where tenant_id = $1 order by batch desc limit 1), 0)::float8 as "treeSize",
            (select extract(epoch from clock_timestamp() - min(e.recorded_at))::float8 from audit.event e
              where e.tenant_id = $1 and e.recorded_at > clock_timestamp() - interval '1 day'
                and not exists (select from audit.leaf l where l.tenant_id = e.tenant_id and l.event_id = e.id)) as waiting,
            (select recorded_at from audit.batch order by number desc limit 1) as "batchedAt",
            c.size::float8 as size, c.recorded_at as "checkpointAt", c.note
       from (select) one left join lateral (select * from audit.checkpoint order by size desc limit 1) c on true`,
    [tenantId],
  )
  if (!row) throw new Error('the database answered with no row')
  return row
}
