import { randomBytes, randomUUID } from 'node:crypto'
import { freshDatabase, roleUrlOf } from '../../../test/kit/database.js'
import { actorOf, sealFor } from '../../../test/kit/direct-call.js'
import { recordAudit } from '../audit/index.js'
import { OWNER_ROLE, TenantDatabase, withClient } from '../database/index.js'
import {
  type KeyStatements,
  type KeyWrapping,
  LocalKeyWrapping,
  rewrapTenantKeys,
  SubjectVault,
  Vault,
} from './index.js'

const [first, second] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)]
const actor = actorOf('DEALER_ADMIN', { tenantId: randomUUID(), reach: 'TENANT' })
let adminUrl: string
const open: TenantDatabase[] = []

beforeAll(async () => {
  adminUrl = await freshDatabase('template_empty')
})
afterAll(() => Promise.all(open.map((database) => database.close())))

/** A process with these keys of the vault. */
async function processWith(wrapping: KeyWrapping, role: 'identity' | 'audit' = 'identity') {
  const vault = new SubjectVault(wrapping)
  const database = await TenantDatabase.open({
    url: roleUrlOf(adminUrl, role),
    applicationName: 'test',
    vault,
  })
  open.push(database)
  return { vault, database, seal: () => sealFor(actor, role) }
}
type Process = Awaited<ReturnType<typeof processWith>>

const sealed = ({ vault, database, seal }: Process, id: string, text: string) =>
  database.write(seal(), async (tx) => {
    const key = await vault.keyFor(tx, undefined, { type: 'Customer', id })
    return key?.seal(['test', id], Buffer.from(text))
  })
const opened = ({ vault, database, seal }: Process, id: string, bytes: Buffer, purpose = ['test', id]) =>
  database.write(seal(), async (tx) => {
    const key = await vault.keyFor(tx, undefined, { type: 'Customer', id })
    return key?.open(purpose, bytes).toString()
  })
const sql = <Row extends object>(text: string, values: unknown[] = []) =>
  withClient(adminUrl, async (db) => (await db.query<Row>(text, values)).rows)
const rotate = (wrapping: KeyWrapping) =>
  withClient(adminUrl, async (client) => {
    await client.query(`set role ${OWNER_ROLE}`)
    const db: KeyStatements = {
      query: async (text, values) => (await client.query(text, values as unknown[])).rows as never[],
    }
    return rewrapTenantKeys(db, wrapping)
  })

describe('the key of a subject', () => {
  it('opens what it sealed in every process, for this subject and purpose alone', async () => {
    const [a, b] = [
      await processWith(new LocalKeyWrapping(first)),
      await processWith(new LocalKeyWrapping(first)),
    ]
    const [one, two] = [randomUUID(), randomUUID()]
    const bytes = (await sealed(a, one, 'word')) ?? Buffer.of()

    expect(await opened(b, one, bytes)).toBe('word')
    await expect(opened(b, two, bytes)).rejects.toThrow()
    await expect(opened(b, one, bytes, ['test', 'elsewhere'])).rejects.toThrow()
  })

  it('is made once when many ask at the same time', async () => {
    const processes = await Promise.all([1, 2, 3].map(() => processWith(new LocalKeyWrapping(first))))
    const id = randomUUID()
    const all = await Promise.all(
      Array.from({ length: 12 }, (_, n) => sealed(processes[n % 3] as Process, id, `word ${n}`)),
    )

    for (const [n, bytes] of all.entries())
      expect(await opened(processes[0] as Process, id, bytes ?? Buffer.of())).toBe(`word ${n}`)
  })

  it('is never stored in plain, and another tenant cannot ask for it', async () => {
    const one = await processWith(new LocalKeyWrapping(first))
    const id = randomUUID()
    await sealed(one, id, 'word')
    const foreign = sealFor({ ...actor, tenantId: randomUUID() }, 'identity')
    const ask = 'select * from sec.subject_key($1, $2, $3)'
    const values = [actor.tenantId, 'Customer', id]

    expect(await one.database.read(one.seal(), (tx) => tx.query(ask, values))).toHaveLength(1)
    expect(await one.database.read(foreign, (tx) => tx.query(ask, values))).toEqual([])
    for (const table of ['sec.subject_key', 'sec.tenant_key'])
      await expect(
        one.database.read(one.seal(), (tx) => tx.query(`select * from ${table}`)),
      ).rejects.toMatchObject({ code: '42501' })
  })

  it('is asked for in one statement, whatever the number of fields', async () => {
    const one = await processWith(new LocalKeyWrapping(first))
    const id = randomUUID()
    const entry = { targetId: id, storeId: null, detail: { source: 'WEB' } }
    const fields = { a: 'one', b: 'two', c: 'three', d: 'four' }
    const statements = (withFields: boolean) =>
      one.database.write(one.seal(), async (tx) => {
        let count = 0
        const counted = {
          ...tx,
          query: (text: string, values?: never) => {
            count += 1
            return tx.query(text, values)
          },
        } as typeof tx
        const personal = { subject: { type: 'Customer', id }, fields } as const
        await recordAudit(counted, 'lead.created', { ...entry, ...(withFields && { personal }) })
        return count
      })

    await statements(true) // the first one makes the key
    expect([await statements(false), await statements(true)]).toEqual([1, 2])
  })

  it('refuses an event with personal values in a process without a vault', async () => {
    const bare = await TenantDatabase.open({ url: roleUrlOf(adminUrl, 'identity'), applicationName: 'test' })
    open.push(bare)
    const personal = { subject: { type: 'User', id: randomUUID() }, fields: { displayName: 'word' } } as const
    const write = bare.write(sealFor(actor, 'identity'), (tx) =>
      recordAudit(tx, 'user.invited', { targetId: randomUUID(), storeId: null, personal }),
    )

    await expect(write).rejects.toThrow('no key of the vault')
  })
})

