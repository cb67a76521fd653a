import { encodeId } from '@autora/shared/request'
import { Client as Database } from 'pg'
import { footprint, refusals } from '../attacks/footprint.js'
import { Client } from '../kit/client.js'
import { giveDealerAdmin } from '../kit/dealer-admin.js'
import { actorOf, sealFor } from '../kit/direct-call.js'
import { supportUnderGrant, uuidIn } from '../kit/support.js'
import { goodClaims, signToken } from '../kit/tokens.js'
import { startWorld, type World } from '../kit/world.js'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.close())

const FIELDS =
  'code openingHours timezone routing slaMinutes version brands { code } openingTimes { day opens closes }'
const CONFIGURE = `mutation C($input: StoreConfigureInput!) { storeConfigure(input: $input) { store { ${FIELDS} } userErrors { code field } } }`
const CREATE = `mutation S($input: StoreCreateInput!) { storeCreate(input: $input) { store { id ${FIELDS} } userErrors { code field } } }`
const ENTITY = `mutation E($input: LegalEntityCreateInput!) { legalEntityCreate(input: $input) {
  legalEntity { id name registrationNumber version storesIdentityNumbers } userErrors { code field } } }`
const CHANGE = `mutation L($input: LegalEntityUpdateInput!) { legalEntityUpdate(input: $input) {
  legalEntity { informationOfficer version storesIdentityNumbers } userErrors { code field } } }`
const GROUP = `mutation G($input: DealerGroupCreateInput!) { dealerGroupCreate(input: $input) { dealerGroup { id } } }`
const READ = `query R($id: ID!) { store(id: $id) { ${FIELDS} } }`

const absent = '00000000000040008000000000000000'
const storeId = (code: string) => encodeId('Store', world.people.store(code).id)
const groupId = (code: string) => encodeId('DealerGroup', world.people.store(`${code}-one`).groupId)
const entityId = (code: string) => encodeId('LegalEntity', world.people.store(code).legalEntityId)
const configure = (client: Client, code: string, changes: object, version?: number) =>
  client.send(CONFIGURE, { input: { id: storeId(code), changes, version } })

let made = 0
/** A dealer group without anybody. @returns its id. */
async function newGroup(): Promise<string> {
  made += 1
  const answer = await world.people
    .owner()
    .send(GROUP, { input: { code: `fresh-${made}`, name: 'Fresh', kind: 'INDEPENDENT_GROUP' } })
  return answer.data.dealerGroupCreate.dealerGroup.id
}

/** The first Dealer Admin of a group. */
async function firstAdmin(group: string): Promise<Client> {
  const subject = await giveDealerAdmin(world, uuidIn(group))
  return new Client(world.gatewayUrl, () => signToken(world.issuerKey, goodClaims(subject)))
}

/** Sends something that must be refused: nothing changes and one row says so. @returns the codes. */
async function refused(send: () => ReturnType<Client['send']>): Promise<string[]> {
  const before = await footprint(world)
  const denied = await refusals(world)
  const answer = await send()
  expect(await footprint(world)).toEqual(before)
  expect(await refusals(world)).toBe(denied + 1)
  const payload = Object.values(answer.data ?? {})[0] as
    | { userErrors?: { code: string }[] }
    | null
    | undefined
  return [
    ...answer.errors.map(({ extensions }) => extensions.code),
    ...(payload?.userErrors ?? []).map(({ code }) => code),
  ]
}

