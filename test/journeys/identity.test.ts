import { demoApiKey } from '@autora/cli'
import { parseApiKey } from '@autora/shared/api-key'
import { encodeId } from '@autora/shared/request'
import { footprint } from '../attacks/footprint.js'
import type { Client } from '../kit/client.js'
import { startWorld, type World } from '../kit/world.js'

let world: World
let admin: Client
beforeAll(async () => {
  world = await startWorld()
  admin = world.people.admin('north')
})
afterAll(() => world.close())

const CREATE = `mutation K($input: ApiKeyCreateInput!) { apiKeyCreate(input: $input) {
  apiKey { id prefix lastFour scopes status purpose label expiresAt stores { code } } secret userErrors { code field } } }`
const REVOKE = `mutation R($input: ApiKeyRevokeInput!) { apiKeyRevoke(input: $input) {
  apiKey { id status revokedAt } userErrors { code field } } }`
const KEYS = '{ apiKeys(first: 100) { edges { node { id label stores { code } } } } }'

const storeId = (code: string) => encodeId('Store', world.people.store(code).id)
const appOf = (group: string) => {
  const { groupId } = world.people.store(`${group}-one`)
  return encodeId('PartnerApp', world.network.partnerApps.find((app) => app.groupId === groupId)?.id ?? '')
}
const wanted = (parts: object = {}) => ({
  input: {
    appId: appOf('north'),
    label: 'Website leads',
    scopes: ['leads:create', 'leads:read.own'],
    storeIds: [storeId('north-one')],
    ...parts,
  },
})
const lead = (code: string) => ({
  input: {
    storeId: storeId(code),
    customer: { firstName: 'Nobody', emails: ['nobody@example.test'] },
    interest: 'BUY',
    source: 'PARTNER',
  },
})
const LEAD =
  'mutation L($input: LeadCreateInput!) { leadCreate(input: $input) { lead { id } userErrors { code } } }'

/** Makes a key. @returns its id and the whole key. */
async function makeKey(parts: object = {}): Promise<{ id: string; secret: string }> {
  const answer = await admin.send(CREATE, wanted(parts))
  expect(answer.errors).toEqual([])
  expect(answer.data.apiKeyCreate.userErrors).toEqual([])
  return { id: answer.data.apiKeyCreate.apiKey.id, secret: answer.data.apiKeyCreate.secret }
}

const eventsOn = async (targetId: string) => {
  const answer = await admin.send(
    'query T($f: AuditEventFilter) { auditEvents(filter: $f) { edges { node { action actorPrincipal targetType } } } }',
    { f: { targetId } },
  )
  return answer.data.auditEvents.edges.map(({ node }: { node: object }) => node)
}

