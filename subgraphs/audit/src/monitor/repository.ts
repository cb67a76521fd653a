import type { Reader } from '../log-nodes/index.js'
import type { LeafBytes } from './entity.js'

/** Published checkpoints above a size, oldest first. */
export const checkpointsAbove = (db: Reader, size: number): Promise<{ size: number; note: string }[]> =>
  db.query<{ size: number; note: string }>(
    'select size::float8 as size, note from audit.checkpoint where size > $1 order by size',
    [size],
  )

/** Under which name the log goes on; null before its first checkpoint. */
export async function newestOrigin(db: Reader): Promise<string | null> {
  const [row] = await db.query<{ origin: string }>(
    `select split_part(note, chr(10), 1) as origin from audit.checkpoint order by size desc limit 1`,
  )
  return row?.origin ?? null
}

/** Leaves of the log from a number on, in order; at most `most`. */
export const batchesFrom = (
  db: Reader,
  from: number,
  most: number,
): Promise<{ number: number; leaf: string }[]> =>
  db.query<{ number: number; leaf: string }>(
    'select number::float8 as number, leaf from audit.batch where number >= $1 order by number limit $2',
    [from, most],
  )

/** Every tenant with a tree, with the newest head that is within a size of the log. */
export const headsWithin = (
  db: Reader,
  size: number,
): Promise<{ tenantId: string; size: number; root: Buffer; slot: number }[]> =>
  db.query<{ tenantId: string; size: number; root: Buffer; slot: number }>(
    `select distinct on (tenant_id) tenant_id as "tenantId", size::float8 as size, root, slot
       from audit.head where batch < $1 order by tenant_id, batch desc`,
    [size],
  )

/** Leaves of a tenant from an index on, with the bytes of their events; at most `most`. */
export const leavesOf = (db: Reader, tenantId: string, from: number, most: number): Promise<LeafBytes[]> =>
  db.query<LeafBytes>(
    `select l.tenant_id as "tenantId", l.index::float8 as index, l.hash, audit.leaf_data(e, l.index) as data
       from audit.leaf l
       left join audit.event e on e.tenant_id = l.tenant_id and e.id = l.event_id
      where l.tenant_id = $1 and l.index >= $2
      order by l.index limit $3`,
    [tenantId, from, most],
  )

/** Leaves of batches from one number on up to another, with the bytes of their events. */
export const leavesBetween = (db: Reader, from: number, to: number): Promise<LeafBytes[]> =>
  db.query<LeafBytes>(
    `select l.tenant_id as "tenantId", l.index::float8 as index, l.hash, audit.leaf_data(e, l.index) as data
       from audit.leaf l
       left join audit.event e on e.tenant_id = l.tenant_id and e.id = l.event_id
      where l.batch >= $1 and l.batch < $2
      order by l.batch, l.tenant_id, l.index`,
    [from, to],
  )

/** Hashes of all tenants' heads as of a batch, by slot. */
export async function forestLeaves(db: Reader, batch: number): Promise<Buffer[]> {
  const rows = await db.query<{ hash: Buffer }>('select hash from audit.forest_leaves($1) as hash', [batch])
  return rows.map(({ hash }) => hash)
}
