import { demoApiKey } from '@autora/cli'
import { keyMac, parseApiKey } from '@autora/shared/api-key'
import { decodeId } from '@autora/shared/request'
import { refusals } from '../attacks/footprint.js'
import { linkGateway } from '../attacks/linked-gateway.js'
import { codeOf, eventually, KeyDesk, later, ME } from '../kit/api-keys.js'
import { testKeys } from '../kit/secrets.js'
import { startWorld, type World } from '../kit/world.js'

let world: World
let keys: KeyDesk
beforeAll(async () => {
  world = await startWorld()
  keys = new KeyDesk(world)
})
afterAll(() => world.close())

describe('the one who answers for a key', () => {
  const end = (userId: string) =>
    world.sql(
      `update identity.membership set valid_to = clock_timestamp(), version = version + 1 where user_id = $1`,
      [userId],
    )

  it('KEY-06 MUST bound it: it shrinks with him on the next call, and ends with him', async () => {
    const { client, userId } = keys.secondAdmin('south')
    const made = await keys.make(
      { appId: keys.appOf('south'), storeIds: [keys.storeId('south-one'), keys.storeId('south-two')] },
      client,
    )
    const stores = async () => (await keys.holderOf(made).send('{ me { stores { code } } }')).data?.me.stores
    const before = await stores()

    await world.sql(`alter table identity.membership disable trigger must_be_audited`)
    await world.sql(`update identity.membership set store_id = $2 where user_id = $1`, [
      userId,
      world.people.store('south-one').id,
    ])
    await later(2_000)
    const narrower = await stores()
    await end(userId)
    await later(2_000)
    const refused = await keys.holderOf(made).send(ME)

    expect(before).toEqual([{ code: 'south-one' }, { code: 'south-two' }])
    expect(narrower).toEqual([{ code: 'south-one' }])
    expect([refused.status, codeOf(refused)]).toEqual([401, 'UNAUTHENTICATED'])
    expect(world.logLines.join('\n')).toContain('CREATOR_GONE')

    const taken = await keys.rotate(made.apiKey.id, {}, world.people.admin('south'))

    expect(taken.data.apiKeyRotate.userErrors).toEqual([])
    expect((await keys.holderOf(taken.data.apiKeyRotate).send(ME)).status).toBe(200)
  })
})

