import { demoApiKey } from '@autora/cli'
import { keyMac, parseApiKey } from '@autora/shared/api-key'
import { decodeId, encodeId } from '@autora/shared/request'
import { footprint, refusals } from '../attacks/footprint.js'
import { linkGateway } from '../attacks/linked-gateway.js'
import type { Answer, Client } from '../kit/client.js'
import { testKeys } from '../kit/secrets.js'
import { goodClaims, signToken } from '../kit/tokens.js'
import { startWorld, type World } from '../kit/world.js'

let world: World
let admin: Client
beforeAll(async () => {
  world = await startWorld()
  admin = world.people.admin('north')
})
afterAll(() => world.close())

const KEY = `id label scopes purpose status createdAt notBefore expiresAt revokedAt lastUsedAt ipAllow ipDeny fingerprint
  isSenderConstrained rate { perSecond perDay } stores { code } createdBy { id } approval { id } rotatedFrom { id }`
const CREATE = `mutation C($input: ApiKeyCreateInput!) { apiKeyCreate(input: $input) {
  apiKey { ${KEY} } secret approval { id status isOwn summary } userErrors { code field } } }`
const CLAIM = `mutation C($input: ApiKeyClaimInput!) { apiKeyClaim(input: $input) {
  apiKey { ${KEY} } secret userErrors { code } } }`
const ROTATE = `mutation R($input: ApiKeyRotateInput!) { apiKeyRotate(input: $input) {
  apiKey { ${KEY} } secret replaced { id expiresAt } userErrors { code field } } }`
const DECIDE = `mutation D($input: ApprovalDecideInput!) { approvalDecide(input: $input) {
  approval { id status } userErrors { code } } }`
const ME = '{ me { principal } }'
const LEADS = '{ leads(first: 1) { edges { node { id } } } }'

const storeId = (code: string) => encodeId('Store', world.people.store(code).id)
const groupOf = (code: string) => world.people.store(code).groupId
const appOf = (group: string) =>
  encodeId(
    'PartnerApp',
    world.network.partnerApps.find(({ groupId }) => groupId === groupOf(`${group}-one`))?.id ?? '',
  )
const wanted = (parts: object = {}) => ({
  input: {
    appId: appOf('north'),
    label: 'Website leads',
    scopes: ['leads:create', 'leads:read.own'],
    storeIds: [storeId('north-one')],
    ...parts,
  },
})
const personal = {
  scopes: ['customers:read', 'pii:contact'],
  reason: 'The booking tool calls customers back.',
}

interface Made {
  readonly apiKey: Record<string, unknown> & { id: string; expiresAt: string }
  readonly secret: string
}
async function makeKey(parts: object = {}, by = admin): Promise<Made> {
  const { errors, data } = await by.send(CREATE, wanted(parts))
  expect([errors, data.apiKeyCreate.userErrors]).toEqual([[], []])
  return data.apiKeyCreate
}
const holderOf = ({ secret }: Made) => world.people.withCredential(secret)
const codeOf = ({ errors }: Answer) => errors[0]?.extensions.code
const eventsOn = (id: string) =>
  world.sql<{ action: string; outcome: string; detail: Record<string, unknown>; actor_principal: string }>(
    'select action, outcome, detail, actor_principal from audit.event where target_id = $1 order by id',
    [decodeId('ApiKey', id)],
  )
const later = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
/** A second group-wide admin of a group, who is not the first. */
const secondAdmin = (group: string) => {
  const first = world.people.membership('DEALER_ADMIN', group)
  const other = world.network.memberships.find(
    ({ role, tenantId, storeId: store, userId }) =>
      role === 'DEALER_ADMIN' && tenantId === first.tenantId && store === null && userId !== first.userId,
  )
  if (!other) throw new Error(`no second admin of ${group}`)
  return { client: world.people.as(other), userId: other.userId }
}
/** Waits for what is noted beside the way of requests. */
async function eventually<T>(ask: () => Promise<T>, done: (found: T) => boolean): Promise<T> {
  for (let tries = 0; ; tries += 1) {
    const found = await ask()
    if (done(found) || tries === 100) return found
    await later(20)
  }
}

