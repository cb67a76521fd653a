import { exactTime } from '@autora/shared/request'

/** Columns of an `AuditEventRow`, of an event `e` and its leaf `l`. */
export const eventColumns = `e.id::text, e.tenant_id, ${exactTime('e.recorded_at')} as recorded_at, e.action, e.outcome,
            e.actor_principal, e.actor_id, e.grant_id, e.request_id, e.store_id, e.target_type, e.target_id,
            e.detail::text, l.index::float8 as leaf_index, l.batch::float8 as leaf_batch, l.hash as leaf_hash,
            case when l.index is not null then audit.leaf_data(e, l.index) end as leaf_data`

/** The place of an event `e` in the log, if it has one. */
export const leafOfEvent = 'left join audit.leaf l on l.tenant_id = e.tenant_id and l.event_id = e.id'
