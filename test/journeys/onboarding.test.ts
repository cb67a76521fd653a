import { encodeId } from '@autora/shared/request'
import { refusals } from '../attacks/footprint.js'
import { Client } from '../kit/client.js'
import { giveDealerAdmin } from '../kit/dealer-admin.js'
import { uuidIn } from '../kit/support.js'
import { goodClaims, signToken } from '../kit/tokens.js'
import { startWorld, type World } from '../kit/world.js'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.close())

const PROGRESS = 'percent steps { code status todo } dealerGroup { code }'
const QUERY = `query O($id: ID) { onboarding(dealerGroupId: $id) { ${PROGRESS} } }`
const groupId = (code: string) => encodeId('DealerGroup', world.people.store(`${code}-one`).groupId)

/** Where each step of a group stands, as the owner reads it. */
async function progress(id: string): Promise<{ percent: number; status: Record<string, string> }> {
  const answer = await world.people.owner().send(QUERY, { id })
  expect(answer.errors).toEqual([])
  const { percent, steps } = answer.data.onboarding
  return {
    percent,
    status: Object.fromEntries(
      steps.map(({ code, status }: { code: string; status: string }) => [code, status]),
    ),
  }
}

const send = async (client: Client, operation: string, input: object) => {
  const answer = await client.send(operation, { input })
  expect(answer.errors).toEqual([])
  expect(answer.text).toContain('"userErrors":[]')
  return answer.data
}

/** Past every door: rows that other parts of the platform write. */
const plant = (tenantId: string, rows: string) =>
  world.sql(
    `with told as (
       insert into audit.event (tenant_id, actor_id, actor_principal, request_id, action, outcome, target_type, target_id)
       values ('${tenantId}', '${tenantId}', 'PLATFORM_OWNER', 'test-request', 'platform.founded', 'ALLOW', 'Platform', '${tenantId}')
       returning id) ${rows}`,
  )

const open = {
  LEGAL_ENTITY: 'OPEN',
  STORE: 'OPEN',
  DEALER_ADMINS: 'OPEN',
  SECOND_FACTOR: 'OPEN',
  SALES_PEOPLE: 'OPEN',
  ACCESS_POLICY: 'OPEN',
  PARTNER_KEYS: 'OPTIONAL',
}

async function newGroup(): Promise<string> {
  const data = await send(
    world.people.owner(),
    'mutation G($input: DealerGroupCreateInput!) { dealerGroupCreate(input: $input) { dealerGroup { id } userErrors { code } } }',
    { code: 'fresh', name: 'Fresh', kind: 'INDEPENDENT_GROUP' },
  )
  return data.dealerGroupCreate.dealerGroup.id
}

async function newEntity(dealerGroupId: string): Promise<string> {
  const data = await send(
    world.people.support(),
    'mutation E($input: LegalEntityCreateInput!) { legalEntityCreate(input: $input) { legalEntity { id } userErrors { code } } }',
    { dealerGroupId, name: 'Fresh (Pty) Ltd', country: 'ZA', registrationNumber: '2026/1/07' },
  )
  return data.legalEntityCreate.legalEntity.id
}

const nameOfficer = (id: string) =>
  send(
    world.people.support(),
    'mutation L($input: LegalEntityUpdateInput!) { legalEntityUpdate(input: $input) { userErrors { code } } }',
    { id, changes: { informationOfficer: 'Nomsa Dlamini' }, version: 1 },
  )

async function newStore(dealerGroupId: string, legalEntityId: string): Promise<string> {
  const place = { code: 'fresh-one', name: 'One', city: 'Polokwane', country: 'ZA' }
  const data = await send(
    world.people.support(),
    'mutation S($input: StoreCreateInput!) { storeCreate(input: $input) { store { id } userErrors { code } } }',
    { dealerGroupId, legalEntityId, ...place, timezone: 'Africa/Johannesburg', brands: [] },
  )
  return data.storeCreate.store.id
}

const decideOnRouting = (admin: Client, id: string) =>
  send(
    admin,
    'mutation C($input: StoreConfigureInput!) { storeConfigure(input: $input) { userErrors { code } } }',
    { id, changes: { routing: 'ROUND_ROBIN' } },
  )

const signIn = (tenant: string, { userId, membershipId }: { userId: string; membershipId: string }) =>
  plant(
    tenant,
    `insert into identity.session (tenant_id, id, user_id, membership_id, account_id, client_id, authorization_id,
       assurance, authenticated_at, expires_at)
     select '${tenant}', gen_random_uuid(), '${userId}', '${membershipId}', gen_random_uuid(), 'test', 'test', 'MFA',
       now(), now() + interval '1 hour' from told`,
  )

