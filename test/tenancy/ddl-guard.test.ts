import { randomUUID } from 'node:crypto'
import { publishActions } from '@autora/shared/audit'
import {
  bootstrapRoles,
  ddlGuardFault,
  loginRole,
  logins,
  migrate,
  withClient,
} from '@autora/shared/database'
import { freshDatabase, pastGuard, roleUrlOf } from '../kit/database.js'
import { testPasswords } from '../kit/secrets.js'
import { allMigrations } from '../kit/templates.js'

let adminUrl: string
beforeEach(async () => {
  adminUrl = await freshDatabase('template_empty')
})

const sql = <Row extends object>(text: string, url = adminUrl) =>
  withClient(url, async (db) => (await db.query<Row>(text)).rows)

/** A migration of tomorrow: a table, and a function by which a service makes more of them. */
class Tomorrow1769999999999 {
  async up(db: { query(text: string): Promise<unknown> }): Promise<void> {
    await db.query(`
      create table audit.planted (n integer);
      create function audit.plant_more() returns void language plpgsql security definer set search_path = pg_catalog as $$
      begin create table audit.planted_by_service (n integer); drop table audit.planted; end $$;
      grant execute on function audit.plant_more() to autora_sequencer`)
  }

  async down(): Promise<void> {
    throw new Error('forward only')
  }
}

it('AUD-40 MUST have every migration on record, with each thing of the trail that it touched', async () => {
  const missing = await sql(`select m.name from migration.schema_migration m
    where not exists (select from ddl_guard.change c where c.migration = m.name and c.command = 'MIGRATION')`)
  const touched = await sql<{ migration: string }>(
    `select distinct migration from ddl_guard.change where object like 'table audit.event%' order by 1`,
  )

  expect(missing).toEqual([])
  expect(touched.map(({ migration }) => migration)).toEqual(
    expect.arrayContaining(['AuditEvents1764000000010', 'AuditActions1764000000130']),
  )
})

it('AUD-41 MUST let a migration change the trail, and a service call what the migration made', async () => {
  expect(await migrate(adminUrl, [...allMigrations, Tomorrow1769999999999])).toEqual([
    'Tomorrow1769999999999',
  ])
  await sql('select audit.plant_more()', roleUrlOf(adminUrl, 'sequencer'))

  expect(
    await sql(`select migration, command, object, db_user as "user" from ddl_guard.change
                where object like '%audit.planted%' and object like 'table %' or object like '%plant_more%' order by id`),
  ).toEqual([
    expect.objectContaining({ migration: 'Tomorrow1769999999999', object: 'table audit.planted' }),
    expect.objectContaining({ migration: 'Tomorrow1769999999999', object: 'function audit.plant_more()' }),
    expect.objectContaining({ migration: 'Tomorrow1769999999999', command: 'GRANT' }),
    expect.objectContaining({
      migration: null,
      object: 'table audit.planted_by_service',
      user: 'autora_sequencer',
    }),
    expect.objectContaining({ migration: null, command: 'DROP TABLE', user: 'autora_sequencer' }),
  ])
})

it('AUD-42 MUST say when the guard is switched off or not installed', async () => {
  const fault = () => ddlGuardFault((text) => sql(text, roleUrlOf(adminUrl, 'audit')))
  expect(await fault()).toBeNull()

  await sql('alter event trigger audit_ddl_drop disable')
  expect(await fault()).toMatch(/missing or switched off/)
  await sql(`${pastGuard} drop event trigger audit_ddl_end; drop event trigger audit_ddl_drop`)
  expect(await fault()).toMatch(/not installed/)
})

it('AUD-43 MUST be installed by an administrator who is no superuser, and say what is not refused then', async () => {
  const name = `plain_${randomUUID().replaceAll('-', '')}`
  const roles = ['autora_owner', 'autora_sec', ...logins.map(loginRole)].join(', ')
  await sql(
    `create role ${name} login createrole password 'plain'; grant ${roles} to ${name} with admin option`,
  )
  await sql(`create database ${name} owner ${name}`)
  const url = Object.assign(new URL(adminUrl), {
    username: name,
    password: 'plain',
    pathname: `/${name}`,
  }).href
  try {
    await bootstrapRoles(url, testPasswords)
    await migrate(url, allMigrations)
    await publishActions(url)

    expect(await ddlGuardFault((text) => sql(text, url))).toMatch(/not installed: they take a superuser/)
    const [record] = await sql<{ n: number }>(
      `select count(*)::int as n from ddl_guard.change where command = 'MIGRATION'`,
      url,
    )
    expect(record?.n).toBeGreaterThan(allMigrations.length)
    await expect(sql('delete from ddl_guard.change', url)).rejects.toMatchObject({ code: 'AU002' })
  } finally {
    await sql(`drop database ${name} with (force)`)
    await sql(`drop owned by ${name} cascade; drop role ${name}`)
  }
})
