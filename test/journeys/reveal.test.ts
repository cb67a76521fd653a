import { encodeId } from '@autora/shared/request'
import { footprint, refusals } from '../attacks/footprint.js'
import { Client } from '../kit/client.js'
import { supportUnderGrant } from '../kit/support.js'
import { goodClaims, signToken } from '../kit/tokens.js'
import { startWorld, type World } from '../kit/world.js'

const idNumber = '8001015009087'
const reason = 'The bank asks for the number of the buyer'
const REVEAL = `mutation R($input: FieldRevealInput!) { fieldReveal(input: $input) { value userErrors { code field } } }`
const RECORD = `mutation I($input: CustomerIdentityRecordInput!) {
  customerIdentityRecord(input: $input) { customer { identity { saIdNumber dateOfBirth } } userErrors { code field } } }`
const UPDATE = `mutation E($input: LegalEntityUpdateInput!) {
  legalEntityUpdate(input: $input) { legalEntity { storesIdentityNumbers } userErrors { code } } }`

let world: World
let customer: { id: string; assigneeId: string; storeId: string }
const customerId = () => encodeId('Customer', customer.id)

/** Switches the keeping of identity numbers at the legal entity of a store. */
async function keepNumbers(store: string, storesIdentityNumbers: boolean): Promise<void> {
  const { legalEntityId, groupCode } = world.people.store(store)
  const admin = world.people.admin(groupCode)
  const id = encodeId('LegalEntity', legalEntityId)
  const { data } = await admin.send('query L($id: ID!) { legalEntity(id: $id) { version } }', { id })
  const input = { id, changes: { storesIdentityNumbers }, version: data.legalEntity.version }
  const answer = await admin.send(UPDATE, { input })
  expect(answer.data.legalEntityUpdate).toEqual({ legalEntity: { storesIdentityNumbers }, userErrors: [] })
}

const record = (client: Client, field: string, value: string | null, id = customerId()) =>
  client.send(RECORD, { input: { id, field, value } })
const reveal = (client: Client, parts: object = {}) =>
  client.send(REVEAL, { input: { id: customerId(), field: 'SA_ID_NUMBER', reason, ...parts } })

/** Somebody as he speaks; `claims` changes what his token says. */
const speaking = (userId: string, claims: object = {}) => {
  const membership = world.network.memberships.find(
    (one) => one.userId === userId && one.storeId === customer.storeId,
  )
  if (!membership) throw new Error('the assignee has no membership')
  const subject = { userId, membershipId: membership.id }
  return new Client(world.gatewayUrl, () => signToken(world.issuerKey, { ...goodClaims(subject), ...claims }))
}
const assignee = (claims: object = {}) => speaking(customer.assigneeId, claims)

/** Somebody in sales of the same store who has no lead of the customer. */
const colleague = () => {
  const other = world.network.memberships.find(
    (one) =>
      one.role === 'DEALER_SALES' &&
      one.storeId === customer.storeId &&
      one.userId !== customer.assigneeId &&
      one.endedDaysAgo === null,
  )
  return speaking(other?.userId ?? '')
}

const revealEvents = () =>
  world.sql<{ n: number }>(`select count(*)::int as n from audit.event where action = 'field.revealed'`)

beforeAll(async () => {
  world = await startWorld()
  const [found] = await world.sql<typeof customer>(
    `select c.id, c.store_id as "storeId", min(l.assignee_id::text) as "assigneeId"
       from dealer_ops.customer c join dealer_ops.lead l using (tenant_id, store_id)
      where l.customer_id = c.id and l.assignee_id is not null and c.store_id = $1
      group by c.id, c.store_id having count(distinct l.assignee_id) = 1
      order by c.id limit 1`,
    [world.people.store('north-one').id],
  )
  if (!found) throw new Error('no customer of north-one has an assignee')
  customer = found
})
afterAll(() => world.close())