describe('rotation of the key above them', () => {
  it('goes on step by step while everything opens and seals, and leaves nothing to the old key', async () => {
    const id = randomUUID()
    const old = await processWith(new LocalKeyWrapping(first))
    const before = (await sealed(old, id, 'before')) ?? Buffer.of()
    const told = await processWith(new LocalKeyWrapping(first, [second]))
    const turned = await processWith(new LocalKeyWrapping(second, [first]))
    // old and new processes run beside each other
    const between = (await sealed(turned, id, 'between')) ?? Buffer.of()
    expect(await opened(told, id, between)).toBe('between')
    await expect(opened(await processWith(new LocalKeyWrapping(second)), id, before)).rejects.toThrow(
      'not at hand',
    )

    const done = await rotate(new LocalKeyWrapping(second, [first]))
    const keys = await sql<{ n: number }>('select count(*)::int as n from sec.tenant_key')
    expect(done).toEqual({ rewrapped: keys[0]?.n, verified: keys[0]?.n })
    expect(await rotate(new LocalKeyWrapping(second))).toEqual({ rewrapped: 0, verified: keys[0]?.n })

    const fresh = await processWith(new LocalKeyWrapping(second))
    expect(await opened(fresh, id, before)).toBe('before')
    expect(await opened(turned, id, between)).toBe('between')
    expect(await opened(told, id, before)).toBe('before')
    await expect(opened(await processWith(new LocalKeyWrapping(first)), id, before)).rejects.toThrow(
      'not at hand',
    )

    expect((await rotate(new LocalKeyWrapping(first, [second]))).rewrapped).toBe(keys[0]?.n)
  })

  it('stops at a key that does not open, and leaves it as it was', async () => {
    await sealed(await processWith(new LocalKeyWrapping(first)), randomUUID(), 'word')
    const rows = () => sql('select wrapped_by, wrapped from sec.tenant_key order by tenant_id')
    const before = await rows()

    await expect(rotate(new LocalKeyWrapping(randomBytes(32)))).rejects.toThrow('not at hand')
    expect(await rows()).toEqual(before)
  })
})

describe('the vault with derived keys', () => {
  it('opens what was sealed under a further key, and seals under its own', () => {
    const sealedBefore = new Vault(first).seal('tenant', 'place', Buffer.from('word'))
    const turned = new Vault(second, [first])

    expect(turned.open('tenant', 'place', sealedBefore).toString()).toBe('word')
    expect(() => new Vault(second).open('tenant', 'place', sealedBefore)).toThrow()
    expect(() => turned.open('tenant', 'elsewhere', sealedBefore)).toThrow()
    const after = turned.seal('tenant', 'place', Buffer.from('word'))
    expect(new Vault(second).open('tenant', 'place', after).toString()).toBe('word')
  })
})
