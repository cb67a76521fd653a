import { decodeId, encodeId } from '@autora/shared/request'
import { footprint } from '../attacks/footprint.js'
import { codeOf, KeyDesk, keyDeeds, type MadeKey, ME } from '../kit/api-keys.js'
import type { Client } from '../kit/client.js'
import { goodClaims, signToken } from '../kit/tokens.js'
import { startWorld, type World } from '../kit/world.js'

let world: World
let keys: KeyDesk
beforeAll(async () => {
  world = await startWorld()
  keys = new KeyDesk(world)
})
afterAll(() => world.close())

const personal = {
  scopes: ['customers:read', 'pii:contact'],
  reason: 'The booking tool calls customers back.',
}
const LEADS = '{ leads(first: 1) { edges { node { id } } } }'

describe('apiKeyRotate', () => {
  it('KEY-08 MUST give a new key with every setting of the old one, and let both work for the overlap', async () => {
    const old = await keys.make({
      purpose: 'LEAD_INTAKE',
      expiresInDays: 90,
      ipAllow: ['127.0.0.0/8', '2001:db8::/32'],
      ipDeny: ['192.0.2.7'],
      storeIds: [keys.storeId('north-one'), keys.storeId('north-two')],
    })

    const { data } = await keys.rotate(old.apiKey.id, { overlapHours: 2 })
    const { apiKey, secret, replaced } = data.apiKeyRotate
    const { id, createdAt, expiresAt, fingerprint, rotatedFrom, ...same } = apiKey

    const {
      id: _,
      createdAt: __,
      expiresAt: ___,
      fingerprint: ____,
      rotatedFrom: _____,
      ...before
    } = old.apiKey
    expect(same).toEqual(before)
    expect(same).toMatchObject({ ipAllow: ['127.0.0.0/8', '2001:db8::/32'], ipDeny: ['192.0.2.7/32'] })
    expect(rotatedFrom).toEqual({ id: old.apiKey.id })
    expect(id).not.toBe(old.apiKey.id)
    expect(fingerprint).not.toBe(old.apiKey.fingerprint)
    const hours = (from: unknown, to: unknown) =>
      (Date.parse(String(to)) - Date.parse(String(from))) / 3_600_000
    expect(hours(createdAt, expiresAt)).toBeCloseTo(90 * 24, 2)
    expect(hours(createdAt, replaced.expiresAt)).toBeCloseTo(2, 2)
    for (const key of [old.secret, secret])
      expect((await world.people.withCredential(key).send(ME)).status).toBe(200)
    expect((await keys.eventsOn(old.apiKey.id)).map(({ action }) => action)).toEqual([
      'apiKey.created',
      'apiKey.rotated',
    ])
    expect((await keys.eventsOn(id)).map(({ action }) => action)).toEqual(['apiKey.created'])
  })

  it('KEY-08 MUST let only the new one work after the overlap', async () => {
    const old = await keys.make()

    const { data } = await keys.admin.send(keyDeeds.rotate, { input: { id: old.apiKey.id, overlapHours: 0 } })
    const refused = await keys.holderOf(old).send(ME)

    expect((await keys.holderOf(data.apiKeyRotate).send(ME)).status).toBe(200)
    expect([refused.status, codeOf(refused)]).toEqual([401, 'KEY_EXPIRED'])
  })

  it('KEY-08 MUST never let the old one live longer than it would have', async () => {
    const old = await keys.make({ expiresInDays: 1 })

    const { data } = await keys.admin.send(keyDeeds.rotate, {
      input: { id: old.apiKey.id, overlapHours: 168 },
    })

    expect(data.apiKeyRotate.replaced.expiresAt).toBe(old.apiKey.expiresAt)
  })

  it.each<[string, (made: MadeKey) => Promise<unknown>, object, string]>([
    ['a key that was ended', ({ apiKey }) => keys.revoke(apiKey.id), {}, 'CONFLICT'],
    ['a key that was replaced already', ({ apiKey }) => keys.rotate(apiKey.id), {}, 'CONFLICT'],
    ['an overlap of more than a week', async () => undefined, { overlapHours: 169 }, 'INVALID'],
    ['an overlap of less than nothing', async () => undefined, { overlapHours: -1 }, 'INVALID'],
  ])('KEY-09 MUST refuse %s', async (_name, prepare, parts, code) => {
    const made = await keys.make()
    await prepare(made)
    const before = await footprint(world)

    const { data } = await keys.admin.send(keyDeeds.rotate, { input: { id: made.apiKey.id, ...parts } })

    expect(data.apiKeyRotate).toMatchObject({ apiKey: null, secret: null, userErrors: [{ code }] })
    expect(await footprint(world)).toEqual(before)
  })

  it('KEY-09 MUST refuse an expired key, a foreign one, and a key of the dealer in the hands of the platform', async () => {
    const expired = world.network.apiKeys.find(({ kind }) => kind === 'EXPIRED')
    const made = await keys.make()
    const before = await footprint(world)

    const over = await keys.admin.send(keyDeeds.rotate, {
      input: { id: encodeId('ApiKey', expired?.id ?? '') },
    })
    const foreign = await world.people.admin('south').send(keyDeeds.rotate, { input: { id: made.apiKey.id } })
    const platform = await world.people.owner().send(keyDeeds.rotate, { input: { id: made.apiKey.id } })

    expect(over.data.apiKeyRotate.userErrors[0].code).toBe('CONFLICT')
    expect(foreign.data.apiKeyRotate.userErrors[0].code).toBe('NOT_FOUND')
    expect(codeOf(platform)).toBe('ACCESS_DENIED')
    expect(await footprint(world)).toEqual(before)
  })

  it('KEY-10 MUST let a key replace itself, and no other one', async () => {
    const [mine, other] = [await keys.make(), await keys.make()]
    const OWN = `mutation R($input: ApiKeyRotateInput!) { apiKeyRotate(input: $input) {
      apiKey { id rotatedFrom { id } } secret userErrors { code } } }`

    const foreign = await keys.holderOf(mine).send(OWN, { input: { id: other.apiKey.id } })
    const own = await keys.holderOf(mine).send(OWN, { input: { id: mine.apiKey.id } })

    expect(foreign.data.apiKeyRotate).toEqual({
      apiKey: null,
      secret: null,
      userErrors: [{ code: 'NOT_FOUND' }],
    })
    expect(own.data.apiKeyRotate).toMatchObject({
      apiKey: { rotatedFrom: { id: mine.apiKey.id } },
      userErrors: [],
    })
    expect((await keys.holderOf(own.data.apiKeyRotate).send(ME)).status).toBe(200)
  })
})