describe('customerIdentityRecord', () => {
  it('REV-01 MUST keep nothing where the legal entity has not decided to', async () => {
    await keepNumbers('north-one', false)
    const before = await footprint(world)
    const denied = await refusals(world)

    const answer = await record(world.people.admin('north'), 'SA_ID_NUMBER', idNumber)

    expect(answer.data.customerIdentityRecord).toEqual({
      customer: null,
      userErrors: [{ code: 'IDENTITY_NUMBERS_OFF', field: null }],
    })
    expect(await footprint(world)).toEqual(before)
    expect(await refusals(world)).toBe(denied + 1)
  })
})

describe('where identity numbers are kept', () => {
  beforeAll(async () => {
    await keepNumbers('north-one', true)
    const answer = await record(world.people.admin('north-one'), 'SA_ID_NUMBER', idNumber)
    expect(answer.errors).toEqual([])
  })

  it('REV-02 MUST show them masked to the dealer, and to nobody else at all', async () => {
    const query = 'query C($id: ID!) { customer(id: $id) { id identity { saIdNumber passport } } }'
    const { people } = world

    const seen = await Promise.all(
      [people.admin('north'), assignee(), colleague()].map((client) =>
        client.send(query, { id: customerId() }),
      ),
    )
    const refused = await Promise.all(
      [people.owner(), people.support(), people.marketing('north-one'), people.partner('north-one')].map(
        (client) => client.send(query, { id: customerId() }),
      ),
    )

    for (const { data } of seen)
      expect(data.customer.identity).toEqual({ saIdNumber: '*** **87', passport: null })
    expect(refused.map(({ status }) => status)).toEqual([403, 403, 403, 403])
  })

  it('REV-03 MUST lie encrypted, and stand in no log', async () => {
    const rows = await world.sql<{ text: string; bytes: Buffer }>(
      `select i::text as text, ciphertext as bytes from dealer_ops.customer_identity i where ciphertext is not null`,
    )

    expect(rows.length).toBeGreaterThan(0)
    for (const { text, bytes } of rows) {
      expect(text).not.toContain(idNumber)
      expect(bytes.includes(idNumber)).toBe(false)
    }
    for (const line of world.logLines) expect(line).not.toContain(idNumber)
  })

  it.each([
    ['with a wrong check digit', 'SA_ID_NUMBER', '8001015009088'],
    ['of a day that is none', 'DATE_OF_BIRTH', '1980-02-30'],
    ['of the wrong form', 'PASSPORT', '?'],
  ])('REV-04 MUST refuse one %s, and not quote it', async (_name, field, value) => {
    const before = await footprint(world)

    const answer = await record(world.people.admin('north'), field, value)

    expect(answer.data.customerIdentityRecord.userErrors).toEqual([{ code: 'INVALID', field: ['value'] }])
    expect(answer.text).not.toContain(value)
    expect(await footprint(world)).toEqual(before)
  })

  it('REV-05 MUST be able to go again, also once they are switched off', async () => {
    const admin = world.people.admin('north')
    await record(admin, 'DATE_OF_BIRTH', '1980-01-01')
    const dated = await admin.send('query C($id: ID!) { customer(id: $id) { identity { dateOfBirth } } }', {
      id: customerId(),
    })
    await keepNumbers('north-one', false)

    const gone = await record(admin, 'DATE_OF_BIRTH', null)
    const refused = await record(admin, 'DATE_OF_BIRTH', '1980-01-01')
    await keepNumbers('north-one', true)

    expect(dated.data.customer.identity).toEqual({ dateOfBirth: '****-**-**' })
    expect(gone.data.customerIdentityRecord).toMatchObject({
      customer: { identity: { dateOfBirth: null } },
      userErrors: [],
    })
    expect(refused.data.customerIdentityRecord.userErrors).toEqual([
      { code: 'IDENTITY_NUMBERS_OFF', field: null },
    ])
  })
})

