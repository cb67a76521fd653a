import type { SqlValue, TenantTx } from '@autora/shared/database'
import { exactTime, type PageRequest } from '@autora/shared/request'
import type { AuditEventConditions, AuditEventRow } from './entity.js'

const columns: Readonly<Record<keyof AuditEventConditions, string>> = {
  tenantId: 'tenant_id =',
  action: 'action =',
  actorId: 'actor_id =',
  targetId: 'target_id =',
  storeId: 'store_id =',
  requestId: 'request_id =',
  grantId: 'grant_id =',
  outcome: 'outcome =',
  from: 'recorded_at >=',
  to: 'recorded_at <',
}

/** One page of the trail, newest first, one row more than asked for. The row policy decides which events exist. */
export async function listEvents(
  tx: TenantTx,
  conditions: AuditEventConditions,
  page: PageRequest,
): Promise<AuditEventRow[]> {
  const values: SqlValue[] = [page.limit + 1]
  const where: string[] = []
  for (const [name, comparison] of Object.entries(columns)) {
    const value = conditions[name as keyof AuditEventConditions]
    if (value === null) continue
    values.push(value)
    where.push(`${comparison} $${values.length}`)
  }
  if (page.before) {
    values.push(page.before.id)
    where.push(`event.id < $${values.length}`)
  }
  return tx.query<AuditEventRow>(
    `select id::text, ${exactTime('recorded_at')} as recorded_at, action, outcome, actor_principal, actor_id, grant_id,
            request_id, store_id, target_type, target_id, detail::text
       from audit.event
      where ${where.length > 0 ? where.join(' and ') : 'true'}
      order by event.id desc
      limit $1`,
    values,
  )
}
