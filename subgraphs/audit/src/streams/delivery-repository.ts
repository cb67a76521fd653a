import type { Reader } from '../log-nodes/index.js'
import type { DueStream } from './entity.js'

/** Streams that may be sent now: active, not given up, and not waiting for their next attempt. */
export const dueStreams = (db: Reader): Promise<DueStream[]> =>
  db.query<DueStream>(
    `select s.tenant_id as "tenantId", s.id, s.url, s.format, s.categories, s.generation, s.secret,
            (case when d.generation = s.generation then d.next_index else s.starts_at end)::float8 as "nextIndex",
            case when d.generation = s.generation then d.attempts else 0 end as attempts
       from audit.active_streams() s
       left join audit.stream_delivery d on d.tenant_id = s.tenant_id and d.stream_id = s.id
      where d.generation is distinct from s.generation or (not d.is_dead and d.retry_at <= clock_timestamp())
      order by d.last_delivered_at nulls first`,
  )

/** The place moved on. @param status - of the delivery; null when nothing had to be sent. */
export const keepDelivered = (
  db: Reader,
  { tenantId, id, generation }: DueStream,
  nextIndex: number,
  status: string | null,
): Promise<unknown[]> =>
  db.query(
    `insert into audit.stream_delivery as d (tenant_id, stream_id, generation, next_index, last_status, last_delivered_at)
     values ($1, $2, $3, $4, coalesce($5, 'NONE'), case when $5::text is not null then clock_timestamp() end)
     on conflict (tenant_id, stream_id) do update
       set generation = excluded.generation, next_index = excluded.next_index, attempts = 0, failing_since = null,
           is_dead = false, retry_at = '-infinity', last_status = coalesce($5, d.last_status),
           last_delivered_at = coalesce(excluded.last_delivered_at, d.last_delivered_at)`,
    [tenantId, id, generation, nextIndex, status],
  )

/** An attempt failed; after `deadAfterMs` of failing the stream is given up. */
export const keepFailed = (
  db: Reader,
  { tenantId, id, generation, nextIndex }: DueStream,
  status: string,
  wait: { readonly retryMs: number; readonly deadAfterMs: number },
): Promise<unknown[]> =>
  db.query(
    `insert into audit.stream_delivery as d (tenant_id, stream_id, generation, next_index, last_status, attempts,
                                             failing_since, retry_at)
     values ($1, $2, $3, $4, $5, 1, clock_timestamp(), clock_timestamp() + $6 * interval '1 millisecond')
     on conflict (tenant_id, stream_id) do update
       set generation = excluded.generation, next_index = excluded.next_index, last_status = excluded.last_status,
           attempts = case when d.generation = excluded.generation then d.attempts + 1 else 1 end,
           failing_since = case when d.generation = excluded.generation
                                then coalesce(d.failing_since, excluded.failing_since) else excluded.failing_since end,
           retry_at = excluded.retry_at,
           is_dead = d.generation = excluded.generation and coalesce(
             d.failing_since < clock_timestamp() - $7 * interval '1 millisecond', false)`,
    [tenantId, id, generation, nextIndex, status, wait.retryMs, wait.deadAfterMs],
  )