describe('the making of a key', () => {
  it.each<[string, object, string, string]>([
    ['a network that is none', { ipAllow: ['192.0.2.0/33'] }, 'INVALID', 'ipAllow'],
    ['a name for a network', { ipDeny: ['example.test'] }, 'INVALID', 'ipDeny'],
    [
      'too many networks',
      { ipAllow: Array.from({ length: 51 }, (_, n) => `192.0.2.${n}`) },
      'INVALID',
      'ipAllow',
    ],
    ['a rate of nothing', { ratePerSecond: 0 }, 'INVALID', 'ratePerSecond'],
    ['a rate beyond all', { ratePerDay: 10_000_001 }, 'INVALID', 'ratePerDay'],
    ['a raised rate without a reason', { ratePerSecond: 3 }, 'REASON_REQUIRED', 'reason'],
    ['a purpose in small letters', { purpose: 'sales' }, 'INVALID', 'purpose'],
    ['a thumbprint that is none', { senderConstraint: { jkt: 'x' } }, 'INVALID', 'senderConstraint'],
    ['a start after its end', { notBefore: '2099-01-01T00:00:00Z' }, 'EXPIRY_OUT_OF_RANGE', 'notBefore'],
  ])('KEY-13 MUST not be made with %s', async (_name, parts, code, field) => {
    const before = await footprint(world)

    const { data } = await keys.admin.send(keyDeeds.create, keys.wanted(parts))

    expect(data.apiKeyCreate.userErrors).toEqual([{ code, field: [field] }])
    expect(await footprint(world)).toEqual(before)
  })

  it('KEY-14 MUST need a fresh sign-in with a second factor to be made', async () => {
    const { userId, id } = world.people.membership('DEALER_ADMIN', 'north')
    const stale = world.people.withCredential(
      await signToken(world.issuerKey, {
        ...goodClaims({ userId, membershipId: id }),
        auth_time: Math.floor(Date.now() / 1000) - 301,
      }),
    )
    const made = await keys.make()
    const before = await footprint(world)

    const created = await stale.send(keyDeeds.create, keys.wanted())
    const rotated = await stale.send(keyDeeds.rotate, { input: { id: made.apiKey.id } })

    expect([codeOf(created), codeOf(rotated)]).toEqual(['STEP_UP_REQUIRED', 'STEP_UP_REQUIRED'])
    expect(await footprint(world)).toEqual(before)
  })
})

const approve = (client: Client, id: string) => client.send(keyDeeds.decide, { input: { id, approve: true } })
const keysOf = (approvalId: string) =>
  world.sql<{ id: string; secret_mac: Buffer | null }>(
    'select id, secret_mac from identity.api_key where approval_id = $1',
    [decodeId('Approval', approvalId)],
  )