describe('fieldReveal', () => {
  beforeAll(async () => {
    await keepNumbers('north-one', true)
    await record(world.people.admin('north'), 'SA_ID_NUMBER', idNumber)
  })

  it.each<[string, () => Client]>([
    ['the admin of the group', () => world.people.admin('north')],
    ['the admin of the store', () => world.people.admin('north-one')],
    ['whoever the lead is assigned to', () => assignee()],
  ])(
    'REV-10 MUST show one value to %s, and tell the Dealer Admin who, what and why',
    async (_name, client) => {
      const answer = await reveal(client())

      expect(answer.data.fieldReveal).toEqual({ value: idNumber, userErrors: [] })
      const trail = await world.people
        .admin('north')
        .send(
          '{ auditEvents(first: 1, filter: { action: "field.revealed" }) { edges { node { action targetId store { code } detail } } } }',
        )
      const [{ node }] = trail.data.auditEvents.edges
      expect(node).toMatchObject({
        action: 'field.revealed',
        targetId: customerId(),
        store: { code: 'north-one' },
      })
      expect(JSON.parse(node.detail)).toEqual({ field: 'SA_ID_NUMBER', class: 'IDENTITY', reason })
      expect(trail.text).not.toContain(idNumber)
      for (const line of world.logLines) expect(line).not.toContain(idNumber)
    },
  )

  it.each<[string, () => Client, object, string]>([
    ['no reason', () => world.people.admin('north'), { reason: 'because' }, 'REASON_REQUIRED'],
    ['an id that is none', () => world.people.admin('north'), { id: 'x' }, 'NOT_FOUND'],
    ['a customer of another group', () => world.people.admin('south'), {}, 'NOT_FOUND'],
    ['a customer of another store', () => world.people.sales('north-three'), {}, 'NOT_FOUND'],
  ])('REV-11 MUST show nothing with %s', async (_name, client, parts, code) => {
    const before = await footprint(world)
    const denied = await refusals(world, 'access.refused')

    const answer = await reveal(client(), parts)

    expect(answer.data.fieldReveal).toMatchObject({ value: null, userErrors: [{ code }] })
    expect(await footprint(world)).toEqual(before)
    expect(await refusals(world, 'access.refused')).toBe(denied + 1)
  })

  const longAgo = () => Math.floor(Date.now() / 1000) - 301
  it.each<[string, () => Client, string]>([
    [
      'a sign-in without a second factor',
      () => assignee({ acr: 'urn:autora:acr:password' }),
      'STEP_UP_REQUIRED',
    ],
    ['a sign-in of long ago', () => assignee({ auth_time: longAgo() }), 'STEP_UP_REQUIRED'],
    ['a lead that is assigned to a colleague', () => colleague(), 'ACCESS_DENIED'],
  ])('REV-12 MUST show nothing after %s', async (_name, client, code) => {
    const before = await footprint(world)
    const denied = await refusals(world)

    const answer = await reveal(client())

    expect(answer.errors[0]?.extensions.code).toBe(code)
    expect(answer.text).not.toContain(idNumber)
    expect(await footprint(world)).toEqual(before)
    expect(await refusals(world)).toBe(denied + 1)
  })

  it.each<[string, () => Client]>([
    ['the owner of the platform', () => world.people.owner()],
    ['support without a grant', () => world.people.support()],
    ['marketing', () => world.people.marketing('north-one')],
    ['an analyst', () => world.people.analyst('north-one')],
    ['a partner', () => world.people.partner('north-one')],
    ['a partner with every scope', () => world.people.partner('north-one', 'FULL')],
  ])('REV-13 MUST be denied to %s, with one row in the trail', async (_name, client) => {
    const before = await footprint(world)
    const denied = await refusals(world)

    const answer = await reveal(client())

    expect([answer.status, answer.data]).toEqual([403, null])
    expect(await footprint(world)).toEqual(before)
    expect(await refusals(world)).toBe(denied + 1)
  })

  it('REV-14 MUST show nothing when the event cannot be written', async () => {
    await world.sql(
      `alter table audit.event add constraint broken check (action <> 'field.revealed') not valid`,
    )
    const before = await footprint(world)

    const answer = await reveal(world.people.admin('north'))
    await world.sql('alter table audit.event drop constraint broken')

    expect(answer.data?.fieldReveal ?? null).toBeNull()
    expect(answer.errors[0]?.extensions.code).toBe('INTERNAL_SERVER_ERROR')
    expect(answer.text).not.toContain(idNumber)
    expect(await footprint(world)).toEqual(before)
  })

  it('REV-15 MUST stop after 30 in an hour, however many are asked for at once', async () => {
    const second = world.network.memberships.findLast(
      ({ role, storeId, tenantId }) =>
        role === 'DEALER_ADMIN' && storeId === null && tenantId === world.people.store('north-one').groupId,
    )
    if (!second) throw new Error('north has no second admin')
    const { userId } = second
    const admin = world.people.as(second)
    const count = async () =>
      (
        await world.sql<{ n: number }>(
          'select count(*)::int as n from dealer_ops.field_reveal where actor_id = $1',
          [userId],
        )
      )[0]?.n
    const answers = []

    for (let round = 0; round < 8; round++)
      answers.push(...(await Promise.all([1, 2, 3, 4, 5].map(() => reveal(admin, { field: 'LAST_NAME' })))))

    expect(await count()).toBe(30)
    expect(answers.at(-1)?.data.fieldReveal.userErrors).toEqual([
      { code: 'REVEAL_LIMIT_REACHED', field: null },
    ])
    expect(
      answers.filter(({ data }) => data.fieldReveal.userErrors.length > 0).length,
    ).toBeGreaterThanOrEqual(10)
    expect((await reveal(assignee())).data.fieldReveal.value).toBe(idNumber)
  })
})

