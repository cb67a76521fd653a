import {
  actions,
  detailFault,
  type EventName,
  publishActions,
  publishedActions,
  recordAudit,
} from '@autora/shared/audit'
import { TenantDatabase, withClient } from '@autora/shared/database'
import { freshDatabase, pastGuard, roleUrlOf } from '../kit/database.js'
import { actorOf, sealFor } from '../kit/direct-call.js'

const tenantId = 'aaaaaaaa-0000-4000-8000-000000000001'
const id = 'aaaaaaaa-0000-4000-8000-000000000002'
const admin = actorOf('DEALER_ADMIN', { tenantId, reach: 'TENANT' })

let adminUrl: string
let database: TenantDatabase
beforeEach(async () => {
  adminUrl = await freshDatabase('template_empty')
  database = await TenantDatabase.open({ url: roleUrlOf(adminUrl, 'identity'), applicationName: 'test' })
})
afterEach(() => database.close())

const sql = <Row extends object>(text: string) =>
  withClient(adminUrl, async (db) => (await db.query<Row>(text)).rows)
const eventCount = async () => (await sql<{ n: number }>('select count(*)::int as n from audit.event'))[0]?.n

type Detail = Parameters<typeof recordAudit>[2]['detail']
const record = (event: EventName, detail: Detail = {}) =>
  database.write(sealFor(admin, 'identity'), (tx) =>
    recordAudit(tx, event, { targetId: id, storeId: null, detail }),
  )

/** An event past `recordAudit`, as a service that was taken over would write it. @returns the SQLSTATE. */
const insert = async (action: string, version: number, targetType: string, detail: object) => {
  try {
    await database.write(sealFor(admin, 'identity'), (tx) =>
      tx.query(
        `insert into audit.event (action, action_version, outcome, target_type, target_id, detail)
         values ($1, $2, 'ALLOW', $3, $4, $5)`,
        [action, version, targetType, id, JSON.stringify(detail)],
      ),
    )
    return 'written'
  } catch (error) {
    return (error as { code?: string }).code
  }
}

describe('the catalogue of actions', () => {
  it('AUD-50 MUST be in the database what it is in the code: publish what differs, as a new version', async () => {
    const known = await sql(
      `select name, version, target_type as "targetType", category, detail from audit.action order by name collate "C"`,
    )

    expect(known).toEqual(publishedActions())
  })

  it('AUD-51 MUST only grow, and refuse another shape under a published version', async () => {
    await publishActions(adminUrl)
    await sql(`${pastGuard} alter table audit.action disable trigger user;
      update audit.action set detail = '{"status":"code"}' where name = 'lead.assigned'`)

    await expect(publishActions(adminUrl)).rejects.toThrow(
      'The action lead.assigned was published in version 1 with another shape. Give the new shape version 2 in shared/src/audit/actions.',
    )
    await sql(`delete from audit.action where name = 'lead.assigned'`)
    await publishActions(adminUrl)
    expect(await sql(`select keys from audit.action where name = 'lead.assigned'`)).toHaveLength(1)
  })

  it.each([
    ['a key that is not declared', 'user.updated', { changed: [], note: 'x' }, /note is not declared/],
    ['a missing key', 'user.updated', {}, /changed must be codes/],
    ['a text where a code belongs', 'user.deactivated', { before: 'Thandi Nkosi' }, /before must be a code/],
    ['a mail address in a list of ids', 'viewAs.used', { stores: ['a@b.example'] }, /must be/],
    [
      'a fraction',
      'evidence.exported',
      { windowSeconds: 1.5, discloses: false },
      /windowSeconds must be a count/,
    ],
  ] as const)(
    'AUD-52 MUST fail the deed on %s, before anything is written',
    async (_what, event, detail, fault) => {
      await expect(record(event, detail as Detail)).rejects.toThrow(fault)
      expect(await eventCount()).toBe(0)
    },
  )

  it('names keys and never values in a fault', () => {
    expect(detailFault('user.deactivated', { before: 'Thandi Nkosi' })).not.toContain('Nkosi')
    expect(detailFault('user.deactivated', { before: 'ACTIVE' })).toBeNull()
  })

  it.each([
    ['an unknown action', 'user.praised', 1, 'User', {}],
    ['an unknown version', 'user.updated', 2, 'User', { changed: [] }],
    ['another kind of target', 'user.updated', 1, 'Lead', { changed: [] }],
    ['an undeclared key', 'user.updated', 1, 'User', { changed: [], name: 'x' }],
    ['a missing key', 'user.updated', 1, 'User', {}],
    [
      'an explanation of its own',
      'user.updated',
      1,
      'User',
      { changed: [], support: { ticket: 'x', reason: 'y' } },
    ],
    ['a list for a detail', 'user.updated', 1, 'User', []],
  ])('AUD-53 MUST be kept by the database as well: %s', async (_what, action, version, type, detail) => {
    expect(await insert(action, version, type, detail)).toBe('AU010')
    expect(await insert('user.updated', 1, 'User', { changed: [] })).toBe('written')
  })

  it('has a stream and a version for every event', () => {
    for (const { category, version } of Object.values(actions)) {
      expect(['ADMIN', 'BUSINESS', 'DATA_READ', 'DENIED', 'SIGN_IN']).toContain(category)
      expect(version).toBeGreaterThanOrEqual(1)
    }
  })
})

describe('an event', () => {
  it('AUD-54 MUST be one row: a trigger that swallows events fails the deed', async () => {
    await record('user.unlocked')
    await sql(`${pastGuard}
      create function audit.swallow() returns trigger language plpgsql as 'begin return null; end';
      create trigger z_swallow before insert on audit.event for each row execute function audit.swallow()`)

    await expect(record('user.unlocked')).rejects.toThrow('the trail took 0 rows for one event')
    expect(await eventCount()).toBe(1)
  })

  it('AUD-54 MUST be one row: so does a rule', async () => {
    await sql(`${pastGuard} create rule swallow as on insert to audit.event do instead nothing`)

    await expect(record('user.unlocked')).rejects.toThrow()
    expect(await eventCount()).toBe(0)
  })

  it('AUD-55 MUST carry ticket and reason when it is support work, also past the trigger', async () => {
    const planted = `insert into audit.event (tenant_id, actor_id, actor_principal, request_id, action, outcome,
       target_type, target_id, detail, grant_id)
     values ('${tenantId}', '${id}', 'PLATFORM_SUPPORT', 'r', 'user.unlocked', 'ALLOW', 'User', '${id}',`
    const refusal = (statement: string) =>
      sql(statement).then(
        () => 'written',
        (error: { code: string }) => error.code,
      )

    expect(await refusal(`${planted} '{}', '${id}')`)).toBe('AU011')
    const past = `begin; ${pastGuard} alter table audit.event disable trigger user;`
    expect(await refusal(`${past} ${planted} '{}', '${id}')`)).toBe('23514')
    expect(await refusal(`${past} ${planted} '{"support":{"ticket":"","reason":"x"}}', '${id}')`)).toBe(
      '23514',
    )
  })
})
