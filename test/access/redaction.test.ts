import { canariesOf } from '@autora/cli'
import { encodeId } from '@autora/shared/request'
import type { Answer, Client } from '../kit/client.js'
import { startWorld, type World } from '../kit/world.js'

let world: World
let marketing: Client
let leadId: string
let customerId: string
let conversationId: string

beforeAll(async () => {
  world = await startWorld()
  marketing = world.people.marketing('north-one')
  const canary = canariesOf(world.network).find(
    ({ storeId }) => storeId === world.people.store('north-one').id,
  )
  if (!canary) throw new Error('north-one has no canaries')
  leadId = encodeId('Lead', canary.leadId)
  customerId = encodeId('Customer', canary.customerId)
  conversationId = encodeId('Conversation', canary.conversationId)
})

afterAll(() => world.close())

/** Every way a marketer can try to read a first name, and where the value would stand in the answer. */
const ways: Readonly<
  Record<string, { send: () => Promise<Answer>; value: (data: Data) => unknown; path: string[] }>
> = {
  'the plain field': {
    send: () => marketing.send('query P($id: ID!) { customer(id: $id) { firstName } }', { id: customerId }),
    value: (data) => data.customer.firstName,
    path: ['customer', 'firstName'],
  },
  'an alias': {
    send: () =>
      marketing.send('query P($id: ID!) { c: customer(id: $id) { harmless: firstName } }', {
        id: customerId,
      }),
    value: (data) => data.c.harmless,
    path: ['c', 'harmless'],
  },
  'an alias that looks like another field': {
    send: () =>
      marketing.send('query P($id: ID!) { customer(id: $id) { kind: firstName } }', { id: customerId }),
    value: (data) => data.customer.kind,
    path: ['customer', 'kind'],
  },
  'a named fragment': {
    send: () =>
      marketing.send(
        'query P($id: ID!) { customer(id: $id) { ...F } } fragment F on Customer { firstName }',
        { id: customerId },
      ),
    value: (data) => data.customer.firstName,
    path: ['customer', 'firstName'],
  },
  'an inline fragment': {
    send: () =>
      marketing.send('query P($id: ID!) { customer(id: $id) { ... on Customer { firstName } } }', {
        id: customerId,
      }),
    value: (data) => data.customer.firstName,
    path: ['customer', 'firstName'],
  },
  'an inline fragment without a type': {
    send: () =>
      marketing.send('query P($id: ID!) { customer(id: $id) { ... @include(if: true) { firstName } } }', {
        id: customerId,
      }),
    value: (data) => data.customer.firstName,
    path: ['customer', 'firstName'],
  },
  'a nested edge': {
    send: () =>
      marketing.send('query P($id: ID!) { lead(id: $id) { customer { firstName } } }', { id: leadId }),
    value: (data) => data.lead.customer.firstName,
    path: ['lead', 'customer', 'firstName'],
  },
  'a list': {
    send: () => marketing.send('{ customers(first: 1) { edges { node { firstName } } } }'),
    value: (data) => data.customers.edges[0].node.firstName,
    path: ['customers', 'edges', '*', 'node', 'firstName'],
  },
  'the way back': {
    send: () =>
      marketing.send('query P($id: ID!) { conversation(id: $id) { lead { customer { firstName } } } }', {
        id: conversationId,
      }),
    value: (data) => data.conversation.lead.customer.firstName,
    path: ['conversation', 'lead', 'customer', 'firstName'],
  },
  'a mutation result and an entity of another subgraph': {
    send: () =>
      marketing.send(
        'mutation P($input: IncidentReportInput!) { incidentReport(input: $input) { incident { lead { customer { firstName } } } } }',
        { input: { category: 'OTHER', summary: 'Looks odd', leadId } },
      ),
    value: (data) => data.incidentReport.incident.lead.customer.firstName,
    path: ['incidentReport', 'incident', 'lead', 'customer', 'firstName'],
  },
}

// biome-ignore lint/suspicious/noExplicitAny: an answer has the shape of its query
type Data = any

