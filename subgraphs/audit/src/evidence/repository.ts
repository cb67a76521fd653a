import type { Reader } from '../log-nodes/index.js'

/** A published checkpoint, and when: without its text, for there are many. */
export interface CheckpointRow {
  readonly size: number
  readonly recordedAt: Date
}

/** A tenant's head as of a batch. */
export interface HeadAt {
  readonly slot: number
  readonly size: number
  readonly nonce: Buffer
}

/** The tenant's head as of a batch; null before its first event. */
export async function headAt(db: Reader, tenantId: string, batch: number): Promise<HeadAt | null> {
  const [row] = await db.query<HeadAt>(
    `select slot, size::float8 as size, nonce from audit.head
      where tenant_id = $1 and batch <= $2 order by batch desc limit 1`,
    [tenantId, batch],
  )
  return row ?? null
}

/** A leaf of a tenant's tree; the text is null when its event is gone from the database. */
export interface LeafRow {
  readonly index: number
  readonly hash: Buffer
  readonly leaf: string | null
}

/** Leaves of a tenant's tree, from an index on, in order. */
export const leavesFrom = (db: Reader, tenantId: string, from: number, to: number): Promise<LeafRow[]> =>
  db.query<LeafRow>(
    `with l as (select index, event_id, hash from audit.leaf where tenant_id = $1 and index >= $2 and index < $3),
     e as materialized ( -- one look into each month, instead of one for each leaf
       select event.id, event as row from audit.event
        where tenant_id = $1 and id between (select min(event_id) from l) and (select max(event_id) from l))
     select l.index::float8 as index, l.hash, audit.leaf_data(e.row, l.index) as leaf
       from l left join e on e.id = l.event_id
      order by l.index`,
    [tenantId, from, to],
  )

/** All published checkpoints, oldest first. */
export const checkpoints = (db: Reader): Promise<CheckpointRow[]> =>
  db.query<CheckpointRow>(
    `select size::float8 as size, recorded_at as "recordedAt" from audit.checkpoint order by size`,
  )

/** The checkpoint that was published last; null before the first. */
export async function newestCheckpoint(db: Reader): Promise<CheckpointRow | null> {
  const [row] = await db.query<CheckpointRow>(
    `select size::float8 as size, recorded_at as "recordedAt" from audit.checkpoint order by size desc limit 1`,
  )
  return row ?? null
}

/** The log's leaf of a batch. */
export async function batchLeafOf(db: Reader, number: number): Promise<string> {
  const [row] = await db.query<{ leaf: string }>(`select leaf from audit.batch where number = $1`, [number])
  if (!row) throw new Error('a batch is missing')
  return row.leaf
}

/** Batches in which the log says something about itself, from one size on up to another. */
export const declaringBatches = (
  db: Reader,
  from: number,
  to: number,
): Promise<{ number: number; leaf: string }[]> =>
  db.query<{ number: number; leaf: string }>(
    `select number::float8 as number, leaf from audit.batch
      where declares is not null and number >= $1 and number < $2 order by number`,
    [from, to],
  )

/** Hashes of all tenants' heads as of a batch, by slot: nothing but hashes leaves the database. */
export async function forestLeaves(db: Reader, batch: number): Promise<Buffer[]> {
  const rows = await db.query<{ hash: Buffer }>(`select hash from audit.forest_leaves($1) as hash`, [batch])
  return rows.map(({ hash }) => hash)
}

/** The text of a published checkpoint. */
export async function noteOf(db: Reader, size: number): Promise<string> {
  const [row] = await db.query<{ note: string }>(`select note from audit.checkpoint where size = $1`, [size])
  if (!row) throw new Error('a checkpoint is missing')
  return row.note
}
