import { randomUUID } from 'node:crypto'
import { bootstrapRoles, type Migration, migrate, wallFaults, withClient } from '@autora/shared/database'
import { freshDatabase, roleUrlOf } from '../kit/database.js'
import { testDatabase, testPasswords } from '../kit/secrets.js'
import { allMigrations } from '../kit/templates.js'

const group = randomUUID()
const numberOf = (migration: Migration) => Number(migration.name.slice(-13))
const before = allMigrations.filter((migration) => numberOf(migration) < 1764000000090)
/** What came later may change what is promised here. */
const untilMonths = allMigrations.filter((migration) => numberOf(migration) <= 1764000000091)

const run = <Row extends object>(url: string, text: string, values: unknown[] = []) =>
  withClient(url, async (db) => (await db.query<Row>(text, values)).rows)

/** A database as an earlier version left it. */
async function earlierDatabase(): Promise<string> {
  const { serverUrl } = testDatabase()
  const name = `test_${randomUUID().replaceAll('-', '')}`
  await run(`${serverUrl}/postgres`, `create database ${name}`)
  const url = `${serverUrl}/${name}`
  await bootstrapRoles(url, testPasswords)
  await migrate(url, before)
  return url
}

const write = (url: string, at: string, count = 1) =>
  run(
    url,
    `insert into audit.event (tenant_id, recorded_at, actor_id, actor_principal, request_id, action, outcome,
                              target_type, target_id, detail)
     select $1, $2::timestamptz, $1, 'SYSTEM', 'planted', 'platform.founded', 'ALLOW', 'Platform', $1,
            jsonb_build_object('n', n, 'text', 'ü"\\')
       from generate_series(1, $3) n`,
    [group, at, count],
  )

const makeMonths = (url: string, from: string, until: string) =>
  withClient(url, async (db) => {
    await db.query('set role autora_owner')
    return (
      await db.query('select audit.make_partitions($1::timestamptz, $2::timestamptz) as made', [from, until])
    ).rows
  })

const partitionOf = async (url: string, at: string) =>
  (
    await run<{ name: string }>(
      url,
      `select tableoid::regclass::text as name from audit.event where recorded_at = $1::timestamptz`,
      [at],
    )
  ).map(({ name }) => name)

/** What the catalogue says of the trail: policies, privileges, triggers and indexes. */
const guaranteesOf = (url: string) =>
  run<{ what: string }>(
    url,
    `select format('policy %s %s %s %s %s %s', policyname, permissive, roles, cmd, qual, with_check) as what
       from pg_policies where schemaname = 'audit' and tablename = 'event'
     union all
     select format('%s %s %s', grantee::regrole, privilege_type, '') from pg_class, aclexplode(relacl)
      where oid = 'audit.event'::regclass and grantee <> relowner
     union all
     select format('%s %s %s', grantee::regrole, privilege_type, attname) from pg_attribute, aclexplode(attacl)
      where attrelid = 'audit.event'::regclass
     union all
     select format('trigger %s %s %s', tgname, tgenabled, tgtype) from pg_trigger where tgrelid = 'audit.event'::regclass
     union all
     select 'index ' || regexp_replace(indexdef, 'ON (ONLY )?audit.event', '') from pg_indexes
      where schemaname = 'audit' and tablename = 'event' and indexname <> 'event_pkey'
     union all
     select format('column %s %s %s %s %s', attname, atttypid::regtype, attnotnull, attgenerated, attidentity)
            || coalesce(pg_get_expr(adbin, adrelid), '') || col_description(attrelid, attnum)
       from pg_attribute left join pg_attrdef on adrelid = attrelid and adnum = attnum
      where attrelid = 'audit.event'::regclass and attnum > 0
     union all
     select format('check %s %s', conname, pg_get_constraintdef(oid)) from pg_constraint
      where conrelid = 'audit.event'::regclass and contype = 'c'
     union all
     select format('function %s %s', proname, proacl) from pg_proc
      where pronamespace = 'audit'::regnamespace and proname in ('leaf_tail', 'leaf_data')
     order by 1`,
  )

const leaves = (url: string) =>
  run<{ id: string; leaf: string }>(
    url,
    'select id::text, audit.leaf_data(e, e.id) as leaf from audit.event e order by id',
  )