describe('apiKeyCreate', () => {
  it('JRN-10 MUST show the whole key once, and describe it as it is', async () => {
    const answer = await admin.send(CREATE, wanted({ expiresInDays: 30 }))
    const { apiKey, secret } = answer.data.apiKeyCreate
    const listed = await admin.send(
      '{ apiKeys(first: 100) { edges { node { id lastFour prefix label purpose } } } }',
    )
    const stored = await world.sql<{ text: string }>('select k::text as text from identity.api_key k')

    expect(apiKey).toMatchObject({
      prefix: secret.slice(0, 44),
      lastFour: secret.slice(-4),
      scopes: ['leads:create', 'leads:read.own'],
      status: 'ACTIVE',
      purpose: 'SALES_ENQUIRY',
      stores: [{ code: 'north-one' }],
    })
    expect(encodeId('ApiKey', parseApiKey(secret)?.id ?? '')).toBe(apiKey.id)
    expect(listed.text).toContain(apiKey.id)
    for (const text of [listed.text, ...stored.map((row) => row.text), ...world.logLines])
      expect(text).not.toContain(parseApiKey(secret)?.secret)
    expect(await eventsOn(apiKey.id)).toEqual([
      { action: 'apiKey.created', actorPrincipal: 'DEALER_ADMIN', targetType: 'ApiKey' },
    ])
  })

  it('JRN-16 MUST be recognised by what is shown of a key: its beginning and its last four characters', async () => {
    const answer = await admin.send('{ apiKeys(first: 100) { edges { node { id prefix lastFour } } } }')
    const shown = new Map(
      answer.data.apiKeys.edges.map(({ node }: { node: { id: string } }) => [node.id, node]),
    )
    const keys = world.network.apiKeys.filter(
      ({ groupId }) => groupId === world.people.store('north-one').groupId,
    )

    expect(keys.map(({ id }) => shown.get(encodeId('ApiKey', id)))).toEqual(
      keys.map(({ id }) => ({
        id: encodeId('ApiKey', id),
        prefix: demoApiKey(id).slice(0, 44),
        lastFour: demoApiKey(id).slice(-4),
      })),
    )
  })

  it('JRN-11 MUST make a key that works at once, at its store and at no other', async () => {
    const { secret } = await makeKey()
    const partner = world.people.withCredential(secret)

    const own = await partner.send(LEAD, lead('north-one'))
    const before = await footprint(world)
    const sibling = await partner.send(LEAD, lead('north-two'))
    const foreign = await partner.send(LEAD, lead('south-one'))
    const adf = await partner.post('/intake/adf', '<adf/>', {
      'content-type': 'application/xml',
      'x-autora-store-code': 'north-two',
    })

    expect(own.data.leadCreate).toEqual({ lead: { id: expect.stringMatching(/^led_/) }, userErrors: [] })
    for (const answer of [sibling, foreign])
      expect(answer.data.leadCreate).toEqual({ lead: null, userErrors: [{ code: 'NOT_FOUND' }] })
    expect(adf.status).toBe(422)
    expect(await footprint(world)).toEqual(before)
  })

  it('JRN-12 MUST give a key no more than its scopes', async () => {
    const { secret } = await makeKey({ scopes: ['leads:create'] })

    const answer = await world.people
      .withCredential(secret)
      .send('{ leads(first: 1) { edges { node { id } } } }')

    expect(answer.status).toBe(403)
    expect(answer.errors[0]?.extensions).toMatchObject({ code: 'ACCESS_DENIED', reason: 'SCOPE_MISSING' })
  })

  it.each<[string, () => object, string, string[] | null]>([
    [
      'contact data without a reason',
      () => ({ scopes: ['leads:create', 'pii:contact'] }),
      'REASON_REQUIRED',
      ['reason'],
    ],
    ['identity data without a reason', () => ({ scopes: ['pii:identity'] }), 'REASON_REQUIRED', ['reason']],
    ['an unknown scope', () => ({ scopes: ['leads:create', 'admin:all'] }), 'SCOPE_NOT_ALLOWED', ['scopes']],
    ['a scope in capitals', () => ({ scopes: ['LEADS:CREATE'] }), 'SCOPE_NOT_ALLOWED', ['scopes']],
    ['no scope', () => ({ scopes: [] }), 'INVALID', ['scopes']],
    ['no store', () => ({ storeIds: [] }), 'INVALID', ['storeIds']],
    ['a store of another group', () => ({ storeIds: [storeId('south-one')] }), 'NOT_FOUND', null],
    [
      'a store of another group among own ones',
      () => ({ storeIds: [storeId('north-one'), storeId('south-one')] }),
      'NOT_FOUND',
      null,
    ],
    ['an application of another group', () => ({ appId: appOf('south') }), 'NOT_FOUND', null],
    ['an application that is none', () => ({ appId: 'app_x' }), 'NOT_FOUND', null],
    ['no day to live', () => ({ expiresInDays: 0 }), 'EXPIRY_OUT_OF_RANGE', ['expiresInDays']],
    ['more than a year', () => ({ expiresInDays: 366 }), 'EXPIRY_OUT_OF_RANGE', ['expiresInDays']],
    ['less than nothing', () => ({ expiresInDays: -1 }), 'EXPIRY_OUT_OF_RANGE', ['expiresInDays']],
    ['no name', () => ({ label: '   ' }), 'INVALID', ['label']],
    ['a name in two lines', () => ({ label: 'a\nb' }), 'INVALID', ['label']],
    ['a name too long', () => ({ label: 'x'.repeat(81) }), 'INVALID', ['label']],
  ])('JRN-13 MUST refuse %s and make nothing', async (_name, parts, code, field) => {
    const before = await footprint(world)

    const answer = await admin.send(CREATE, wanted(parts()))

    expect(answer.data.apiKeyCreate).toEqual({ apiKey: null, secret: null, userErrors: [{ code, field }] })
    expect(await footprint(world)).toEqual(before)
  })

  it.each([1, 365])('JRN-14 MUST make a key that lives %i days, to the hour', async (days) => {
    const answer = await admin.send(CREATE, wanted({ expiresInDays: days }))
    const { id } = parseApiKey(answer.data.apiKeyCreate.secret) ?? {}

    const [row] = await world.sql<{ days: number }>(
      `select extract(epoch from expires_at - created_at) / 86400 as days from identity.api_key where id = $1`,
      [id],
    )

    expect(Number(row?.days)).toBeCloseTo(days, 1)
  })

  it.each([
    ['sales', () => world.people.sales('north-one')],
    ['marketing', () => world.people.marketing('north-one')],
    ['a partner', () => world.people.partner('north-one', 'FULL')],
    ['support', () => world.people.support()],
    ['an analyst', () => world.people.analyst('north-one')],
  ])('JRN-15 MUST be no business of %s', async (_name, client) => {
    const before = await footprint(world)

    const created = await client().send(CREATE, wanted())

    expect(created.status).toBe(403)
    expect(created.errors[0]?.extensions.code).toBe('ACCESS_DENIED')
    expect(await footprint(world)).toEqual(before)
  })
})

