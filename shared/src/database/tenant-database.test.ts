import { freshDatabase, roleUrlOf } from '../../../test/kit/database.js'
import { actorOf, sealFor } from '../../../test/kit/direct-call.js'
import { DatabaseUnavailable, TenantDatabase, withClient } from './index.js'

let adminUrl: string
let database: TenantDatabase

beforeAll(async () => {
  adminUrl = await freshDatabase('template_empty')
  // one connection: what it remembers from before is what the next transaction meets
  database = await TenantDatabase.open({
    url: roleUrlOf(adminUrl, 'identity'),
    applicationName: 'test',
    poolSize: 1,
  })
})

afterAll(() => database.close())

const brands = () =>
  database.read(sealFor(actorOf('PLATFORM_OWNER'), 'identity'), (tx) =>
    tx.query('select * from identity.brand'),
  )

describe('a transaction', () => {
  it('MUST get over a migration that changed what a prepared statement answers, after one refusal at most', async () => {
    await brands()
    await withClient(adminUrl, (db) => db.query('alter table identity.brand add column planted integer'))

    await expect(brands()).rejects.toBeInstanceOf(DatabaseUnavailable)
    expect(await brands()).toEqual([])
  })

  it('MUST refuse a write where only reading was meant, and serve the next one on the same connection', async () => {
    const seal = sealFor(actorOf('PLATFORM_OWNER'), 'identity')
    const write = database.read(seal, (tx) => tx.query(`update identity.store set version = version`))

    await expect(write).rejects.toMatchObject({ code: '25006' })
    expect(await brands().catch(brands)).toEqual([])
  })
})