describe('fieldReveal under a support grant', () => {
  it.each([
    ['NONE', 'LAST_NAME'],
    ['MASKED', 'LAST_NAME'],
    ['CLEAR', 'SA_ID_NUMBER'],
  ] as const)('REV-20 MUST NOT open more than the level %s says: %s', async (level, field) => {
    const support = await supportUnderGrant(world, 'north-one', level)
    const before = await footprint(world)

    const whole = await reveal(support, { field })
    const quiet = await support.send(
      'mutation R($input: FieldRevealInput!) { fieldReveal(input: $input) { userErrors { code } } }',
      { input: { id: customerId(), field, reason } },
    )

    for (const answer of [whole, quiet]) expect(answer.errors[0]?.extensions.code).toBe('ACCESS_DENIED')
    expect(whole.text).not.toContain(idNumber)
    expect(await footprint(world)).toEqual(before)
  })

  it('REV-21 MUST show contact data under CLEAR, in the trail of the dealer', async () => {
    const support = await supportUnderGrant(world, 'north-one', 'CLEAR')
    const [before] = await revealEvents()

    const answer = await reveal(support, { field: 'LAST_NAME' })

    const [row] = await world.sql<{ lastName: string }>(
      'select last_name as "lastName" from dealer_ops.customer where id = $1',
      [customer.id],
    )
    expect(answer.data.fieldReveal).toEqual({ value: row?.lastName, userErrors: [] })
    const [after] = await revealEvents()
    expect(after?.n).toBe((before?.n ?? 0) + 1)
    const trail = await world.people
      .admin('north')
      .send('{ auditEvents(first: 5) { edges { node { action actorPrincipal grantId } } } }')
    const told: { action: string }[] = trail.data.auditEvents.edges.map(({ node }: { node: object }) => node)
    expect(told.find(({ action }) => action === 'field.revealed')).toMatchObject({
      action: 'field.revealed',
      actorPrincipal: 'PLATFORM_SUPPORT',
      grantId: expect.stringMatching(/^gnt_/),
    })
  })
})
