import { demoNetwork } from '@autora/cli'
import { type Actor, type Subgraph, subgraphs } from '@autora/shared/actor'
import { retireSealKey, withClient } from '@autora/shared/database'
import { Client } from 'pg'
import { freshDatabase, roleUrlOf } from '../kit/database.js'
import { actorOf, sealFor } from '../kit/direct-call.js'
import { testKeys } from '../kit/secrets.js'

const network = demoNetwork('XS')
const [north, south] = ['north', 'south'].map((code) => network.groups.find((group) => group.code === code))
const store = (code: string) => network.stores.find((candidate) => candidate.code === code)
const northOne = store('north-one')
const northTwo = store('north-two')
if (!north || !south || !northOne || !northTwo) throw new Error('the demo network lacks north or south')

const sales: Actor = actorOf('DEALER_SALES', { tenantId: north.id, reach: 'STORES', storeIds: [northOne.id] })
const admin: Actor = actorOf('DEALER_ADMIN', { tenantId: north.id, reach: 'TENANT' })

/** Tables whose rows belong to a tenant and that a role may read at least in part. */
const tablesOf = `
  select n.nspname || '.' || c.relname as name,
         exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'store_id') as has_store
    from pg_namespace n join pg_class c on c.relnamespace = n.oid
    join pg_attribute t on t.attrelid = c.oid and t.attname = 'tenant_id'
   where n.nspname in ('identity', 'dealer_ops', 'audit') and c.relkind in ('r', 'p')
     and has_column_privilege(session_user, c.oid, t.attnum, 'select')
   order by 1`

let adminUrl: string
const open: Client[] = []

/** A session of an application role, as somebody has it who took over that subgraph. */
async function intruder(subgraph: Subgraph): Promise<Client> {
  const db = new Client(roleUrlOf(adminUrl, subgraph))
  await db.connect()
  open.push(db)
  return db
}

const claim = (db: Client, context: string) =>
  db.query(`select set_config('autora.context', $1, false)`, [context])

async function visibleRows(db: Client): Promise<Record<string, number>> {
  const tables = await db.query<{ name: string }>(tablesOf)
  const counts: Record<string, number> = {}
  for (const { name } of tables.rows) {
    const { rows } = await db.query<{ n: number }>(`select count(tenant_id)::int as n from ${name}`)
    counts[name] = rows[0]?.n ?? -1
  }
  return counts
}

const altered = (seal: string, change: (fields: string[]) => void): string => {
  const fields = seal.split('|')
  change(fields)
  return fields.join('|')
}

/** Contexts that must open nothing, by what is wrong with them. */
const badContexts = (subgraph: Subgraph): Record<string, string | null> => {
  const good = sealFor(admin, subgraph)
  const other = subgraph === 'audit' ? 'identity' : 'audit'
  return {
    'never set': null,
    empty: '',
    garbage: 'not a context',
    'another tenant written in': altered(good, (fields) => fields.splice(7, 1, south.id)),
    'platform reach written in': altered(good, (fields) => fields.splice(8, 1, 'PLATFORM')),
    'another role written in': altered(good, (fields) => fields.splice(5, 1, 'PLATFORM_OWNER')),
    'a later expiry written in': altered(good, (fields) => fields.splice(2, 1, '99999999999')),
    'a cut seal': good.slice(0, -2),
    'a seal of zeros': altered(good, (fields) => fields.splice(15, 1, '0'.repeat(64))),
    expired: sealFor(admin, subgraph, Date.now() / 1000 - 60),
    'sealed for another subgraph': sealFor(admin, other),
    'sealed with an unknown key': sealFor(admin, subgraph, undefined, {
      id: 'other',
      secret: testKeys.seal.secret,
    }),
    'sealed with a wrong secret': sealFor(admin, subgraph, undefined, {
      id: 'test1',
      secret: Buffer.alloc(32, 9),
    }),
    'naming a grant that does not exist': sealFor(
      { ...admin, grant: { id: 'bbbbbbbb-0000-4000-8000-000000000001', piiLevel: 'CLEAR' } },
      subgraph,
    ),
  }
}

beforeAll(async () => {
  adminUrl = await freshDatabase('template_demo')
})

afterAll(async () => {
  await Promise.all(open.map((db) => db.end()))
})

