import { type Login, loginRole, logins, withClient } from '@autora/shared/database'
import { Client } from 'pg'
import { freshDatabase, pastGuard, roleUrlOf } from '../kit/database.js'
import { startTrailLog, type TrailLog } from '../kit/trail-log.js'
import { type Attempt, attemptsOfLogins, attemptsOfOwner, attemptsOnTheLog } from './trail-attempts.js'

let adminUrl: string
let admin: Client
let before: string
let trailLog: TrailLog

/** Everything of the trail: its rows, and what the catalogue says about its tables, guards and rights. */
const state = `
  select md5(string_agg(part, ' ' order by part)) as state from (
    select md5(e::text) as part from audit.event e
    union all select md5(a::text) from audit.action a
    union all select md5(l::text) from audit.leaf l
    union all select md5(c::text) from ddl_guard.change c
    union all select md5(t::text) from pg_trigger t
    union all select md5(p::text) from pg_policy p
    union all select md5(r::text) from pg_rewrite r where ev_class::regclass::text like 'audit.%'
    union all select md5(e::text) from pg_event_trigger e
    union all select md5(n::text) from pg_namespace n
    union all select md5(row(c.relname, c.relacl, c.relowner, c.relrowsecurity, c.relforcerowsecurity)::text)
      from pg_class c where relnamespace = 'audit'::regnamespace
    union all select md5(a::text) from pg_attribute a where attrelid = 'audit.event'::regclass
    union all select md5(d::text) from pg_default_acl d
    union all select md5(p::text) from pg_proc p where pronamespace in ('audit'::regnamespace, 'ddl_guard'::regnamespace)
  ) parts`

const stateNow = async () => (await admin.query<{ state: string }>(state)).rows[0]?.state ?? ''

beforeAll(async () => {
  adminUrl = await freshDatabase('template_demo')
  trailLog = await startTrailLog(adminUrl)
  await trailLog.settled()
  await trailLog.close()
  admin = new Client({ connectionString: adminUrl })
  await admin.connect()
  before = await stateNow()
})
afterAll(async () => {
  expect(await stateNow()).toBe(before) // after all attempts together: one that had an effect turns the file red
  await admin.end()
})

/** SQLSTATE of what was refused; null when it ran and touched no row; otherwise what it did. */
async function attempt(url: string, statement: string, prepare = ''): Promise<string | null> {
  return withClient(url, async (db) => {
    if (prepare) await db.query(prepare)
    try {
      const results = [await db.query(statement)].flat()
      return results.some(({ rowCount }) => rowCount !== 0) ? `done: ${statement}` : null
    } catch (error) {
      return (error as { code?: string }).code ?? String(error)
    }
  })
}

const named = <Who extends string>(attempts: readonly Attempt[], who: Who) =>
  attempts.map(([statement, expected]) => [who, statement, expected] as const)

const byLogin = logins.flatMap((login: Login) => [
  ...named(attemptsOfLogins, login),
  ...(login === 'sequencer' ? [] : named(attemptsOnTheLog, login)),
])

describe('the trail', () => {
  it.each(byLogin)('AUD-13 MUST refuse the role %s: %s', async (login, statement, expected) => {
    expect(await attempt(roleUrlOf(adminUrl, login), statement)).toBe(expected)
  })

  it.each(named(attemptsOfOwner, 'owner'))(
    'AUD-14 MUST refuse the %s: %s',
    async (_who, statement, expected) => {
      expect(await attempt(adminUrl, statement, 'set role autora_owner')).toBe(expected)
      expect(await stateNow()).toBe(before)
    },
  )

  it('has more than eleven attempts of each login role and ten of the owner', () => {
    expect(attemptsOfLogins.length).toBeGreaterThan(40)
    expect(attemptsOfOwner.length).toBeGreaterThan(40)
    expect(logins.map(loginRole)).toContain('autora_sequencer')
  })
})

describe('a superuser', () => {
  it('AUD-15 MUST run into the guard, and be found by an outsider once he removed it', async () => {
    const edit = `update audit.event set detail = '{"edited":true}'`
    expect(await attempt(adminUrl, edit)).toBe('AU002')
    expect(await attempt(adminUrl, `set session_replication_role = 'replica'; ${edit}`)).toBe('AU002')
    expect(await attempt(adminUrl, 'alter table audit.event disable trigger all')).toBe('AU012')
    expect(await stateNow()).toBe(before)

    const forgedUrl = await freshDatabase('template_demo')
    const log = await startTrailLog(forgedUrl)
    try {
      await log.settled()
      const [event] = await withClient(
        forgedUrl,
        async (db) =>
          (
            await db.query<{ id: string; tenant: string }>(
              'select id, tenant_id as tenant from audit.event order by id limit 1',
            )
          ).rows,
      )
      expect(await log.verdict(event?.tenant ?? '')).toMatchObject({ verdict: 'VERIFIED' })
      await withClient(forgedUrl, (db) =>
        db.query(
          `${pastGuard} alter table audit.event disable trigger user; ${edit} where id = ${event?.id}`,
        ),
      )
      expect(await log.verdict(event?.tenant ?? '')).toMatchObject({ verdict: 'TAMPERED' })
    } finally {
      await log.close()
    }
  })
})
