import type { Reader } from '../log-nodes/index.js'
import type { LeafNow } from './entity.js'

/** The newest checkpoint, and how old it is by the database's clock. */
export async function newestCheckpoint(
  db: Reader,
): Promise<{ readonly note: string; readonly ageSeconds: number } | null> {
  const [row] = await db.query<{ note: string; ageSeconds: number }>(
    `select note, extract(epoch from clock_timestamp() - recorded_at)::float8 as "ageSeconds"
       from audit.checkpoint order by size desc limit 1`,
  )
  return row ?? null
}

/** How long the oldest event without a place has waited, in seconds; 0 when none waits. */
export async function longestWait(db: Reader): Promise<number> {
  const [row] = await db.query<{ seconds: number }>(
    `select coalesce(extract(epoch from clock_timestamp() - min(e.recorded_at)), 0)::float8 as seconds
       from audit.sequencer s join audit.event e on (e.epoch, e.xid) >= (s.low_epoch, s.low_water)
      where not exists (select from audit.leaf l where l.tenant_id = e.tenant_id and l.event_id = e.id)`,
  )
  return row?.seconds ?? 0
}

/** The trees as they stand: size and root of every tenant's newest head. */
export const newestHeads = (
  db: Reader,
): Promise<{ readonly tenantId: string; readonly size: number; readonly root: Buffer }[]> =>
  db.query(
    `select distinct on (tenant_id) tenant_id as "tenantId", size::float8 as size, root
       from audit.head order by tenant_id, batch desc`,
  )

/** Leaves of one tree from an index on, with what their events say now. */
export const leavesNow = (db: Reader, tenantId: string, from: number, to: number): Promise<LeafNow[]> =>
  db.query<LeafNow>(
    `select l.tenant_id as "tenantId", l.index::float8 as index, l.hash,
            case when e.id is not null then audit.leaf_data(e, l.index) end as data
       from audit.leaf l
       left join audit.event e on e.tenant_id = l.tenant_id and e.id = l.event_id
      where l.tenant_id = $1 and l.index >= $2 and l.index < $3
      order by l.index`,
    [tenantId, from, to],
  )

/** The hashes of a tree's leaves, in order. */
export async function leafHashes(db: Reader, tenantId: string, size: number): Promise<Buffer[]> {
  const rows = await db.query<{ hash: Buffer }>(
    `select hash from audit.leaf where tenant_id = $1 and index < $2 order by index`,
    [tenantId, size],
  )
  return rows.map(({ hash }) => hash)
}