describe('apiKeyRevoke', () => {
  it('JRN-20 MUST end a key within two seconds, once, and stay ended', async () => {
    const { id, secret } = await makeKey()
    const partner = world.people.withCredential(secret)
    expect((await partner.send('{ me { principal } }')).status).toBe(200)

    const revoked = await admin.send(REVOKE, { input: { id } })
    const again = await admin.send(REVOKE, { input: { id } })
    await new Promise((resolve) => setTimeout(resolve, 2000))
    const refused = await partner.send('{ me { principal } }')

    expect(revoked.data.apiKeyRevoke).toMatchObject({ apiKey: { id, status: 'REVOKED' }, userErrors: [] })
    expect(again.data).toEqual(revoked.data)
    expect([refused.status, refused.errors[0]?.extensions.code]).toEqual([401, 'UNAUTHENTICATED'])
    expect((await eventsOn(id)).map(({ action }: { action: string }) => action)).toEqual([
      'apiKey.refused',
      'apiKey.revoked',
      'apiKey.created',
    ])
  })

  it('JRN-21 MUST reach the keys of own stores only: others are not there, neither to see nor to end', async () => {
    const ofTwo = await makeKey({ storeIds: [storeId('north-two')] })
    const ofBoth = await makeKey({ storeIds: [storeId('north-one'), storeId('north-two')] })
    const ofOne = await makeKey()
    const storeAdmin = world.people.admin('north-one')
    const before = await footprint(world)

    const listed = await storeAdmin.send(KEYS)
    const ended = await Promise.all(
      [ofTwo.id, ofBoth.id, 'key_00000000000040008000000000000000', 'x'].map((id) =>
        storeAdmin.send(REVOKE, { input: { id } }, { 'x-request-id': 'same-bytes-1' }),
      ),
    )
    const foreign = await world.people.admin('south').send(REVOKE, { input: { id: ofOne.id } })

    expect(listed.text).toContain(ofOne.id)
    expect(listed.text).not.toContain(ofTwo.id)
    expect(listed.text).not.toContain(ofBoth.id)
    expect(new Set(ended.map(({ text }) => text)).size).toBe(1)
    for (const { data } of [...ended, foreign])
      expect(data.apiKeyRevoke).toEqual({ apiKey: null, userErrors: [{ code: 'NOT_FOUND', field: null }] })
    expect(await footprint(world)).toEqual(before)
  })

  it('JRN-22 MUST let a partner see and end keys of its application within its stores, and none beside', async () => {
    const mine = await makeKey({ storeIds: [storeId('north-three')] })
    const other = await makeKey({ storeIds: [storeId('north-one')] })
    const wider = await makeKey({ storeIds: [storeId('north-one'), storeId('north-three')] })
    const partner = world.people.withCredential(mine.secret)

    const listed = await partner.send('{ apiKeys(first: 100) { edges { node { id status } } } }')
    const foreign = await partner.send(REVOKE, { input: { id: other.id } })
    const above = await partner.send(REVOKE, { input: { id: wider.id } })
    const own = await partner.send(
      'mutation R($input: ApiKeyRevokeInput!) { apiKeyRevoke(input: $input) { apiKey { id status } userErrors { code field } } }',
      { input: { id: mine.id } },
    )

    const ids = listed.data.apiKeys.edges.map(({ node }: { node: { id: string } }) => node.id)
    expect(ids).toContain(mine.id)
    for (const { id } of [other, wider]) expect(ids).not.toContain(id)
    for (const answer of [foreign, above])
      expect(answer.data.apiKeyRevoke.userErrors).toEqual([{ code: 'NOT_FOUND', field: null }])
    expect(own.data.apiKeyRevoke).toEqual({ apiKey: { id: mine.id, status: 'REVOKED' }, userErrors: [] })
  })
})

