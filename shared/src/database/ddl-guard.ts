import type { Client } from 'pg'
import { bound, firstLoad, known, permit, record, touched, watch } from './ddl-guard-sql.js'

const triggers = ['audit_ddl_end', 'audit_ddl_drop'] as const

/**
 * Installs the record of migrations and, where the administrator may, the event triggers that refuse every other change
 * of the schema `audit`. Functions are brought up to this build; what is on record stays.
 *
 * @param db - the administrator, inside a transaction. Event triggers take a superuser; `ddlGuardFault` tells.
 */
export async function installDdlGuard(db: Client): Promise<void> {
  const { rows } = await db.query<{ isThere: boolean; isSuper: boolean; isWatched: boolean }>(`
    select to_regnamespace('ddl_guard') is not null as "isThere",
           (select rolsuper from pg_roles where rolname = current_user) as "isSuper",
           exists (select from pg_event_trigger where evtname = '${triggers[0]}') as "isWatched"`)
  const [state] = rows
  const functions = [permit, firstLoad, touched, watch]
  for (const part of state?.isThere ? functions : [record, ...functions, bound, known]) await db.query(part)
  if (!state?.isSuper || state.isWatched) return
  await db.query(`
    create event trigger ${triggers[0]} on ddl_command_end execute function ddl_guard.watch();
    create event trigger ${triggers[1]} on sql_drop execute function ddl_guard.watch();
    alter event trigger ${triggers[0]} enable always;
    alter event trigger ${triggers[1]} enable always`)
}

/**
 * Why the database does not refuse changes of the trail's tables outside a migration; null when it does. Reads the
 * catalogue only, so any role can ask.
 */
export async function ddlGuardFault(
  query: <Row extends object>(sql: string) => Promise<readonly Row[]>,
): Promise<string | null> {
  const standing = await query<{ name: string }>(
    `select evtname as name from pg_event_trigger t join pg_roles r on r.oid = t.evtowner
      where evtname in (${triggers.map((name) => `'${name}'`).join(', ')}) and evtenabled = 'A' and r.rolsuper`,
  )
  if (standing.length === triggers.length) return null
  return standing.length === 0
    ? 'event triggers that guard the schema audit are not installed: they take a superuser'
    : 'an event trigger that guards the schema audit is missing or switched off'
}