/** Asks for a key on personal data and lets a second admin approve it. */
async function approvedKey() {
  const asked = (await keys.admin.send(keyDeeds.create, keys.wanted(personal))).data.apiKeyCreate
  const alone = await approve(keys.admin, asked.approval.id)
  const { client: approver } = keys.secondAdmin('north')
  const approved = await approve(approver, asked.approval.id)
  const [key] = await keysOf(asked.approval.id)
  return { asked, alone, approved, approver, key, id: encodeId('ApiKey', key?.id ?? '') }
}

describe('a key that needs a second person', () => {
  it('KEY-15 MUST be asked for by one, approved by another, and have no secret until it is fetched', async () => {
    const { asked, alone, approved, key } = await approvedKey()

    expect(asked).toMatchObject({
      apiKey: null,
      secret: null,
      approval: { status: 'REQUESTED', isOwn: true },
      userErrors: [],
    })
    expect(alone.data.approvalDecide.userErrors).toEqual([{ code: 'SELF_APPROVAL_REFUSED' }])
    expect(approved.data.approvalDecide).toMatchObject({ approval: { status: 'APPROVED' }, userErrors: [] })
    expect(key?.secret_mac).toBeNull()
  })

  it('KEY-15 MUST give its secret once, to the one who asked', async () => {
    const { asked, approver, id } = await approvedKey()
    const claim = (client: Client) => client.send(keyDeeds.claim, { input: { id } })

    const byApprover = (await claim(approver)).data.apiKeyClaim
    const claimed = (await claim(keys.admin)).data.apiKeyClaim
    const again = (await claim(keys.admin)).data.apiKeyClaim

    expect(byApprover).toEqual({ apiKey: null, secret: null, userErrors: [{ code: 'NOT_FOUND' }] })
    expect(claimed).toMatchObject({
      apiKey: { status: 'ACTIVE', approval: { id: asked.approval.id }, scopes: personal.scopes },
      userErrors: [],
    })
    expect(again).toEqual({ apiKey: null, secret: null, userErrors: [{ code: 'CONFLICT' }] })
    expect((await keys.holderOf(claimed).send(ME)).status).toBe(200)
    const actions = (await keys.eventsOn(id)).map(({ action }) => action)
    expect(actions.slice(0, 2)).toEqual(['apiKey.created', 'apiKey.claimed'])
  })

  it('KEY-15 MUST gain no time by being replaced', async () => {
    const { id } = await approvedKey()
    const claimed = (await keys.admin.send(keyDeeds.claim, { input: { id } })).data.apiKeyClaim

    const { data } = await keys.rotate(id)

    expect(data.apiKeyRotate.apiKey.expiresAt).toBe(claimed.apiKey.expiresAt)
  })

  it('KEY-16 MUST be approved by a second owner where the platform asks', async () => {
    const [first, second] = world.network.memberships.filter(({ role }) => role === 'PLATFORM_OWNER')
    if (!first || !second) throw new Error('two owners are needed')
    const owner = world.people.as(first)
    const reason = 'One key for a partner that serves many groups.'

    const asked = (await owner.send(keyDeeds.create, keys.wanted({ reason }))).data.apiKeyCreate
    const byDealer = await approve(keys.admin, asked.approval.id)
    const byOwner = await approve(world.people.as(second), asked.approval.id)
    const [key] = await keysOf(asked.approval.id)
    const id = encodeId('ApiKey', key?.id ?? '')
    const claimed = await owner.send(keyDeeds.claim, { input: { id } })

    expect(byDealer.data.approvalDecide.userErrors).toEqual([{ code: 'NOT_FOUND' }])
    expect(byOwner.data.approvalDecide.userErrors).toEqual([])
    expect((await world.people.withCredential(claimed.data.apiKeyClaim.secret).send(LEADS)).status).toBe(200)
  })

  it('KEY-17 MUST not be made when the one who asked is gone by then', async () => {
    const { client, userId } = keys.secondAdmin('north')
    const asked = (await client.send(keyDeeds.create, keys.wanted(personal))).data.apiKeyCreate
    await world.sql('alter table identity.membership disable trigger must_be_audited')
    await world.sql('update identity.membership set valid_to = clock_timestamp() where user_id = $1', [
      userId,
    ])
    const before = await footprint(world)

    const { data } = await approve(keys.admin, asked.approval.id)

    expect(data.approvalDecide).toEqual({ approval: null, userErrors: [{ code: 'CONFLICT' }] })
    expect(await footprint(world)).toEqual(before)
    await world.sql(`update identity.membership set valid_to = 'infinity' where user_id = $1`, [userId])
  })
})
