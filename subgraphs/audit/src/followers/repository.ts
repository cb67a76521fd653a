import type { SystemTx } from '@autora/shared/database'
import type { LoggedEvent } from './entity.js'

/** Batches with events that are read at once: at most 1,024 events each. */
const BATCHES_AT_ONCE = 4

/** The newest batch of the log; -1 before the first. */
export async function newestBatch(tx: SystemTx): Promise<number> {
  const [row] = await tx.query<{ number: number }>(
    'select coalesce(max(number), -1)::float8 as number from audit.batch',
  )
  return row?.number ?? -1
}

/** How far a follower is, its row locked; null when it is new. */
export async function lockFollower(tx: SystemTx, name: string): Promise<number | null> {
  const [row] = await tx.query<{ batch: number }>(
    'select batch::float8 as batch from audit.follower where name = $1 for update',
    [name],
  )
  return row?.batch ?? null
}

/** Remembers that everything up to a batch was taken. */
export const keepPlace = (tx: SystemTx, name: string, batch: number): Promise<unknown[]> =>
  tx.query(
    `insert into audit.follower (name, batch) values ($1, $2)
     on conflict (name) do update set batch = excluded.batch, moved_at = clock_timestamp()`,
    [name, batch],
  )

/**
 * What the next batches hold, in the order of the log. Batches without events, of which a quiet night has thousands, are
 * passed over.
 *
 * @returns the events, and the batch up to which nothing was left out.
 */
export async function nextEvents(
  tx: SystemTx,
  after: number,
): Promise<{ readonly events: LoggedEvent[]; readonly upTo: number }> {
  const newest = await newestBatch(tx)
  if (newest <= after) return { events: [], upTo: after }
  const batches = await tx.query<{ batch: number }>(
    `select distinct batch::float8 as batch from audit.leaf where batch > $1 and batch <= $2 order by 1 limit ${BATCHES_AT_ONCE}`,
    [after, newest],
  )
  const last = batches.at(-1)
  if (!last) return { events: [], upTo: newest }
  const upTo = batches.length < BATCHES_AT_ONCE ? newest : last.batch
  const events = await tx.query<LoggedEvent>(
    `select e.tenant_id as "tenantId", l.index::float8 as index, e.id::text as "eventId", l.batch::float8 as batch,
            e.recorded_at as "recordedAt", e.actor_id as "actorId", e.actor_principal as principal,
            e.grant_id as "grantId", e.request_id as "requestId", e.action, e.outcome, e.store_id as "storeId",
            e.target_type as "targetType", e.target_id as "targetId", e.detail
       from audit.leaf l join audit.event e on e.tenant_id = l.tenant_id and e.id = l.event_id
      where l.batch > $1 and l.batch <= $2
      order by l.batch, e.epoch, e.xid, e.id`,
    [after, upTo],
  )
  return { events, upTo }
}