describe('storeConfigure', () => {
  const [hours, zone] = ['Mo-Fr 07:00-12:00,13:00-18:00; Sa 08:00-13:00', 'Africa/Windhoek']

  const lastDetail = async (client: Client) => {
    const { data } = await client.send('{ auditEvents(first: 1) { edges { node { detail } } } }')
    return JSON.parse(data.auditEvents.edges[0].node.detail)
  }

  it('STO-01 MUST keep hours, zone, routing, response time and brands, and tell before and after', async () => {
    const admin = world.people.admin('north')
    const id = storeId('north-three')
    const { store: was } = (await admin.send(READ, { id })).data
    const changes = {
      openingHours: 'Sa 08:00-13:00; Mo,Tu,We,Th,Fr 13:00-18:00,07:00-12:00',
      timezone: zone,
      routing: 'BRAND',
      slaMinutes: 7,
      brands: ['RENAULT', 'AUDI', 'AUDI'],
    }

    const answer = await configure(admin, 'north-three', changes, was.version)
    const before = await footprint(world)
    const again = await configure(admin, 'north-three', changes, was.version + 1)

    expect(answer.errors).toEqual([])
    const { store } = answer.data.storeConfigure
    expect(store).toMatchObject({
      openingHours: hours,
      timezone: zone,
      routing: 'BRAND',
      slaMinutes: 7,
      brands: [{ code: 'AUDI' }, { code: 'RENAULT' }],
      version: was.version + 1,
    })
    expect(store.openingTimes).toHaveLength(11)
    expect(store.openingTimes[0]).toEqual({ day: 'MO', opens: '07:00', closes: '12:00' })
    expect(again.data).toEqual(answer.data)
    expect(await footprint(world)).toEqual(before)
    expect(await lastDetail(admin)).toMatchObject({
      'openingHours.from': was.openingHours,
      'openingHours.to': hours,
      'timezone.to': zone,
      'routing.from': was.routing,
      'routing.to': 'BRAND',
      'slaMinutes.from': was.slaMinutes,
      'brands.to': ['AUDI', 'RENAULT'],
    })
  })

  it('STO-02 MUST take a brand back that it gave up before', async () => {
    const admin = world.people.admin('south')
    const brands = async (codes: string[]) =>
      (await configure(admin, 'south-one', { brands: codes })).data.storeConfigure.store.brands.map(
        ({ code }: { code: string }) => code,
      )
    const { store } = (await admin.send(READ, { id: storeId('south-one') })).data
    const own: string[] = store.brands.map(({ code }: { code: string }) => code)

    expect(await brands([])).toEqual([])
    expect((await brands(own)).sort()).toEqual([...own].sort())
  })

  it.each<[string, object]>([
    ['hours that say nothing', { openingHours: 'by appointment' }],
    ['hours that run backwards', { openingHours: 'Mo 17:00-08:00' }],
    ['hours that overlap', { openingHours: 'Mo 08:00-12:00,11:00-13:00' }],
    ['a day twice', { openingHours: 'Mo-We 08:00-17:00; Tu 09:00-10:00' }],
    ['a zone that is none', { timezone: 'Africa/Nowhere' }],
    ['an offset for a zone', { timezone: '+02:00' }],
    ['a brand that is none', { brands: ['NO_SUCH_BRAND'] }],
    ['no minute to answer', { slaMinutes: 0 }],
  ])('STO-03 MUST refuse %s', async (_name, changes) => {
    expect(await refused(() => configure(world.people.admin('north'), 'north-one', changes))).toEqual([
      'INVALID',
    ])
  })

  it.each<[string, () => Client, string, number | undefined, string]>([
    ['over somebody else', () => world.people.admin('north'), 'north-one', 999, 'CONFLICT'],
    ['of another group', () => world.people.admin('south'), 'north-one', undefined, 'NOT_FOUND'],
    ['of another store', () => world.people.admin('north-one'), 'north-two', undefined, 'NOT_FOUND'],
    ['as the owner of the platform', () => world.people.owner(), 'north-one', undefined, 'ACCESS_DENIED'],
    ['as support without a grant', () => world.people.support(), 'north-one', undefined, 'ACCESS_DENIED'],
    ['as sales', () => world.people.sales('north-one'), 'north-one', undefined, 'ACCESS_DENIED'],
    ['as marketing', () => world.people.marketing('north-one'), 'north-one', undefined, 'ACCESS_DENIED'],
    [
      'as a partner',
      () => world.people.partner('north-one', 'FULL'),
      'north-one',
      undefined,
      'ACCESS_DENIED',
    ],
  ])('STO-04 MUST NOT change a store %s', async (_name, client, code, version, expected) => {
    expect(await refused(() => configure(client(), code, { routing: 'MANUAL' }, version))).toEqual([expected])
  })

  it('STO-05 MUST be open to support under a grant, at the stores of the grant', async () => {
    const support = await supportUnderGrant(world, 'north-one', 'NONE')

    const own = await configure(support, 'north-one', { routing: 'LEAST_LOADED' })
    const sibling = await refused(() => configure(support, 'north-two', { routing: 'LEAST_LOADED' }))

    expect(own.data.storeConfigure).toMatchObject({ store: { routing: 'LEAST_LOADED' }, userErrors: [] })
    expect(sibling).toEqual(['NOT_FOUND'])
  })
})