const hireSales = (tenant: string, storeId: string) =>
  plant(
    tenant,
    `, person as (
       insert into identity.user_account (tenant_id, id, display_name, email)
       values ('${tenant}', gen_random_uuid(), 'Sales', 'sales@fresh.example.test') returning id)
     insert into identity.membership (tenant_id, id, user_id, role, store_id)
     select '${tenant}', gen_random_uuid(), person.id, 'DEALER_SALES', '${storeId}' from person, told`,
  )

describe('onboarding', () => {
  it('ONB-01 MUST follow what is there, step by step, from nothing to all of it', async () => {
    const group = await newGroup()
    const tenant = uuidIn(group)
    expect(await progress(group)).toEqual({ percent: 0, status: open })

    const entity = await newEntity(group)
    expect((await progress(group)).status.LEGAL_ENTITY).toBe('OPEN')
    await nameOfficer(entity)
    expect(await progress(group)).toEqual({ percent: 16, status: { ...open, LEGAL_ENTITY: 'DONE' } })

    const store = await newStore(group, entity)
    expect((await progress(group)).status.STORE).toBe('OPEN')
    const first = await giveDealerAdmin(world, tenant)
    const admin = new Client(world.gatewayUrl, () => signToken(world.issuerKey, goodClaims(first)))
    await decideOnRouting(admin, store)
    expect((await progress(group)).status).toMatchObject({ STORE: 'DONE', DEALER_ADMINS: 'OPEN' })

    const second = await giveDealerAdmin(world, tenant)
    await signIn(tenant, first)
    expect((await progress(group)).status).toMatchObject({ DEALER_ADMINS: 'DONE', SECOND_FACTOR: 'OPEN' })
    await signIn(tenant, second)
    expect((await progress(group)).status).toMatchObject({ SECOND_FACTOR: 'DONE', SALES_PEOPLE: 'OPEN' })

    await hireSales(tenant, uuidIn(store))
    await plant(
      tenant,
      `insert into identity.access_policy_version (tenant_id, version, marketing_contact, effective_from, published_by)
       select '${tenant}', 1, 'REDACTED', now(), '${tenant}' from told`,
    )
    const done = Object.fromEntries(Object.keys(open).map((code) => [code, 'DONE']))
    expect(await progress(group)).toEqual({ percent: 100, status: { ...done, PARTNER_KEYS: 'OPTIONAL' } })
  })

  it('ONB-02 MUST say what to do, as long as there is anything', async () => {
    const answer = await world.people.admin('north').send(QUERY)

    expect(answer.data.onboarding.dealerGroup).toEqual({ code: 'north' })
    for (const { status, todo } of answer.data.onboarding.steps) expect(todo === null).toBe(status === 'DONE')
  })

  it('ONB-03 MUST show all groups to platform staff in one query, and their own to Dealer Admins', async () => {
    const all = `{ dealerGroups(first: 100) { edges { node { code onboarding { percent } } } } }`
    const { people } = world

    const [owner, support, admin] = await Promise.all(
      [people.owner(), people.support(), people.admin('south')].map((client) => client.send(all)),
    )

    const rows = (answer: typeof owner) =>
      answer?.data.dealerGroups.edges.map(({ node }: { node: object }) => node)
    expect(rows(owner).length).toBeGreaterThanOrEqual(world.network.groups.length)
    expect(rows(support)).toEqual(rows(owner))
    for (const { onboarding } of rows(owner)) expect(onboarding.percent).toBeGreaterThanOrEqual(0)
    expect(rows(admin)).toEqual([{ code: 'south', onboarding: { percent: expect.any(Number) } }])
  })

  it('ONB-04 MUST be nothing for a group of somebody else, one that is absent and an id that is none', async () => {
    const admin = world.people.admin('south')

    const answers = await Promise.all(
      [groupId('north'), 'grp_00000000000040008000000000000000', 'x'].map((id) => admin.send(QUERY, { id })),
    )

    for (const { data, errors } of answers) expect([data, errors]).toEqual([{ onboarding: null }, []])
  })

  it.each<[string, () => Client]>([
    ['sales', () => world.people.sales('north-one')],
    ['marketing', () => world.people.marketing('north-one')],
    ['an analyst', () => world.people.analyst('north-one')],
    ['a partner', () => world.people.partner('north-one', 'FULL')],
  ])('ONB-05 MUST be denied to %s, with one row in the trail', async (_name, client) => {
    const denied = await refusals(world, 'access.denied')

    const answer = await client().send(QUERY)

    expect([answer.status, answer.data]).toEqual([403, null])
    expect(await refusals(world, 'access.denied')).toBe(denied + 1)
  })
})
