import type { SqlValue, TenantTx } from '@autora/shared/database'
import type { PageRequest } from '@autora/shared/request'
import { type AuditEventRow, eventColumns, leafOfEvent, type ReadingScope } from '../events/index.js'

/** A timeline as it is asked for. */
export interface TimelineQuestion {
  readonly facet: number
  readonly key: string
  readonly isOldestFirst: boolean
}

/**
 * One page of a timeline, one row more than asked for. Lines and events meet here: a line without an event that the
 * caller sees shows nothing.
 */
export async function listTimeline(
  tx: TenantTx,
  { facet, key, isOldestFirst }: TimelineQuestion,
  { tenantId, ownerId }: ReadingScope,
  page: PageRequest,
): Promise<AuditEventRow[]> {
  const order = isOldestFirst ? 'asc' : 'desc'
  const values: SqlValue[] = [page.limit + 1, facet, key]
  const bind = (value: SqlValue) => `$${values.push(value)}`
  const scope = tenantId
    ? `t.tenant_id = ${bind(tenantId)}`
    : 't.tenant_id in (select tenant_id from audit.slot)'
  const own = ownerId ? `and e.actor_id = ${bind(ownerId)}` : ''
  const after = page.before
    ? `and (t.recorded_at, t.event_id) ${isOldestFirst ? '>' : '<'} (${bind(page.before.at)}::timestamptz, ${bind(page.before.id)}::bigint)`
    : ''
  return tx.query<AuditEventRow>(
    `select ${eventColumns}
       from audit.timeline t
       join audit.event e on e.tenant_id = t.tenant_id and e.id = t.event_id and e.recorded_at = t.recorded_at
       ${leafOfEvent}
      where t.facet = $2::smallint and t.key = $3::uuid and ${scope} ${own} ${after}
      order by t.recorded_at ${order}, t.event_id ${order}
      limit $1`,
    values,
  )
}