describe('setting a dealer group up', () => {
  const store = (dealerGroupId: string, legalEntityId: string, parts: object = {}) => ({
    input: {
      dealerGroupId,
      legalEntityId,
      code: 'fresh-one',
      name: 'Fresh One',
      city: 'Polokwane',
      country: 'ZA',
      timezone: 'Africa/Johannesburg',
      brands: ['TOYOTA'],
      ...parts,
    },
  })
  const entity = (dealerGroupId: string, parts: object = {}) => ({
    input: {
      dealerGroupId,
      name: 'Fresh (Pty) Ltd',
      country: 'ZA',
      registrationNumber: '2026/000001/07',
      ...parts,
    },
  })

  it('STO-10 MUST be the business of support until the group has a Dealer Admin, and his from then on', async () => {
    const support = world.people.support()
    const group = await newGroup()

    const added = await support.send(ENTITY, entity(group))
    const { legalEntity } = added.data.legalEntityCreate
    expect(legalEntity).toMatchObject({ name: 'Fresh (Pty) Ltd', version: 1, storesIdentityNumbers: false })
    const created = await support.send(CREATE, store(group, legalEntity.id))
    expect(created.data.storeCreate).toMatchObject({
      store: { code: 'fresh-one', routing: null, version: 1, brands: [{ code: 'TOYOTA' }] },
      userErrors: [],
    })
    const officer = { id: legalEntity.id, changes: { informationOfficer: 'Nomsa Dlamini' }, version: 1 }
    const named = await support.send(CHANGE, { input: officer })
    expect(named.data.legalEntityUpdate.legalEntity).toMatchObject({
      informationOfficer: 'Nomsa Dlamini',
      version: 2,
    })
    const loosened = { ...officer, changes: { storesIdentityNumbers: true }, version: 2 }
    expect(await refused(() => support.send(CHANGE, { input: loosened }))).toEqual(['ACCESS_DENIED'])

    const admin = await firstAdmin(group)
    const late = [
      () => support.send(ENTITY, entity(group)),
      () => support.send(CREATE, store(group, legalEntity.id, { code: 'fresh-two' })),
      () => support.send(CHANGE, { input: { ...officer, version: 2, changes: { name: 'Other' } } }),
    ]
    for (const send of late) expect(await refused(send)).toEqual(['ACCESS_DENIED'])
    const own = await admin.send(CHANGE, { input: loosened })
    expect(own.data.legalEntityUpdate).toMatchObject({
      legalEntity: { storesIdentityNumbers: true },
      userErrors: [],
    })
    const owners = await world.people
      .owner()
      .send(CREATE, store(group, legalEntity.id, { code: 'fresh-two' }))
    expect(owners.data.storeCreate.userErrors).toEqual([])
  })

  it('STO-11 MUST NOT be possible past the services either: the database refuses support', async () => {
    const { groupId: tenantId, legalEntityId } = world.people.store('north-one')
    const db = new Database(world.roleUrl('identity'))
    await db.connect()
    await db.query(`select set_config('autora.context', $1, false)`, [
      sealFor(actorOf('PLATFORM_SUPPORT'), 'identity'),
    ])

    const insert = db.query(
      `insert into identity.store (tenant_id, id, legal_entity_id, code, name, city, country, timezone)
       values ($1, gen_random_uuid(), $2, 'planted', 'x', 'x', 'ZA', 'UTC')`,
      [tenantId, legalEntityId],
    )
    await expect(insert).rejects.toMatchObject({ code: '42501' })
    const { rowCount } = await db.query('update identity.legal_entity set name = name where tenant_id = $1', [
      tenantId,
    ])
    expect(rowCount).toBe(0)
    await expect(
      db.query(`update identity.store set status = 'SUSPENDED' where tenant_id = $1`, [tenantId]),
    ).rejects.toMatchObject({ code: '42501' })
    await expect(
      db.query(
        `insert into identity.dealer_group (tenant_id, code, name, kind) values (gen_random_uuid(), 'planted', 'x', 'PORTFOLIO')`,
      ),
    ).rejects.toMatchObject({ code: '42501' })
    await db.end()
  })

  it.each<[string, () => Client | Promise<Client>, (client: Client) => ReturnType<Client['send']>, string]>([
    [
      'a store by support for a group of its own',
      () => world.people.support(),
      (c) => c.send(CREATE, store(groupId('north'), entityId('north-one'))),
      'ACCESS_DENIED',
    ],
    [
      'a store by support under a grant',
      () => supportUnderGrant(world, 'north-one', 'CLEAR'),
      (c) => c.send(CREATE, store(groupId('north'), entityId('north-one'))),
      'ACCESS_DENIED',
    ],
    [
      'a legal entity by support under a grant',
      () => supportUnderGrant(world, 'north-one', 'CLEAR'),
      (c) => c.send(ENTITY, entity(groupId('north'))),
      'ACCESS_DENIED',
    ],
    [
      'a store by a Dealer Admin',
      () => world.people.admin('north'),
      (c) => c.send(CREATE, store(groupId('north'), entityId('north-one'))),
      'ACCESS_DENIED',
    ],
    [
      'a store of a code that is taken',
      () => world.people.owner(),
      (c) => c.send(CREATE, store(groupId('north'), entityId('north-one'), { code: 'north-one' })),
      'CODE_TAKEN',
    ],
    [
      'a store of the legal entity of another group',
      () => world.people.owner(),
      (c) => c.send(CREATE, store(groupId('north'), entityId('south-one'))),
      'NOT_FOUND',
    ],
    [
      'a store of no group',
      () => world.people.owner(),
      (c) => c.send(CREATE, store(`grp_${absent}`, entityId('south-one'))),
      'NOT_FOUND',
    ],
    [
      'a store in no zone',
      () => world.people.owner(),
      (c) => c.send(CREATE, store(groupId('north'), entityId('north-one'), { timezone: 'Mars/Base' })),
      'INVALID',
    ],
    [
      'a store of no brand there is',
      () => world.people.owner(),
      (c) => c.send(CREATE, store(groupId('north'), entityId('north-one'), { brands: ['NOPE'] })),
      'INVALID',
    ],
    [
      'a legal entity by the owner',
      () => world.people.owner(),
      (c) => c.send(ENTITY, entity(groupId('north'))),
      'ACCESS_DENIED',
    ],
    [
      'a legal entity by the admin of a store',
      () => world.people.admin('north-one'),
      (c) => c.send(ENTITY, entity(groupId('north'))),
      'ACCESS_DENIED',
    ],
    [
      'a legal entity by sales',
      () => world.people.sales('north-one'),
      (c) => c.send(ENTITY, entity(groupId('north'))),
      'ACCESS_DENIED',
    ],
    [
      'a legal entity of another group',
      () => world.people.admin('south'),
      (c) => c.send(ENTITY, entity(groupId('north'))),
      'NOT_FOUND',
    ],
    [
      'a legal entity without a name',
      () => world.people.admin('north'),
      (c) => c.send(ENTITY, entity(groupId('north'), { name: ' ' })),
      'INVALID',
    ],
    [
      'a change of one that is not there',
      () => world.people.admin('north'),
      (c) => c.send(CHANGE, { input: { id: `ent_${absent}`, changes: { name: 'x' }, version: 1 } }),
      'NOT_FOUND',
    ],
    [
      'a change of one of another group',
      () => world.people.admin('south'),
      (c) => c.send(CHANGE, { input: { id: entityId('north-one'), changes: { name: 'x' }, version: 1 } }),
      'NOT_FOUND',
    ],
    [
      'a change by the admin of a store',
      () => world.people.admin('north-one'),
      (c) => c.send(CHANGE, { input: { id: entityId('north-one'), changes: { name: 'x' }, version: 1 } }),
      'ACCESS_DENIED',
    ],
    [
      'a change over somebody else',
      () => world.people.admin('north'),
      (c) => c.send(CHANGE, { input: { id: entityId('north-one'), changes: { name: 'x' }, version: 99 } }),
      'CONFLICT',
    ],
  ])('STO-12 MUST refuse %s, change nothing and leave one row', async (_name, who, send, code) => {
    const client = await who()

    expect(await refused(() => send(client))).toEqual([code])
  })
})
