import type { SqlValue, TenantTx } from '@autora/shared/database'
import { exactTime } from '@autora/shared/request'
import type { StreamParts, StreamRow } from './entity.js'

const columns = `
  s.id, s.url, s.format, s.categories, s.status, ${exactTime('s.created_at')} as "createdAt",
  case when d.generation = s.generation then d.next_index else s.starts_at end::float8 as "nextIndex",
  d.last_delivered_at as "lastDeliveredAt", d.failing_since as "failingSince",
  coalesce(d.attempts, 0) as attempts, coalesce(d.last_status, 'NONE') as "lastStatus",
  coalesce(d.is_dead and d.generation = s.generation, false) as "isDead"`
const source = `
  audit.event_stream s
  left join audit.stream_delivery d on d.tenant_id = s.tenant_id and d.stream_id = s.id`

/** The streams of the caller's group, oldest first. */
export const listStreams = (tx: TenantTx, tenantId: string): Promise<StreamRow[]> =>
  tx.query<StreamRow>(
    `select ${columns} from ${source} where s.tenant_id = $1 and s.status <> 'DELETED' order by s.created_at, s.id`,
    [tenantId],
  )

/** One of them; undefined when it is absent, foreign or deleted. */
export async function streamById(tx: TenantTx, tenantId: string, id: string): Promise<StreamRow | undefined> {
  return (await listStreams(tx, tenantId)).find((stream) => stream.id === id)
}

/** Leaves of the caller's tree: where a stream that begins now begins. */
export async function treeSize(tx: TenantTx, tenantId: string): Promise<number> {
  const [row] = await tx.query<{ size: number }>(
    `select coalesce(max(size), 0)::float8 as size from audit.head where tenant_id = $1`,
    [tenantId],
  )
  return row?.size ?? 0
}

/** Writes a new stream. */
export const insertStream = (
  tx: TenantTx,
  id: string,
  { url, format, categories }: StreamParts,
  startsAt: number,
  secret: Buffer,
): Promise<unknown[]> =>
  tx.query(
    `insert into audit.event_stream (id, url, format, categories, starts_at, secret)
     values ($1, $2, $3, $4::text[], $5, $6)`,
    [id, url, format, categories, startsAt, secret],
  )

/** Changes what is sent where. */
export const saveStream = (
  tx: TenantTx,
  tenantId: string,
  id: string,
  { url, format, categories }: StreamParts,
): Promise<unknown[]> =>
  tx.query(
    `update audit.event_stream set url = $3, format = $4, categories = $5::text[] where tenant_id = $1 and id = $2`,
    [tenantId, id, url, format, categories],
  )

/** Stops sending, until it is begun again. */
export const pauseStream = (tx: TenantTx, tenantId: string, id: string): Promise<unknown[]> =>
  tx.query(`update audit.event_stream set status = 'PAUSED' where tenant_id = $1 and id = $2`, [tenantId, id])

/** Ends a stream for ever; its secret is gone. */
export const deleteStream = (tx: TenantTx, tenantId: string, id: string): Promise<unknown[]> =>
  tx.query(
    `update audit.event_stream set status = 'DELETED', secret = null where tenant_id = $1 and id = $2`,
    [tenantId, id],
  )

/** Begins a new generation: what failed is forgotten, and it goes on at an index. */
export const restartStream = (
  tx: TenantTx,
  tenantId: string,
  id: string,
  startsAt: number,
): Promise<unknown[]> => {
  const values: SqlValue[] = [tenantId, id, startsAt]
  return tx.query(
    `update audit.event_stream set status = 'ACTIVE', starts_at = $3, generation = generation + 1
      where tenant_id = $1 and id = $2`,
    values,
  )
}
