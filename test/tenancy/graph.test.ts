import { encodeId, type IdentifiedType } from '@autora/shared/request'
import type { Client } from '../kit/client.js'
import { actorOf, callDirectly } from '../kit/direct-call.js'
import { startWorld, type World } from '../kit/world.js'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.close())

const SAME = { 'x-request-id': 'tenancy-same-1' }

/** Somebody, and whose rows he must never meet: another group's, and another store's of his own group. */
const walls: Readonly<Record<string, { who: (w: World) => Client; other: string }>> = {
  'a Dealer Admin of north, of south': { who: (w) => w.people.admin('north'), other: 'south-one' },
  'a Dealer Admin of south, of north': { who: (w) => w.people.admin('south'), other: 'north-one' },
  'a salesperson of north-one, of south': { who: (w) => w.people.sales('north-one'), other: 'south-one' },
  'a salesperson of north-one, of north-two': { who: (w) => w.people.sales('north-one'), other: 'north-two' },
  'a marketer of north-one, of north-two': {
    who: (w) => w.people.marketing('north-one'),
    other: 'north-two',
  },
  'a partner of north-one, of north-two': { who: (w) => w.people.partner('north-one'), other: 'north-two' },
  'a partner of south-one, of north': { who: (w) => w.people.partner('south-one'), other: 'north-one' },
}

/** Single things by id: root field, type, table. */
const things: readonly (readonly [field: string, type: IdentifiedType, table: string])[] = [
  ['lead', 'Lead', 'dealer_ops.lead'],
  ['customer', 'Customer', 'dealer_ops.customer'],
  ['conversation', 'Conversation', 'dealer_ops.conversation'],
  ['appointment', 'Appointment', 'dealer_ops.appointment'],
  ['store', 'Store', 'identity.store'],
]

async function someId(table: string, storeCode: string): Promise<string> {
  const column = table === 'identity.store' ? 'id' : 'store_id'
  const [row] = await world.sql<{ id: string }>(`select id from ${table} where ${column} = $1 limit 1`, [
    world.people.store(storeCode).id,
  ])
  if (!row) throw new Error(`no row of ${table} in ${storeCode}`)
  return row.id
}

const absent = 'cccccccc-0000-4000-8000-000000000000'

describe.each(Object.keys(walls))('%s', (name) => {
  const wall = () => {
    const found = walls[name]
    if (!found) throw new Error(name)
    return { client: found.who(world), other: found.other }
  }

  it.each(things)(
    'TEN-20 MUST get the very same bytes for a foreign %s as for none',
    async (field, type, table) => {
      const { client, other } = wall()
      const query = `query One($id: ID!) { ${field}(id: $id) { id } }`
      const foreignId = encodeId(type, await someId(table, other))

      const foreign = await client.send(query, { id: foreignId }, SAME)
      const missing = await client.send(query, { id: encodeId(type, absent) }, SAME)
      const malformed = await client.send(query, { id: 'not-an-id' }, SAME)

      const strip = (text: string) => text.replace(/"decisionId":"[^"]*"/g, '')
      expect(strip(foreign.text)).toBe(strip(missing.text))
      expect(strip(malformed.text)).toBe(strip(missing.text))
      expect(foreign.status).toBe(missing.status)
      expect(foreign.text).not.toContain(foreignId)
    },
  )

  it('TEN-21 MUST list nothing foreign, with a filter on the foreign store neither', async () => {
    const { client, other } = wall()
    const foreignStore = encodeId('Store', world.people.store(other).id)

    for (const [field, filter] of [
      ['leads', 'LeadFilter'],
      ['appointments', 'AppointmentFilter'],
      ['inbox', 'InboxFilter'],
    ]) {
      const all = await client.send(`{ ${field}(first: 100) { edges { node { __typename id } } } }`)
      const aimed = await client.send(
        `query Aimed($filter: ${filter}) { ${field}(filter: $filter) { edges { node { id } } } }`,
        { filter: { storeId: foreignStore } },
      )
      if (all.status === 403) continue
      expect(all.errors).toEqual([])
      const foreignIds = await world.sql<{ id: string }>(
        `select id from dealer_ops.${field === 'leads' ? 'lead' : field === 'inbox' ? 'conversation' : 'appointment'} where store_id = $1`,
        [world.people.store(other).id],
      )
      for (const { id } of foreignIds) expect(all.text).not.toContain(id.replaceAll('-', ''))
      expect(aimed.data?.[field ?? '']?.edges ?? []).toEqual([])
    }
  })

  it('TEN-22 MUST change nothing foreign, and be told the same as for nothing', async () => {
    const { client, other } = wall()
    const leadId = await someId('dealer_ops.lead', other)
    const before = await world.sql('select status, version, assignee_id from dealer_ops.lead where id = $1', [
      leadId,
    ])
    const change = `mutation Change($input: LeadChangeStatusInput!) { leadChangeStatus(input: $input) { lead { id } userErrors { code field message } } }`
    const input = (id: string) => ({ input: { id, status: 'SPAM', version: 1 } })

    const foreign = await client.send(change, input(encodeId('Lead', leadId)), SAME)
    const missing = await client.send(change, input(encodeId('Lead', absent)), SAME)

    const strip = (text: string) => text.replace(/"decisionId":"[^"]*"/g, '')
    expect(strip(foreign.text)).toBe(strip(missing.text))
    if (foreign.status === 200) expect(foreign.data.leadChangeStatus.userErrors[0].code).toBe('NOT_FOUND')
    expect(
      await world.sql('select status, version, assignee_id from dealer_ops.lead where id = $1', [leadId]),
    ).toEqual(before)
  })
})