describe('apiKeyRotate', () => {
  it('KEY-08 MUST give a new key with every setting of the old one, and let both work for the overlap', async () => {
    const old = await makeKey({
      purpose: 'LEAD_INTAKE',
      expiresInDays: 90,
      ipAllow: ['127.0.0.0/8', '2001:db8::/32'],
      ipDeny: ['192.0.2.7'],
      storeIds: [storeId('north-one'), storeId('north-two')],
    })

    const { data } = await admin.send(ROTATE, { input: { id: old.apiKey.id, overlapHours: 2 } })
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
    expect((await eventsOn(old.apiKey.id)).map(({ action }) => action)).toEqual([
      'apiKey.created',
      'apiKey.rotated',
    ])
    expect((await eventsOn(id)).map(({ action }) => action)).toEqual(['apiKey.created'])
  })

  it('KEY-08 MUST let only the new one work after the overlap', async () => {
    const old = await makeKey()

    const { data } = await admin.send(ROTATE, { input: { id: old.apiKey.id, overlapHours: 0 } })
    const refused = await holderOf(old).send(ME)

    expect((await holderOf(data.apiKeyRotate).send(ME)).status).toBe(200)
    expect([refused.status, codeOf(refused)]).toEqual([401, 'KEY_EXPIRED'])
  })

  it('KEY-08 MUST never let the old one live longer than it would have', async () => {
    const old = await makeKey({ expiresInDays: 1 })

    const { data } = await admin.send(ROTATE, { input: { id: old.apiKey.id, overlapHours: 168 } })

    expect(data.apiKeyRotate.replaced.expiresAt).toBe(old.apiKey.expiresAt)
  })

  it.each<[string, (made: Made) => Promise<unknown>, object, string]>([
    ['a key that was ended', ({ apiKey }) => revoke(apiKey.id), {}, 'CONFLICT'],
    ['a key that was replaced already', ({ apiKey }) => rotate(apiKey.id), {}, 'CONFLICT'],
    ['an overlap of more than a week', async () => undefined, { overlapHours: 169 }, 'INVALID'],
    ['an overlap of less than nothing', async () => undefined, { overlapHours: -1 }, 'INVALID'],
  ])('KEY-09 MUST refuse %s', async (_name, prepare, parts, code) => {
    const made = await makeKey()
    await prepare(made)
    const before = await footprint(world)

    const { data } = await admin.send(ROTATE, { input: { id: made.apiKey.id, ...parts } })

    expect(data.apiKeyRotate).toMatchObject({ apiKey: null, secret: null, userErrors: [{ code }] })
    expect(await footprint(world)).toEqual(before)
  })

  it('KEY-09 MUST refuse an expired key, a foreign one, and a key of the dealer in the hands of the platform', async () => {
    const expired = world.network.apiKeys.find(({ kind }) => kind === 'EXPIRED')
    const made = await makeKey()
    const before = await footprint(world)

    const over = await admin.send(ROTATE, { input: { id: encodeId('ApiKey', expired?.id ?? '') } })
    const foreign = await world.people.admin('south').send(ROTATE, { input: { id: made.apiKey.id } })
    const platform = await world.people.owner().send(ROTATE, { input: { id: made.apiKey.id } })

    expect(over.data.apiKeyRotate.userErrors[0].code).toBe('CONFLICT')
    expect(foreign.data.apiKeyRotate.userErrors[0].code).toBe('NOT_FOUND')
    expect(codeOf(platform)).toBe('ACCESS_DENIED')
    expect(await footprint(world)).toEqual(before)
  })

  it('KEY-10 MUST let a key replace itself, and no other one', async () => {
    const [mine, other] = [await makeKey(), await makeKey()]
    const OWN = `mutation R($input: ApiKeyRotateInput!) { apiKeyRotate(input: $input) {
      apiKey { id rotatedFrom { id } } secret userErrors { code } } }`

    const foreign = await holderOf(mine).send(OWN, { input: { id: other.apiKey.id } })
    const own = await holderOf(mine).send(OWN, { input: { id: mine.apiKey.id } })

    expect(foreign.data.apiKeyRotate).toEqual({
      apiKey: null,
      secret: null,
      userErrors: [{ code: 'NOT_FOUND' }],
    })
    expect(own.data.apiKeyRotate).toMatchObject({
      apiKey: { rotatedFrom: { id: mine.apiKey.id } },
      userErrors: [],
    })
    expect((await holderOf(own.data.apiKeyRotate).send(ME)).status).toBe(200)
  })
})

const revoke = (id: string) =>
  admin.send(
    'mutation R($input: ApiKeyRevokeInput!) { apiKeyRevoke(input: $input) { userErrors { code } } }',
    { input: { id } },
  )
const rotate = (id: string) => admin.send(ROTATE, { input: { id } })