describe('a redacted field', () => {
  it.each(Object.keys(ways))('ACC-20 MUST be null with the same reason by %s', async (name) => {
    const way = ways[name]
    if (!way) throw new Error(name)

    const answer = await way.send()

    expect(answer.errors).toEqual([])
    expect(way.value(answer.data)).toBeNull()
    expect(answer.text).not.toContain('CANARY')
    expect(answer.redactions).toEqual([
      expect.objectContaining({
        path: way.path,
        coordinate: 'Customer.firstName',
        class: 'CONTACT',
        policy: 'class:CONTACT/DEALER_MARKETING',
        reason: 'CLASS_DENIED',
      }),
    ])
  })

  it('ACC-21 MUST be told apart from one that is empty', async () => {
    const answer = await world.people
      .sales('north-one')
      .send('{ leads(first: 100) { edges { node { lostReason comments } } } }')

    expect(answer.errors).toEqual([])
    expect(answer.redactions).toEqual([])
    expect(answer.data.leads.edges.some(({ node }: Data) => node.lostReason === null)).toBe(true)
  })

  it('ACC-22 MUST not be reported where it was skipped', async () => {
    const answer = await marketing.send(
      'query P($id: ID!, $no: Boolean!) { customer(id: $id) { kind firstName @include(if: $no) } }',
      { id: customerId, no: false },
    )

    expect(answer.data.customer).toEqual({ kind: expect.any(String) })
    expect(answer.redactions).toEqual([])
  })

  it('ACC-23 MUST hide message bodies and addresses, and every other personal value of the store', async () => {
    const canaries = canariesOf(world.network).flatMap(({ values }) => values)
    const answers = await Promise.all([
      marketing.send(
        '{ inbox(first: 100) { edges { node { messages(first: 20) { edges { node { status body subject sender recipient } } } } } } }',
      ),
      marketing.send(
        '{ leads(first: 100) { edges { node { status comments tradeIns { make customerVin } externalIds { source value } customer { company address lastName emails phones { raw e164 type } } } } } }',
      ),
      marketing.send('{ appointments(first: 100) { edges { node { type notes } } } }'),
    ])

    for (const answer of answers) {
      expect(answer.errors).toEqual([])
      expect(answer.redactions.length).toBeGreaterThan(0)
      for (const canary of canaries) expect(answer.text).not.toContain(canary)
    }
  })

  it('ACC-24 MUST be shown masked once the group says so, and hidden again when it takes that back', async () => {
    await world.sql(
      `alter table identity.access_policy_version disable trigger user; update identity.access_policy_version set marketing_contact = 'MASKED';
       alter table identity.access_policy_version enable always trigger append_only_row;
       alter table identity.access_policy_version enable always trigger append_only_table;
       alter table identity.access_policy_version enable always trigger must_be_audited`,
    )
    await new Promise((resolve) => setTimeout(resolve, 1100)) // principals are remembered for a second at most
    const { send } = ways['the plain field'] ?? {}
    const masked = await send?.()

    expect(masked?.data.customer.firstName).toMatch(/^(\S{1,2}\.?)( \S{1,2}\.?)*$/u)
    expect(masked?.text).not.toContain('CANARY')
    expect(masked?.redactions).toEqual([])

    const [policy] = await world.sql<{ version: number }>(
      'select version from identity.access_policy_version limit 1',
    )
    const tightened = await world.people
      .admin('north')
      .send(
        'mutation T($input: AccessPolicyUpdateInput!) { accessPolicyUpdate(input: $input) { accessPolicy { version } userErrors { code } } }',
        { input: { marketingContactMasked: false, version: policy?.version } },
      )
    await new Promise((resolve) => setTimeout(resolve, 1100))

    expect(tightened.data.accessPolicyUpdate.userErrors).toEqual([])
    expect((await send?.())?.data.customer.firstName).toBeNull()
  })
})

describe('a denied field', () => {
  it('ACC-25 MUST refuse the whole operation before anything is fetched, naming each path in the terms of the client', async () => {
    const answer = await marketing.send(
      'query D($id: ID!) { lead(id: $id) { status money: budgetCents assignee { mail: email } } }',
      { id: leadId },
    )

    expect(answer.status).toBe(403)
    expect(answer.data).toBeNull()
    expect(
      answer.errors.map(({ path, extensions }) => [path?.join('.'), extensions.coordinate, extensions.code]),
    ).toEqual(
      expect.arrayContaining([
        ['lead.money', 'Lead.budgetCents', 'ACCESS_DENIED'],
        ['lead.assignee.mail', 'User.email', 'ACCESS_DENIED'],
      ]),
    )
  })
})
