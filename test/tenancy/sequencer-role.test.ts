import { type Login, withClient } from '@autora/shared/database'
import { freshDatabase, roleUrlOf } from '../kit/database.js'

let adminUrl: string
beforeAll(async () => {
  adminUrl = await freshDatabase('template_demo')
})

/** SQLSTATE of a statement that was refused, or `done`. */
const attempt = (role: Login, statement: string) =>
  withClient(roleUrlOf(adminUrl, role), async (db) => {
    try {
      await db.query(statement)
      return 'done'
    } catch (error) {
      return (error as { code: string }).code
    }
  })

const refused = '42501'

describe('the role of the sequencer', () => {
  it.each([
    `update audit.event set detail = '{}'`,
    `update audit.event set outcome = 'ALLOW' where id = 1`,
    'delete from audit.event',
    'truncate audit.event',
    `insert into audit.event (action, outcome, target_type, target_id)
     values ('platform.founded', 'ALLOW', 'Platform', gen_random_uuid())`,
    'update audit.leaf set index = 0',
    'delete from audit.leaf',
    'delete from audit.checkpoint',
    `update audit.batch set leaf = ''`,
    'delete from audit.sequencer',
    'insert into audit.sequencer default values',
    'alter table audit.event disable trigger all',
    'drop trigger append_only_row on audit.event',
    'create table audit.mine ()',
    'select from audit.incident',
    'select from dealer_ops.customer',
    'select from dealer_ops.lead',
    'select from identity.user_account',
    'select from issuer.account',
    'select from sec.seal_key',
    'set role autora_owner',
  ])('AUD-10 MUST be refused %s', async (statement) => {
    expect(await attempt('sequencer', statement)).toBe(refused)
  })

  it('sees events and moves its own row, which is what it is for', async () => {
    expect(await attempt('sequencer', 'select from audit.event limit 1')).toBe('done')
    expect(await attempt('sequencer', 'update audit.sequencer set batched_at = now()')).toBe('done')
  })
})

const writes = [
  'insert into audit.slot values (gen_random_uuid(), 0)',
  'insert into audit.leaf values (gen_random_uuid(), 0, 1, 1, sha256($$x$$))',
  `insert into audit.checkpoint values (1, 'x')`,
  'insert into audit.log_node values (0, 0, sha256($$x$$))',
  'update audit.head set size = 1',
  'delete from audit.batch',
  'update audit.sequencer set low_water = $$0$$',
  'select from audit.sequencer',
]

describe('the roles of the subgraphs', () => {
  it.each(
    (['identity', 'dealer_ops', 'audit', 'issuer'] as const).flatMap((role) =>
      writes.map((statement) => [role, statement] as const),
    ),
  )('AUD-11 MUST refuse %s: %s', async (role, statement) => {
    expect(await attempt(role, statement)).toBe(refused)
  })

  it('AUD-12 MUST show a caller without a context no leaf and no head', async () => {
    await withClient(roleUrlOf(adminUrl, 'audit'), async (db) => {
      expect((await db.query('select from audit.leaf')).rowCount).toBe(0)
      expect((await db.query('select from audit.head')).rowCount).toBe(0)
    })
  })
})
