import type { SystemTx } from '@autora/shared/database'
import type { NodeId } from '@autora/shared/tlog'
import type {
  BatchPlan,
  Harvest,
  HeadRow,
  PendingEvent,
  PlacedLeaf,
  Position,
  SequencerRow,
} from './entity.js'

/** A time as text, ISO 8601 in UTC with microseconds. */
export const utc = (expression: string) =>
  `to_char(${expression} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`

/** The sequencer's row, locked: a second leader waits here and then finds another generation. */
export async function lockSequencer(tx: SystemTx): Promise<SequencerRow> {
  const [row] = await tx.query<SequencerRow>(
    `select generation::text, low_epoch as "lowEpoch", low_water::text as "lowWater", declared
       from audit.sequencer for update`,
  )
  if (!row) throw new Error('the sequencer has no row')
  return row
}

interface Found extends PendingEvent {
  readonly epoch: number
  readonly xid: string
  readonly now: number
  readonly horizon: string
  readonly isOver: boolean
  readonly time: string
}

/**
 * Events above the low-water mark that have no leaf, in the order of (epoch, xid, id). A cursor on an id would lose what commits
 * late; this finds it, because neither mark nor position ever passes a transaction that still runs.
 *
 * @param after - where a full batch ended, so that a long backlog is not looked through from its begin each time.
 */
export async function harvest(
  tx: SystemTx,
  { lowEpoch, lowWater }: SequencerRow,
  after: Position | null,
  most: number,
): Promise<Harvest> {
  const rows = await tx.query<Found>(
    `select e.tenant_id as "tenantId", e.id::text as "eventId", ${utc('e.recorded_at')} as "recordedAt", audit.leaf_tail(e) as tail,
            e.epoch, e.xid::text as xid, (select audit.epoch()) as now, pg_snapshot_xmin(pg_current_snapshot())::text as horizon,
            (e.epoch, e.xid) < ((select audit.epoch()), pg_snapshot_xmin(pg_current_snapshot())) as "isOver",
            ${utc('clock_timestamp()')} as time
       from audit.event e
      where (e.epoch, e.xid) >= ($1::integer, $2::xid8) and (e.epoch, e.xid, e.id) > ($4::integer, $5::xid8, $6::bigint)
        and not exists (select from audit.leaf l where l.tenant_id = e.tenant_id and l.event_id = e.id)
      order by e.epoch, e.xid, e.id
      limit $3`,
    [lowEpoch, lowWater, most, after?.epoch ?? 0, after?.xid ?? '0', after?.id ?? 0],
  )
  const [first] = rows
  const last = rows.at(-1)
  if (first && last)
    return {
      events: rows,
      horizon: { epoch: first.now, xid: first.horizon },
      settled: last.isOver ? { epoch: last.epoch, xid: last.xid, id: last.eventId } : null,
      time: first.time,
    }
  const [now] = await tx.query<{ time: string }>(`select ${utc('clock_timestamp()')} as time`)
  return { events: [], horizon: null, settled: null, time: now?.time ?? '' }
}

/** Writes leaves with the hashes that the database computes. @returns them, as hex, by tenant and index. */
export async function insertLeaves(
  tx: SystemTx,
  batch: number,
  leaves: readonly PlacedLeaf[],
): Promise<ReadonlyMap<string, string>> {
  const rows = await tx.query<{ tenantId: string; index: string; hash: string }>(
    `insert into audit.leaf (tenant_id, index, event_id, batch, hash)
     select e.tenant_id, p.index, e.id, $4, sha256('\\x00'::bytea || convert_to(audit.leaf_data(e, p.index), 'UTF8'))
       from unnest($1::uuid[], $2::bigint[], $3::bigint[], $5::timestamptz[]) as p (tenant_id, event_id, index, recorded_at)
       join audit.event e on e.tenant_id = p.tenant_id and e.id = p.event_id and e.recorded_at = p.recorded_at
     returning tenant_id as "tenantId", index::text, encode(hash, 'hex') as hash`,
    [
      leaves.map(({ tenantId }) => tenantId),
      leaves.map(({ eventId }) => eventId),
      leaves.map(({ index }) => index),
      batch,
      leaves.map(({ recordedAt }) => recordedAt),
    ],
  )
  return new Map(rows.map(({ tenantId, index, hash }) => [`${tenantId}/${index}`, hash]))
}