describe('the one who answers for a key', () => {
  const end = (userId: string) =>
    world.sql(
      `update identity.membership set valid_to = clock_timestamp(), version = version + 1 where user_id = $1`,
      [userId],
    )

  it('KEY-06 MUST bound it: it shrinks with him on the next call, and ends with him', async () => {
    const { client, userId } = secondAdmin('south')
    const made = await makeKey(
      { appId: appOf('south'), storeIds: [storeId('south-one'), storeId('south-two')] },
      client,
    )
    const stores = async () => (await holderOf(made).send('{ me { stores { code } } }')).data?.me.stores
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
    const refused = await holderOf(made).send(ME)

    expect(before).toEqual([{ code: 'south-one' }, { code: 'south-two' }])
    expect(narrower).toEqual([{ code: 'south-one' }])
    expect([refused.status, codeOf(refused)]).toEqual([401, 'UNAUTHENTICATED'])
    expect(world.logLines.join('\n')).toContain('CREATOR_GONE')

    const taken = await world.people.admin('south').send(ROTATE, { input: { id: made.apiKey.id } })

    expect(taken.data.apiKeyRotate.userErrors).toEqual([])
    expect((await holderOf(taken.data.apiKeyRotate).send(ME)).status).toBe(200)
  })
})

describe('where and when a key works', () => {
  it('KEY-11 MUST be where its lists say, and the wrong place is told to nobody but its holder', async () => {
    const here = await makeKey({ ipAllow: ['127.0.0.1'] })
    const elsewhere = await makeKey({ ipAllow: ['192.0.2.0/24', '2001:db8::/32'] })
    const denied = await makeKey({ ipAllow: ['127.0.0.0/8'], ipDeny: ['127.0.0.1/32'] })

    expect((await holderOf(here).send(ME)).status).toBe(200)
    for (const key of [elsewhere, denied]) {
      const answer = await holderOf(key).send(ME, {}, { 'x-forwarded-for': '192.0.2.1' })
      expect([answer.status, codeOf(answer)]).toEqual([401, 'KEY_ADDRESS_REFUSED'])
    }
  })

  it('KEY-11 MUST believe a proxy of ours, and what stands left of its word to nobody', async () => {
    const key = await makeKey({ ipAllow: ['192.0.2.0/24'] })
    const linked = await linkGateway(world, {
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
    const key = await makeKey({ notBefore: new Date(Date.now() + 2_500).toISOString() })

    const early = await holderOf(key).send(ME)
    await later(3_000)
    const due = await holderOf(key).send(ME)

    expect(key.apiKey.status).toBe('SCHEDULED')
    expect([early.status, codeOf(early)]).toEqual([401, 'KEY_NOT_YET_VALID'])
    expect(due.status).toBe(200)
  })

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

    const { data } = await admin.send(CREATE, wanted(parts))

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
    const made = await makeKey()
    const before = await footprint(world)

    const created = await stale.send(CREATE, wanted())
    const rotated = await stale.send(ROTATE, { input: { id: made.apiKey.id } })

    expect([codeOf(created), codeOf(rotated)]).toEqual(['STEP_UP_REQUIRED', 'STEP_UP_REQUIRED'])
    expect(await footprint(world)).toEqual(before)
  })
})

