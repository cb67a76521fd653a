import type { SqlValue, TenantTx } from '@autora/shared/database'
import type { PageRequest } from '@autora/shared/request'
import type { AuditEventConditions, AuditEventRow } from './entity.js'
import { eventColumns, leafOfEvent } from './row-sql.js'

const columns: Readonly<
  Record<Exclude<keyof AuditEventConditions, 'outcome' | 'actions'>, (at: string) => string>
> = {
  tenantId: (at) => `tenant_id = ${at}`,
  principal: (at) => `actor_principal = ${at}`,
  actorId: (at) => `actor_id = ${at}`,
  ownerId: (at) => `actor_id = ${at}`,
  targetId: (at) => `target_id = ${at}`,
  storeId: (at) => `store_id = ${at}`,
  requestId: (at) => `request_id = ${at}`,
  grantId: (at) => `grant_id = ${at}`,
  from: (at) => `recorded_at >= ${at}`,
  to: (at) => `recorded_at < ${at}`,
}

/** Written out, and not bound: only then does a plan that is kept know that refusals have an index of their own. */
const outcomes = {
  ALLOW: `outcome = 'ALLOW'`,
  DENY: `outcome = 'DENY' and outcome <> 'ALLOW'`,
  ERROR: `outcome = 'ERROR' and outcome <> 'ALLOW'`,
} as const

/**
 * One page of the trail, newest first, one row more than asked for. The row policy decides which events exist. The page
 * is found in an index before anything else is read of its rows.
 */
export async function listEvents(
  tx: TenantTx,
  { outcome, actions, ...conditions }: AuditEventConditions,
  page: PageRequest,
): Promise<AuditEventRow[]> {
  const values: SqlValue[] = [page.limit + 1]
  const where: string[] = outcome ? [outcomes[outcome]] : []
  const bind = (value: SqlValue) => `$${values.push(value)}`
  for (const [name, comparison] of Object.entries(columns)) {
    const value = conditions[name as keyof typeof columns]
    if (value !== null) where.push(comparison(bind(value)))
  }
  // the time by itself as well: a comparison of both closes no month
  if (page.before) {
    const [at, id] = [bind(page.before.at), bind(page.before.id)]
    where.push(`recorded_at <= ${at}::timestamptz`, `(recorded_at, id) < (${at}::timestamptz, ${id}::bigint)`)
  }
  // several actions are as many short walks through their index: one condition over a list would sort them all
  const walk = (condition: string) => `select tenant_id, recorded_at, id from audit.event
     where ${[condition, ...where].join(' and ')} order by recorded_at desc, id desc limit $1`
  const found = actions
    ? `select w.* from unnest(${bind(actions)}::text[]) a (name) cross join lateral (${walk('action = a.name')}) w
        order by w.recorded_at desc, w.id desc limit $1`
    : walk('true')
  return tx.query<AuditEventRow>(
    `select ${eventColumns}
       from (${found}) p
       join audit.event e on e.tenant_id = p.tenant_id and e.id = p.id and e.recorded_at = p.recorded_at
       ${leafOfEvent}
      order by p.recorded_at desc, p.id desc`,
    values,
  )
}