/** Writes the heads of trees that grew, and the slots of tenants that are new. */
export async function insertHeads(tx: SystemTx, { number, heads }: BatchPlan): Promise<void> {
  const values = [
    heads.map(({ tenantId }) => tenantId),
    heads.map(({ slot }) => slot),
    heads.map(({ size }) => size),
    ...(['root', 'subtrees', 'nonce'] as const).map((name) =>
      heads.map((head) => head[name].toString('hex')),
    ),
  ]
  await tx.query(
    `insert into audit.slot (tenant_id, slot)
     select * from unnest($1::uuid[], $2::integer[]) as h (tenant_id, slot)
      where not exists (select from audit.slot s where s.tenant_id = h.tenant_id)`,
    values.slice(0, 2),
  )
  await tx.query(
    `insert into audit.head (tenant_id, batch, slot, size, root, subtrees, nonce)
     select h.tenant_id, $7, h.slot, h.size, decode(h.root, 'hex'), decode(h.subtrees, 'hex'), decode(h.nonce, 'hex')
       from unnest($1::uuid[], $2::integer[], $3::bigint[], $4::text[], $5::text[], $6::text[])
         as h (tenant_id, slot, size, root, subtrees, nonce)`,
    [...values, number],
  )
}

/** Writes a batch and what the log over all tenants gained by it. */
export async function insertBatch(
  tx: SystemTx,
  batch: {
    readonly plan: BatchPlan
    readonly time: string
    readonly leaf: string
    readonly declares: string
  },
  nodes: readonly (NodeId & { readonly hash: Buffer })[],
): Promise<void> {
  const { plan, time, leaf, declares } = batch
  await tx.query(
    `insert into audit.batch (number, slots, forest_root, recorded_at, leaf, declares)
     values ($1, $2, $3, $4, $5, nullif($6, ''))`,
    [plan.number, plan.slots, plan.forestRoot, time, leaf, declares],
  )
  await tx.query(
    `insert into audit.log_node (level, index, hash)
     select level, index, decode(hash, 'hex') from unnest($1::integer[], $2::bigint[], $3::text[]) as n (level, index, hash)`,
    [
      nodes.map(({ level }) => level),
      nodes.map(({ index }) => index),
      nodes.map(({ hash }) => hash.toString('hex')),
    ],
  )
}

/** Moves the sequencer's row on. @returns false when somebody else did so since it was read. */
export async function advance(
  tx: SystemTx,
  row: SequencerRow,
  to: { readonly low: Pick<Position, 'epoch' | 'xid'> | null; readonly declared: number },
): Promise<boolean> {
  // the mark never goes back; a new epoch sets it to the begin by itself
  const low = to.low ?? { epoch: row.lowEpoch, xid: row.lowWater }
  const rows = await tx.query(
    `update audit.sequencer
        set generation = generation + 1, low_epoch = $2, batched_at = clock_timestamp(), declared = $4,
            low_water = case when low_epoch = $2 then greatest(low_water, $3::xid8) else $3::xid8 end
      where generation = $1
     returning 1`,
    [row.generation, low.epoch, low.xid, to.declared],
  )
  return rows.length === 1
}

/** The newest head of every tenant. */
export const newestHeads = (tx: SystemTx): Promise<HeadRow[]> =>
  tx.query<HeadRow>(
    `select distinct on (tenant_id) tenant_id as "tenantId", slot, size::float8 as size, root, subtrees, nonce
       from audit.head order by tenant_id, batch desc`,
  )

/** Batches so far: the size of the log. */
export async function logSize(tx: SystemTx): Promise<number> {
  const [row] = await tx.query<{ size: number }>(
    `select coalesce(max(number) + 1, 0)::float8 as size from audit.batch`,
  )
  return row?.size ?? 0
}

/** Makes the months of the trail that are missing. @returns whether events lie outside every month. */
export async function makePartitions(tx: SystemTx): Promise<boolean> {
  await tx.query('select audit.make_partitions()')
  const [row] = await tx.query<{ stray: boolean }>('select audit.has_stray_events() as stray')
  return row?.stray === true
}

/** Publishes a checkpoint. */
export async function insertCheckpoint(tx: SystemTx, size: number, note: string): Promise<void> {
  await tx.query(`insert into audit.checkpoint (size, note) values ($1, $2)`, [size, note])
}