describe.each(subgraphs)('raw SQL as the login role of %s', (subgraph) => {
  it.each(Object.keys(badContexts(subgraph)))(
    'TEN-01 MUST see no row of any tenant with a context that is %s',
    async (name) => {
      const db = await intruder(subgraph)
      const context = badContexts(subgraph)[name]

      if (context !== null && context !== undefined) await claim(db, context)
      const counts = await visibleRows(db)

      expect(Object.keys(counts).length).toBeGreaterThan(0)
      expect(Object.entries(counts).filter(([, count]) => count !== 0)).toEqual([])
    },
  )

  it('TEN-02 MUST see rows with a good context, and none of another tenant or store', async () => {
    const db = await intruder(subgraph)
    await claim(db, sealFor(sales, subgraph))

    const tables = await db.query<{ name: string; has_store: boolean }>(tablesOf)
    let seen = 0
    for (const { name, has_store: hasStore } of tables.rows) {
      const { rows } = await db.query<{ foreign: number; own: number }>(
        `select count(*) filter (where tenant_id <> $1 ${hasStore ? 'or (store_id is not null and store_id <> $2)' : 'and $2::uuid is not null'})::int as foreign,
                count(tenant_id)::int as own from ${name}`,
        [north.id, northOne.id],
      )
      seen += rows[0]?.own ?? 0
      expect({ name, foreign: rows[0]?.foreign }).toEqual({ name, foreign: 0 })
    }

    expect(seen).toBeGreaterThan(subgraph === 'audit' ? -1 : 0)
  })

  it('MUST NOT be able to read the keys, lift the walls or become another role', async () => {
    const db = await intruder(subgraph)

    for (const attempt of [
      'select * from sec.seal_key',
      'set role autora_owner',
      'set role autora_sec',
      'alter table audit.event disable row level security',
      'truncate audit.event',
      'create table sec.mine (id int)',
      'create function sec.tenant_id() returns uuid language sql as $$ select null::uuid $$',
      `insert into sec.seal_key (id, inner_pad, outer_pad) values ('mine', '', '')`,
      'select sec.grant_is_active(null, null, null)',
    ])
      await expect(db.query(attempt)).rejects.toMatchObject({
        code: expect.stringMatching(/^(42501|42P07|42723)$/),
      })
  })

  it('MUST refuse with row_security off, not see past it', async () => {
    const db = await intruder(subgraph)
    await db.query('set row_security = off')

    await expect(db.query('select count(*) from audit.event')).rejects.toMatchObject({ code: '42501' })
  })
})

describe('writes past the wall', () => {
  const insertCustomer = (storeId: string) =>
    `insert into dealer_ops.customer (store_id, legal_entity_id, first_name)
     select '${storeId}', legal_entity_id, 'x' from identity.store limit 1`

  it('TEN-03 MUST refuse an insert without a context', async () => {
    const db = await intruder('dealer_ops')

    await expect(
      db.query(`insert into dealer_ops.customer (store_id, legal_entity_id) values ($1, $1)`, [northOne.id]),
    ).rejects.toMatchObject({ code: expect.stringMatching(/^(42501|23502)$/) })
  })

  it('TEN-03 MUST refuse an insert into another store of the same group', async () => {
    const db = await intruder('dealer_ops')
    await claim(db, sealFor(sales, 'dealer_ops'))

    await expect(db.query(insertCustomer(northTwo.id))).rejects.toMatchObject({ code: '42501' })
  })

  it('TEN-03 MUST refuse to name the tenant of a row at all', async () => {
    const db = await intruder('dealer_ops')
    await claim(db, sealFor(sales, 'dealer_ops'))

    await expect(
      db.query(`insert into dealer_ops.customer (tenant_id, store_id, legal_entity_id) values ($1, $2, $2)`, [
        south.id,
        northOne.id,
      ]),
    ).rejects.toMatchObject({ code: '42501' })
  })

  it('TEN-03 MUST touch no foreign row with an update that names none', async () => {
    const db = await intruder('dealer_ops')
    await claim(db, sealFor(sales, 'dealer_ops'))

    await db.query('begin')
    const { rowCount } = await db.query(
      `update dealer_ops.lead set version = version + 1 where store_id <> $1`,
      [northOne.id],
    )
    await db.query('rollback')

    expect(rowCount).toBe(0)
  })
})

describe('the audit trail', () => {
  it('AUD-01 MUST refuse the commit of a change without an event, and leave nothing behind', async () => {
    const db = await intruder('dealer_ops')
    await claim(db, sealFor(sales, 'dealer_ops'))
    const count = async () =>
      (await db.query<{ n: string }>('select count(*) as n from dealer_ops.customer')).rows[0]?.n
    const before = await count()

    await db.query('begin')
    await db.query(`insert into dealer_ops.customer (store_id, legal_entity_id, first_name)
      select id, legal_entity_id, 'unaudited' from identity.store where id = '${northOne.id}'`)
    await expect(db.query('commit')).rejects.toMatchObject({ code: 'AU001' })

    expect(await count()).toBe(before)
  })

  it('AUD-02 MUST set who, when and for whom itself: a subgraph cannot name them', async () => {
    const db = await intruder('audit')
    await claim(db, sealFor(sales, 'audit'))

    for (const column of [
      'actor_id',
      'actor_principal',
      'recorded_at',
      'request_id',
      'xid',
      'db_user',
      'grant_id',
    ])
      await expect(
        db.query(`insert into audit.event (action, outcome, target_type, target_id, ${column})
          values ('lead.created', 'ALLOW', 'Lead', gen_random_uuid(), null)`),
      ).rejects.toMatchObject({ code: '42501' })
  })

  it.each(['update audit.event set detail = default', 'delete from audit.event'])(
    'AUD-03 MUST refuse %s, to the owner too',
    async (statement) => {
      const app = await intruder('audit')
      await claim(app, sealFor(admin, 'audit'))

      await expect(app.query(statement)).rejects.toMatchObject({ code: '42501' })
      await withClient(adminUrl, (owner) =>
        expect(owner.query(statement)).rejects.toMatchObject({ code: 'AU002' }),
      )
    },
  )
})

describe('keys of the seal', () => {
  it('SEAL-01 MUST be usable side by side, and open nothing once retired', async () => {
    const db = await intruder('identity')
    const seen = async () => {
      await claim(db, sealFor(admin, 'identity', undefined, testKeys.nextSeal))
      return (await visibleRows(db))['identity.store']
    }

    const during = await seen()
    await retireSealKey(adminUrl, testKeys.nextSeal.id, 0)
    const after = await seen()

    expect(during).toBe(network.stores.filter(({ groupId }) => groupId === north.id).length)
    expect(after).toBe(0)
  })
})
