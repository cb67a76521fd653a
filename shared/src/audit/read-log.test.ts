import { freshDatabase, roleUrlOf } from '../../../test/kit/database.js'
import { actorOf, sealFor } from '../../../test/kit/direct-call.js'
import type { Actor } from '../actor/index.js'
import { TenantDatabase, withClient } from '../database/index.js'
import { ReadLog } from './index.js'

let adminUrl: string
let database: TenantDatabase

beforeAll(async () => {
  adminUrl = await freshDatabase('template_empty')
  database = await TenantDatabase.open({
    url: roleUrlOf(adminUrl, 'dealer_ops'),
    applicationName: 'test',
    poolSize: 4,
  })
})
afterAll(() => database.close())

const tenantId = '11111111-0000-4000-8000-000000000001'
const store = '22222222-0000-4000-8000-000000000001'
const foreign = '22222222-0000-4000-8000-000000000002'

let people = 0
const somebody = (parts: Partial<Actor> = {}): Actor => {
  people += 1
  const id = `cccccccc-0000-4000-8000-${String(people).padStart(12, '0')}`
  return actorOf('DEALER_SALES', { id, tenantId, reach: 'STORES', storeIds: [store], ...parts })
}

/** A read by somebody. */
const readOf = (actor: Actor, parts: { seal?: string; storeId?: string; detail?: object } = {}) => ({
  seal: sealFor(actor, 'dealer_ops'),
  storeId: store,
  detail: { of: actor.id },
  ...parts,
})

const events = (actors: readonly Actor[]) =>
  withClient(adminUrl, async (db) => {
    const { rows } = await db.query<{ actor_id: string; tenant_id: string; of: string; xid: string }>(
      `select actor_id, tenant_id, detail->>'of' as of, xid::text from audit.event
        where action = 'personalData.read' and actor_id = any($1) order by id`,
      [actors.map(({ id }) => id)],
    )
    return rows
  })

/** How many connections of login roles this database takes; -1: any number. */
const connections = (most: number) =>
  withClient(adminUrl, (db) =>
    db.query(
      `do $$ begin execute format('alter database %I connection limit ${most}', current_database()); end $$`,
    ),
  )

describe('reads that are written together', () => {
  it('RLG-01 MUST each be an event of their own reader and tenant, in few statements', async () => {
    const log = new ReadLog(database)
    const readers = Array.from({ length: 200 }, (_, n) =>
      somebody({ tenantId: `11111111-0000-4000-8000-${String(n % 7).padStart(12, '0')}` }),
    )

    await Promise.all(readers.map((reader) => log.write(readOf(reader))))

    const written = await events(readers)
    expect(written.map(({ actor_id, of, tenant_id }) => [actor_id, of, tenant_id]).sort()).toEqual(
      readers.map(({ id, tenantId: tenant }) => [id, id, tenant]).sort(),
    )
    const statements = new Set(written.map(({ xid }) => xid)).size
    expect(statements).toBeGreaterThanOrEqual(4)
    expect(statements).toBeLessThan(20)
  })

  it('RLG-02 MUST not keep each other back: what cannot be written fails alone', async () => {
    const log = new ReadLog(database)
    const good = Array.from({ length: 10 }, () => somebody())
    const [late, stranger, elsewhere, granted, large] = good.map(() => somebody()) as [
      Actor,
      Actor,
      Actor,
      Actor,
      Actor,
    ]
    const grant = { id: 'bbbbbbbb-0000-4000-8000-000000000001', piiLevel: 'MASKED' as const }
    const bad = [
      readOf(late, { seal: sealFor(late, 'dealer_ops', Date.now() / 1000 - 60) }),
      readOf(stranger, { seal: sealFor(stranger, 'identity') }),
      readOf(elsewhere, { storeId: foreign }),
      readOf({ ...granted, grant }, {}),
      readOf(large, { detail: { of: 'x'.repeat(70_000) } }),
      readOf(somebody(), { seal: 'none' }),
    ]

    const [first, ...rest] = good
    const written = first ? [log.write(readOf(first))] : []
    const refused = bad.map((entry) => log.write(entry))
    written.push(...rest.map((reader) => log.write(readOf(reader))))

    for (const one of await Promise.allSettled(refused)) expect(one.status).toBe('rejected')
    await Promise.all(written)
    expect(await events(good)).toHaveLength(good.length)
    expect(await events([late, stranger, elsewhere, granted, large])).toEqual([])
  })

  it('RLG-03 MUST fail while the database is away, all of them, and go on when it is back', async () => {
    const away = await TenantDatabase.open({
      url: roleUrlOf(adminUrl, 'dealer_ops'),
      applicationName: 'read-log-away',
      poolSize: 1,
    })
    const log = new ReadLog(away)
    const reader = somebody()
    await log.write(readOf(reader))
    await connections(0)
    await withClient(adminUrl, (db) =>
      db.query(
        `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'read-log-away'`,
      ),
    )

    const lost = await Promise.allSettled(Array.from({ length: 5 }, () => log.write(readOf(reader))))
    await connections(-1)

    expect(lost.map(({ status }) => status)).toEqual(lost.map(() => 'rejected'))
    await log.write(readOf(reader))
    expect(await events([reader])).toHaveLength(2)
    await away.close()
  })
})