describe('a key that needs a second person', () => {
  const approve = (client: Client, id: string) => client.send(DECIDE, { input: { id, approve: true } })
  const keysOf = async (approvalId: string) =>
    world.sql<{ id: string; secret_mac: Buffer | null }>(
      'select id, secret_mac from identity.api_key where approval_id = $1',
      [decodeId('Approval', approvalId)],
    )

  it('KEY-15 MUST be asked for, approved by another, and its secret fetched once by the one who asked', async () => {
    const asked = (await admin.send(CREATE, wanted(personal))).data.apiKeyCreate
    const alone = await approve(admin, asked.approval.id)
    const { client } = secondAdmin('north')
    const approved = await approve(client, asked.approval.id)
    const [key] = await keysOf(asked.approval.id)
    const id = encodeId('ApiKey', key?.id ?? '')
    const byApprover = await client.send(CLAIM, { input: { id } })
    const claimed = await admin.send(CLAIM, { input: { id } })
    const again = await admin.send(CLAIM, { input: { id } })

    expect(asked).toMatchObject({
      apiKey: null,
      secret: null,
      approval: { status: 'REQUESTED', isOwn: true },
      userErrors: [],
    })
    expect(alone.data.approvalDecide.userErrors).toEqual([{ code: 'SELF_APPROVAL_REFUSED' }])
    expect(approved.data.approvalDecide).toMatchObject({ approval: { status: 'APPROVED' }, userErrors: [] })
    expect(key?.secret_mac).toBeNull()
    expect(byApprover.data.apiKeyClaim).toEqual({
      apiKey: null,
      secret: null,
      userErrors: [{ code: 'NOT_FOUND' }],
    })
    expect(claimed.data.apiKeyClaim).toMatchObject({
      apiKey: {
        status: 'ACTIVE',
        approval: { id: asked.approval.id },
        scopes: ['customers:read', 'pii:contact'],
      },
      userErrors: [],
    })
    expect(again.data.apiKeyClaim).toEqual({ apiKey: null, secret: null, userErrors: [{ code: 'CONFLICT' }] })
    expect((await world.people.withCredential(claimed.data.apiKeyClaim.secret).send(ME)).status).toBe(200)
    expect((await eventsOn(id)).map(({ action }) => action).slice(0, 2)).toEqual([
      'apiKey.created',
      'apiKey.claimed',
    ])

    const rotated = await admin.send(ROTATE, { input: { id } })

    expect(rotated.data.apiKeyRotate.apiKey.expiresAt).toBe(claimed.data.apiKeyClaim.apiKey.expiresAt)
  })

  it('KEY-16 MUST be approved by a second owner where the platform asks', async () => {
    const [first, second] = world.network.memberships.filter(({ role }) => role === 'PLATFORM_OWNER')
    if (!first || !second) throw new Error('two owners are needed')
    const owner = world.people.as(first)
    const reason = 'One key for a partner that serves many groups.'

    const asked = (await owner.send(CREATE, wanted({ reason }))).data.apiKeyCreate
    const byDealer = await approve(admin, asked.approval.id)
    const byOwner = await approve(world.people.as(second), asked.approval.id)
    const [key] = await keysOf(asked.approval.id)
    const id = encodeId('ApiKey', key?.id ?? '')
    const claimed = await owner.send(CLAIM, { input: { id } })

    expect(byDealer.data.approvalDecide.userErrors).toEqual([{ code: 'NOT_FOUND' }])
    expect(byOwner.data.approvalDecide.userErrors).toEqual([])
    expect((await world.people.withCredential(claimed.data.apiKeyClaim.secret).send(LEADS)).status).toBe(200)
  })

  it('KEY-17 MUST not be made when the one who asked is gone by then', async () => {
    const { client, userId } = secondAdmin('north')
    const asked = (await client.send(CREATE, wanted(personal))).data.apiKeyCreate
    await world.sql('alter table identity.membership disable trigger must_be_audited')
    await world.sql('update identity.membership set valid_to = clock_timestamp() where user_id = $1', [
      userId,
    ])
    const before = await footprint(world)

    const { data } = await approve(admin, asked.approval.id)

    expect(data.approvalDecide).toEqual({ approval: null, userErrors: [{ code: 'CONFLICT' }] })
    expect(await footprint(world)).toEqual(before)
    await world.sql(`update identity.membership set valid_to = 'infinity' where user_id = $1`, [userId])
  })
})

describe('the trail of a key', () => {
  it('KEY-18 MUST hold its refusals, one for each reason and minute', async () => {
    const made = await makeKey({ ipAllow: ['192.0.2.0/24'] })
    const before = await refusals(world, 'apiKey.refused')
    const minute = Math.floor(Date.now() / 60_000)

    for (let tries = 0; tries < 5; tries += 1) await holderOf(made).send(ME)
    const events = await eventually(
      () => eventsOn(made.apiKey.id),
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
    const made = await makeKey()
    const started = Date.now()
    const uses = () =>
      world.sql<{ at: Date; version: string }>(
        `select at, xmin::text as version from identity.api_key_use where key_id = $1 and outcome = 'USED'`,
        [decodeId('ApiKey', made.apiKey.id)],
      )

    await holderOf(made).send(ME)
    const first = await eventually(uses, (rows) => rows.length > 0)
    await later(1_100)
    await holderOf(made).send(ME)
    await later(200)
    const second = await uses()
    const { data } = await admin.send('{ apiKeys(first: 100) { edges { node { id lastUsedAt } } } }')
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
    const made = await makeKey()
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
    const made = await makeKey()
    const id = decodeId('ApiKey', made.apiKey.id)
    await revoke(made.apiKey.id)

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