describe('where and when a key works', () => {
  it('KEY-11 MUST be where its lists say, and the wrong place is told to nobody but its holder', async () => {
    const here = await keys.make({ ipAllow: ['127.0.0.1'] })
    const elsewhere = await keys.make({ ipAllow: ['192.0.2.0/24', '2001:db8::/32'] })
    const denied = await keys.make({ ipAllow: ['127.0.0.0/8'], ipDeny: ['127.0.0.1/32'] })

    expect((await keys.holderOf(here).send(ME)).status).toBe(200)
    for (const key of [elsewhere, denied]) {
      const answer = await keys.holderOf(key).send(ME, {}, { 'x-forwarded-for': '192.0.2.1' })
      expect([answer.status, codeOf(answer)]).toEqual([401, 'KEY_ADDRESS_REFUSED'])
    }
  })

  it('KEY-11 MUST believe a proxy of ours, and what stands left of its word to nobody', async () => {
    const key = await keys.make({ ipAllow: ['192.0.2.0/24'] })
    const linked = await linkGateway(world, undefined, {
      AUTORA_TRUSTED_PROXIES: [
        { address: '127.0.0.0', bits: 8 },
        { address: '10.0.0.0', bits: 8 },
      ],
    })
    const from = async (forwarded: string) =>
      (await linked.people.withCredential(key.secret).send(ME, {}, { 'x-forwarded-for': forwarded })).status

    try {
      expect(await from('192.0.2.9')).toBe(200)
      expect(await from('192.0.2.9, 10.1.2.3')).toBe(200)
      expect(await from('192.0.2.9, 198.51.100.1')).toBe(401)
      expect(await from('192.0.2.9, 198.51.100.1, 10.1.2.3')).toBe(401)
      expect(await from('192.0.2.9, nonsense')).toBe(401)
      expect(await from('198.51.100.1')).toBe(401)
    } finally {
      await linked.close()
    }
  })

  it('KEY-12 MUST begin when it says', async () => {
    const key = await keys.make({ notBefore: new Date(Date.now() + 2_500).toISOString() })

    const early = await keys.holderOf(key).send(ME)
    await later(3_000)
    const due = await keys.holderOf(key).send(ME)

    expect(key.apiKey.status).toBe('SCHEDULED')
    expect([early.status, codeOf(early)]).toEqual([401, 'KEY_NOT_YET_VALID'])
    expect(due.status).toBe(200)
  })
})
describe('the trail of a key', () => {
  it('KEY-18 MUST hold its refusals, one for each reason and minute', async () => {
    const made = await keys.make({ ipAllow: ['192.0.2.0/24'] })
    const before = await refusals(world, 'apiKey.refused')
    const minute = Math.floor(Date.now() / 60_000)

    for (let tries = 0; tries < 5; tries += 1) await keys.holderOf(made).send(ME)
    const events = await eventually(
      () => keys.eventsOn(made.apiKey.id),
      (found) => found.length > 1,
    )

    expect(events.slice(0, 2)).toMatchObject([
      { action: 'apiKey.created', outcome: 'ALLOW', actor_principal: 'DEALER_ADMIN' },
      {
        action: 'apiKey.refused',
        outcome: 'DENY',
        actor_principal: 'SYSTEM',
        detail: { reason: 'KEY_ADDRESS_REFUSED' },
      },
    ])
    const minutes = Math.floor(Date.now() / 60_000) - minute + 1
    expect((await refusals(world, 'apiKey.refused')) - before).toBeLessThanOrEqual(minutes)
  })

  it('KEY-19 MUST say when it was last used, written at most once a minute and never backwards', async () => {
    const made = await keys.make()
    const started = Date.now()
    const uses = () =>
      world.sql<{ at: Date; version: string }>(
        `select at, xmin::text as version from identity.api_key_use where key_id = $1 and outcome = 'USED'`,
        [decodeId('ApiKey', made.apiKey.id)],
      )

    await keys.holderOf(made).send(ME)
    const first = await eventually(uses, (rows) => rows.length > 0)
    await later(1_100)
    await keys.holderOf(made).send(ME)
    await later(200)
    const second = await uses()
    const { data } = await keys.admin.send('{ apiKeys(first: 100) { edges { node { id lastUsedAt } } } }')
    const shown = data.apiKeys.edges.find(
      ({ node }: { node: { id: string } }) => node.id === made.apiKey.id,
    ).node

    expect(made.apiKey.lastUsedAt).toBeNull()
    if (Math.floor(started / 60_000) === Math.floor(Date.now() / 60_000)) expect(second).toEqual(first)
    expect(Date.parse(shown.lastUsedAt)).toBeGreaterThanOrEqual(started - 1_000)
  })
})

describe('a dump of the table of keys', () => {
  it('KEY-02 MUST open nothing: what it holds is no secret, and no secret is in it', async () => {
    const made = await keys.make()
    const rows = await world.sql<{ id: string; secret_mac: Buffer | null; text: string }>(
      'select id, secret_mac, k::text as text from identity.api_key k',
    )
    const secrets = [made.secret, ...world.network.apiKeys.map(({ id }) => demoApiKey(id))]

    for (const secret of secrets) {
      const part = parseApiKey(secret)?.secret ?? ''
      for (const { text } of rows) expect(text).not.toContain(part)
      expect(rows.some(({ secret_mac }) => secret_mac?.equals(keyMac(testKeys.pepper, part)))).toBe(true)
      expect(rows.some(({ secret_mac }) => secret_mac?.equals(keyMac(Buffer.alloc(32), part)))).toBe(false)
    }
  })

  it('KEY-03 MUST stay as it is: no second secret, no longer life, no way back from the end', async () => {
    const made = await keys.make()
    const id = decodeId('ApiKey', made.apiKey.id)
    await keys.revoke(made.apiKey.id)

    for (const change of [
      `secret_mac = decode(repeat('00', 32), 'hex'), last_four = 'abcd'`,
      `expires_at = expires_at + interval '1 day'`,
      'revoked_at = null',
    ])
      await expect(
        world.sql(`update identity.api_key set ${change} where id = $1`, [id]),
      ).rejects.toMatchObject({
        code: 'AU004',
      })
  })
})
