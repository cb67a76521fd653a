import { join } from 'node:path'
import { withClient } from '@autora/shared/database'
import { roleUrlOf } from '../../kit/database.js'
import type { Child } from '../child.js'
import { table } from './figures.js'
import type { AuditStage } from './stage.js'

/** Events of tenants that nobody sequenced yet, as the platform itself would write them. */
export const backlog = (stage: AuditStage, tenantIds: readonly string[], events: number): Promise<void> =>
  withClient(stage.adminUrl, async (db) => {
    await db.query(
      `insert into audit.event (tenant_id, actor_id, actor_principal, request_id, action, outcome, target_type, target_id, detail)
       select t, t, 'SYSTEM', 'bench-backlog', 'lead.assigned', 'ALLOW', 'Lead', gen_random_uuid(),
              jsonb_build_object('assigneeId', 'usr_' || replace(t::text, '-', ''), 'previousAssigneeId', null,
                'status', 'ASSIGNED')
         from generate_series(1, $2::integer) i, lateral (select ($1::uuid[])[1 + i % cardinality($1::uuid[])] as t) one`,
      [tenantIds, events],
    )
    await db.query('vacuum analyze audit.event')
  })

const pending = (adminUrl: string) =>
  withClient(adminUrl, async (db) => {
    const { rows } = await db.query<{ pending: number; published: boolean }>(
      `select (select count(*) from audit.event) - (select count(*) from audit.leaf) as pending,
              (select max(number) + 1 from audit.batch) = (select max(size) from audit.checkpoint) as published`,
    )
    return Number(rows[0]?.pending) > 0 || rows[0]?.published !== true
  })

/** Lets the sequencer work until everything is in a published checkpoint. */
export async function drain(stage: AuditStage, sequencer: Child): Promise<void> {
  await sequencer.order({
    url: roleUrlOf(stage.adminUrl, 'sequencer'),
    state: join(stage.home, 'state'),
  })
  while (await pending(stage.adminUrl)) await new Promise((resolve) => setTimeout(resolve, 250))
  await sequencer.order(null)
}

/** Events per second by the clock of the database, from its first to its last full batch. */
async function speedSince(adminUrl: string, batch: number): Promise<number> {
  const { rows } = await withClient(adminUrl, (db) =>
    db.query<{ speed: number }>(
      `select sum(events) / extract(epoch from max(recorded_at) - min(recorded_at)) as speed from (
         select b.number, b.recorded_at, row_number() over (order by b.number) > 1 as counts,
                (select count(*) from audit.leaf l where l.batch = b.number) as events
           from audit.batch b where b.number >= $1) b
        where events = 1024 and counts`,
      [batch],
    ),
  )
  return Number(rows[0]?.speed)
}

/** How fast one sequencer works off a backlog. */
export async function sequencingSpeed(
  stage: AuditStage,
  sequencer: Child,
  tenantIds: readonly string[],
  events: number,
): Promise<string> {
  await drain(stage, sequencer)
  const rows: string[][] = []
  for (const tenants of [1, 10, 100]) {
    const { rows: last } = await withClient(stage.adminUrl, (db) =>
      db.query<{ next: number }>('select (max(number) + 1)::integer as next from audit.batch'),
    )
    await backlog(stage, tenantIds.slice(0, tenants), events)
    await drain(stage, sequencer)
    rows.push([String(tenants), (await speedSince(stage.adminUrl, last[0]?.next ?? 0)).toFixed(0)])
  }
  return table(['tenants', 'events/s'], rows)
}