describe('references and uniqueness', () => {
  it('TEN-23 MUST NOT let a row point at a foreign one', async () => {
    const foreignUser = world.people.membership('DEALER_SALES', 'south-one').userId
    const ownLead = encodeId('Lead', await someId('dealer_ops.lead', 'north-one'))
    const version = async () =>
      (
        await world.sql<{ version: number }>('select version from dealer_ops.lead where id = $1', [
          await someId('dealer_ops.lead', 'north-one'),
        ])
      )[0]?.version
    const assign = `mutation Assign($input: LeadAssignInput!) { leadAssign(input: $input) { lead { id } userErrors { code field message } } }`
    const before = await version()

    const foreign = await world.people
      .sales('north-one')
      .send(
        assign,
        { input: { id: ownLead, assigneeId: encodeId('User', foreignUser), version: before } },
        SAME,
      )
    const missing = await world.people
      .sales('north-one')
      .send(assign, { input: { id: ownLead, assigneeId: encodeId('User', absent), version: before } }, SAME)

    expect(foreign.data.leadAssign.lead).toBeNull()
    expect(foreign.text).toBe(missing.text)
    expect(await version()).toBe(before)
  })

  it('TEN-24 MUST NOT tell by a refusal that a value is taken elsewhere', async () => {
    const [taken] = await world.sql<{ address: string }>(
      'select address from dealer_ops.customer_email where store_id = $1 limit 1',
      [world.people.store('south-one').id],
    )
    const create = `mutation Create($input: LeadCreateInput!) { leadCreate(input: $input) { lead { status } userErrors { code } } }`
    const input = (email: string | undefined) => ({
      input: {
        storeId: encodeId('Store', world.people.store('north-one').id),
        customer: { firstName: 'Same', emails: [email] },
        interest: 'BUY',
        source: 'WALK_IN',
      },
    })

    const known = await world.people.sales('north-one').send(create, input(taken?.address), SAME)
    const unknown = await world.people
      .sales('north-one')
      .send(create, input('nobody-knows@example.test'), SAME)

    expect(known.errors).toEqual([])
    expect(known.text).toBe(unknown.text)
  })

  it('TEN-25 MUST resolve a foreign entity reference to null, like one that is not there', async () => {
    const membership = world.people.membership('DEALER_SALES', 'north-one')
    const actor = actorOf('DEALER_SALES', {
      id: membership.userId,
      tenantId: membership.tenantId,
      reach: 'STORES',
      storeIds: [world.people.store('north-one').id],
    })
    const ask = (type: IdentifiedType, id: string) =>
      callDirectly(
        world.urls.dealer_ops,
        { audience: 'dealer_ops', actor },
        `query E($representations: [_Any!]!) { _entities(representations: $representations) { __typename ... on ${type} { id } } }`,
        { representations: [{ __typename: type, id: encodeId(type, id) }] },
      )

    for (const [, type, table] of things.filter(([, , name]) => name !== 'identity.store')) {
      const foreign = await ask(type, await someId(table, 'north-two'))
      const missing = await ask(type, absent)
      expect(JSON.parse(foreign.text).data).toEqual({ _entities: [null] })
      expect(foreign.text).toBe(missing.text)
    }
  })

  it('TEN-26 MUST show canaries of a store to nobody outside it', async () => {
    const { canariesOf } = await import('@autora/cli')
    const foreign = canariesOf(world.network)
      .filter(({ storeId }) => storeId !== world.people.store('north-one').id)
      .flatMap(({ values }) => values)
    const sales = world.people.sales('north-one')
    const answers = await Promise.all([
      sales.send(
        '{ leads(first: 100) { edges { node { comments customer { firstName lastName company address emails phones { raw e164 } } } } } }',
      ),
      sales.send(
        '{ inbox(first: 100) { edges { node { messages(first: 5) { edges { node { body subject sender recipient } } } } } } }',
      ),
      sales.send('{ appointments(first: 100) { edges { node { notes } } } }'),
    ])

    for (const answer of answers) {
      expect(answer.errors).toEqual([])
      for (const canary of foreign) expect(answer.text).not.toContain(canary)
    }
  })
})