describe('a database of an earlier version', () => {
  it('RET-01 MUST keep its rows in their place, every guarantee, and every byte that was hashed', async () => {
    const url = await earlierDatabase()
    await write(url, '2025-02-28T23:59:59.999999Z', 3)
    await write(url, '2026-11-20T10:00:00Z', 2)
    const [file] = await run<{ node: string }>(url, `select pg_relation_filenode('audit.event') as node`)
    const [kept, hashed] = [await guaranteesOf(url), await leaves(url)]

    await migrate(url, untilMonths)

    expect(await leaves(url)).toEqual(hashed)
    expect(await guaranteesOf(url)).toEqual(kept)
    expect(await run(url, `select pg_relation_filenode('audit.event_before') as node`)).toEqual([file])
    expect(new Set(await partitionOf(url, '2025-02-28T23:59:59.999999Z'))).toEqual(
      new Set(['audit.event_before']),
    )
    await migrate(url, allMigrations)
    expect(await leaves(url)).toEqual(hashed)
    expect(await wallFaults((sql) => run(url, sql))).toEqual([])
    await write(url, new Date().toISOString())
    const ids = (await leaves(url)).map(({ id }) => Number(id))
    expect(ids.slice(-2)).toEqual([5, 6])
    expect(await run(url, 'select audit.has_stray_events() as stray')).toEqual([{ stray: false }])
  })

  it('RET-02 MUST begin with months alone when it was empty', async () => {
    const url = await earlierDatabase()

    await migrate(url, allMigrations)

    expect(await run(url, `select to_regclass('audit.event_before') as old`)).toEqual([{ old: null }])
    expect((await run(url, 'select from audit.event_partitions()')).length).toBe(4)
    await write(url, new Date().toISOString())
    expect((await leaves(url)).map(({ id }) => id)).toEqual(['1'])
  })
})

describe('months', () => {
  let url: string
  beforeAll(async () => {
    url = await freshDatabase('template_empty')
    await makeMonths(url, '2031-01-31T23:00:00Z', '2031-03-01T00:00:00Z')
  })

  it.each([
    ['2031-01-31T23:59:59.999999Z', 'audit.event_2031_01'],
    ['2031-02-01T00:00:00Z', 'audit.event_2031_02'],
    ['2031-02-01T01:59:59+02:00', 'audit.event_2031_01'],
    ['2031-03-31T23:59:59.999999Z', 'audit.event_2031_03'],
  ])('RET-03 MUST put %s into %s', async (at, name) => {
    await write(url, at)

    expect(await partitionOf(url, at)).toEqual([name])
  })

  it('RET-04 MUST be there for the month that runs and three to come, whoever asks however often', async () => {
    const sequencer = roleUrlOf(url, 'sequencer')

    await run(sequencer, 'select audit.make_partitions()')

    const [row] = await run<{ ahead: number }>(
      url,
      `select count(*)::int as ahead from audit.event_partitions() p
        where p.until_time > now() and p.from_time <= now() + interval '3 months'`,
    )
    expect(row?.ahead).toBe(4)
    expect(await run(sequencer, 'select audit.make_partitions() as made')).toEqual([{ made: 0 }])
    expect(await run(sequencer, 'select audit.has_stray_events() as stray')).toEqual([{ stray: false }])
  })

  it('RET-05 MUST take what has no month, say so, and leave that month out', async () => {
    const own = await freshDatabase('template_empty')
    await write(own, '2033-05-05T05:05:05Z')

    expect(await partitionOf(own, '2033-05-05T05:05:05Z')).toEqual(['audit.event_rest'])
    expect(await run(roleUrlOf(own, 'sequencer'), 'select audit.has_stray_events() as stray')).toEqual([
      { stray: true },
    ])
    expect(await makeMonths(own, '2033-04-01Z', '2033-06-30Z')).toEqual([{ made: 2 }])
    await write(own, '2033-05-06T05:05:05Z')
    expect(await wallFaults((sql) => run(own, sql))).toEqual([])
  })

  it.each(['identity', 'dealer_ops', 'audit', 'issuer', 'sequencer'] as const)(
    'RET-06 MUST be closed to %s but through the trail',
    async (role) => {
      for (const statement of [
        'select from audit.event_2031_01',
        `insert into audit.event_2031_01 (tenant_id) values (gen_random_uuid())`,
        'update audit.event_2031_01 set detail = detail',
        'delete from audit.event_2031_01',
        'truncate audit.event_2031_01',
        'drop table audit.event_2031_01',
        'alter table audit.event detach partition audit.event_2031_01',
        `select audit.make_partitions(now(), now() + interval '1 year')`,
      ])
        await expect(run(roleUrlOf(url, role), statement)).rejects.toMatchObject({ code: '42501' })
    },
  )

  it('RET-07 MUST refuse a change even of their owner, in the month and in the trail', async () => {
    await write(url, '2031-01-15T00:00:00Z')
    for (const table of ['audit.event', 'audit.event_2031_01']) {
      await expect(run(url, `update ${table} set detail = '{}'`)).rejects.toMatchObject({ code: 'AU002' })
      await expect(run(url, `delete from ${table}`)).rejects.toMatchObject({ code: 'AU002' })
      await expect(run(url, `truncate ${table}`)).rejects.toMatchObject({ code: 'AU002' })
      await expect(
        run(url, `set session_replication_role = replica; truncate ${table}`),
      ).rejects.toMatchObject({
        code: 'AU002',
      })
    }
  })
})