describe('storeConfigure', () => {
  const CONFIGURE = `mutation S($input: StoreConfigureInput!) { storeConfigure(input: $input) {
    store { slaMinutes openingHours version } userErrors { code field } } }`
  const configure = (client: Client, code: string, changes: object, version?: number) =>
    client.send(CONFIGURE, {
      input: { id: storeId(code), changes, ...(version !== undefined && { version }) },
    })
  const storeOf = async (code: string) =>
    (
      await admin.send('query S($id: ID!) { store(id: $id) { slaMinutes openingHours version } }', {
        id: storeId(code),
      })
    ).data.store

  it('JRN-30 MUST change what is named, count the version, and write one event', async () => {
    const { version, slaMinutes } = await storeOf('north-three')

    const changed = await configure(admin, 'north-three', { openingHours: 'Mo-Fr 07:00-18:00' }, version)
    const again = await configure(admin, 'north-three', { openingHours: 'Mo-Fr 07:00-18:00' })

    expect(changed.data.storeConfigure).toEqual({
      store: { slaMinutes, openingHours: 'Mo-Fr 07:00-18:00', version: version + 1 },
      userErrors: [],
    })
    expect(again.data).toEqual(changed.data)
    expect(await eventsOn(storeId('north-three'))).toEqual([
      { action: 'store.configured', actorPrincipal: 'DEALER_ADMIN', targetType: 'Store' },
    ])
  })

  it.each<[string, () => Client, string, object, number | undefined, string]>([
    ['over somebody else', () => admin, 'north-one', { slaMinutes: 5 }, 999, 'CONFLICT'],
    ['to no minute', () => admin, 'north-one', { slaMinutes: 0 }, undefined, 'INVALID'],
    ['to more than a day', () => admin, 'north-one', { slaMinutes: 1441 }, undefined, 'INVALID'],
    ['to hours in two lines', () => admin, 'north-one', { openingHours: 'a\nb' }, undefined, 'INVALID'],
    ['to no hours', () => admin, 'north-one', { openingHours: '' }, undefined, 'INVALID'],
    ['of another group', () => admin, 'south-one', { slaMinutes: 5 }, undefined, 'NOT_FOUND'],
    [
      'of another store',
      () => world.people.admin('north-one'),
      'north-two',
      { slaMinutes: 5 },
      undefined,
      'NOT_FOUND',
    ],
  ])(
    'JRN-31 MUST refuse a change %s and leave it as it is',
    async (_name, client, code, changes, version, refusal) => {
      const before = await footprint(world)

      const answer = await configure(client(), code, changes, version)

      expect(answer.data.storeConfigure.store).toBeNull()
      expect(answer.data.storeConfigure.userErrors.map((error: { code: string }) => error.code)).toEqual([
        refusal,
      ])
      expect(await footprint(world)).toEqual(before)
    },
  )
})
