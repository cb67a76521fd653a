import { randomUUID } from 'node:crypto'
import { withClient } from '@autora/shared/database'
import { errors } from 'oidc-provider'
import { freshDatabase, roleUrlOf } from '../../../../test/kit/database.js'
import { testKeys } from '../../../../test/kit/secrets.js'
import { IssuerDatabase } from '../issuer-database.js'
import { artifactStores, sweep } from './artifact-service.js'
import { Clients } from './client-service.js'
import { IssuerSecrets } from './secrets.js'
import { Sessions } from './session-service.js'

let adminUrl: string
let database: IssuerDatabase
const secrets = new IssuerSecrets(testKeys.issuer)

beforeAll(async () => {
  adminUrl = await freshDatabase('template_empty')
  database = await IssuerDatabase.open({
    url: roleUrlOf(adminUrl, 'issuer'),
    applicationName: 'test',
    sealKey: testKeys.issuerSeal,
    clock: { now: () => new Date() },
  })
})
afterAll(() => database.close())

const stores = (withSecrets = secrets) => {
  const clock = { now: () => new Date() }
  const sessions = new Sessions(database, withSecrets, clock)
  const clients = new Clients(database, withSecrets)
  return artifactStores({ database, secrets: withSecrets, sessions, clients })
}

const sql = (text: string) => withClient(adminUrl, (db) => db.query(text))

describe('the store of artifacts', () => {
  it('gives back what it was given, by its id and by its second name', async () => {
    const store = stores()('Session')
    const [id, uid] = [randomUUID(), randomUUID()]

    await store.upsert(id, { uid, accountId: 'a' }, 60)

    expect(await store.find(id)).toEqual({ uid, accountId: 'a' })
    expect(await store.findByUid(uid)).toEqual({ uid, accountId: 'a' })
    expect(await store.find(uid)).toBeUndefined()
    expect(await stores()('AuthorizationCode').find(id)).toBeUndefined()
  })

  it('lets exactly one of many consume, and says so to the others', async () => {
    const store = stores()('AuthorizationCode')
    const [id, grantId] = [randomUUID(), randomUUID()]
    await store.upsert(id, { grantId }, 60)

    const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => store.consume(id)))

    const refused = outcomes.filter((outcome) => outcome.status === 'rejected')
    expect(refused).toHaveLength(7)
    for (const { reason } of refused) expect(reason).toBeInstanceOf(errors.InvalidGrant)
    expect(await store.find(id)).toBeUndefined()
  })

  it('forgets everything of an authorization, whatever its kind, and nothing of another', async () => {
    const [grantId, other] = [randomUUID(), randomUUID()]
    for (const model of ['RefreshToken', 'AuthorizationCode']) {
      await stores()(model).upsert(`${model}-mine`, { grantId }, 60)
      await stores()(model).upsert(`${model}-other`, { grantId: other }, 60)
    }
    await stores()('Grant').upsert(grantId, {}, 60)

    await stores()('RefreshToken').revokeByGrantId(grantId)

    for (const model of ['RefreshToken', 'AuthorizationCode']) {
      expect(await stores()(model).find(`${model}-mine`)).toBeUndefined()
      expect(await stores()(model).find(`${model}-other`)).toBeDefined()
    }
    expect(await stores()('Grant').find(grantId)).toBeUndefined()
  })

  it('opens nothing with another key', async () => {
    const id = randomUUID()
    await stores()('Grant').upsert(id, { accountId: 'a' }, 60)

    expect(await stores(new IssuerSecrets(testKeys.vault))('Grant').find(id)).toBeUndefined()
  })

  it('deletes what is over, a bounded number at a time', async () => {
    await sql(`
      insert into issuer.artifact (model, digest, payload, expires_at)
      select 'Session', sha256(n::text::bytea), '', now() - interval '1 minute' from generate_series(1, 1200) n`)

    expect([await sweep(database), await sweep(database), await sweep(database)]).toEqual([1000, 200, 0])
  })
})
