import type { DemoMembership } from '@autora/cli'
import { encodeId } from '@autora/shared/request'
import type { Client } from '../kit/client.js'
import { forgotten, loosenPolicy, pairOf, publishRule, updatePolicy } from '../kit/governance.js'
import { startWorld, type World } from '../kit/world.js'

let world: World
let seller: DemoMembership
let sales: Client
let colleague: DemoMembership

beforeEach(async () => {
  world = await startWorld()
  const { id } = world.people.store('north-one')
  const sellers = world.network.memberships.filter(
    (one) => one.role === 'DEALER_SALES' && one.storeId === id && one.endedDaysAgo === null,
  )
  const [first, second] = sellers
  if (!first || !second) throw new Error('north-one lacks two salespeople')
  seller = first
  colleague = second
  sales = world.people.as(seller)
})
afterEach(() => world.close())

const tighten = async () => {
  const [admin] = pairOf(world, 'DEALER_ADMIN', 'north')
  const answer = await updatePolicy(admin, { version: 1, salesLeadVisibility: 'ASSIGNED' })
  expect(answer.userErrors).toEqual([])
}

const lists = ['leads', 'inbox', 'appointments', 'customers'] as const

/** All ids of a list that somebody sees, page by page. */
async function idsOf(client: Client, list: (typeof lists)[number]): Promise<string[]> {
  const ids: string[] = []
  let after: string | null = null
  do {
    const query = `query L($after: String) { page: ${list}(first: 100, after: $after) { edges { node { id } } pageInfo { hasNextPage endCursor } } }`
    const { data } = await client.send(query, { after })
    ids.push(...data.page.edges.map(({ node }: { node: { id: string } }) => node.id))
    after = data.page.pageInfo.hasNextPage ? data.page.pageInfo.endCursor : null
  } while (after !== null)
  return ids.sort()
}

/** What the store holds that belongs to leads of a person, or to nobody's, past every wall. */
async function ownAndPool(): Promise<Readonly<Record<(typeof lists)[number], readonly string[]>>> {
  const visible = `select id, customer_id from dealer_ops.lead
    where store_id = $1 and (assignee_id is null or assignee_id = $2)`
  const ids = async (type: 'Lead' | 'Conversation' | 'Appointment' | 'Customer', sql: string) =>
    (
      await world.sql<{ id: string }>(`with visible as (${visible}) ${sql}`, [
        world.people.store('north-one').id,
        seller.userId,
      ])
    )
      .map(({ id }) => encodeId(type, id))
      .sort()
  return {
    leads: await ids('Lead', 'select id from visible'),
    inbox: await ids(
      'Conversation',
      'select c.id from dealer_ops.conversation c join visible v on v.id = c.lead_id',
    ),
    appointments: await ids(
      'Appointment',
      'select a.id from dealer_ops.appointment a join visible v on v.id = a.lead_id',
    ),
    customers: await ids('Customer', 'select distinct customer_id as id from visible'),
  }
}

describe('salesLeadVisibility', () => {
  it('ROW-01 MUST narrow Sales to its own leads and the pool, with everything that belongs to them', async () => {
    const expected = await ownAndPool()
    const before = Object.fromEntries(
      await Promise.all(lists.map(async (list) => [list, await idsOf(sales, list)])),
    )

    await tighten()

    for (const list of lists) {
      const seen = await idsOf(sales, list)
      expect(seen).toEqual(expected[list])
      expect(seen.length).toBeGreaterThan(0)
      expect(seen.length).toBeLessThan(before[list].length)
    }
  })

  it('ROW-02 MUST hide what belongs to a lead of a colleague on every way to it', async () => {
    const [theirs] = await world.sql<{
      lead: string
      customer: string
      conversation: string
      message: string
    }>(
      `select l.id as lead, l.customer_id as customer, c.id as conversation, m.id as message
         from dealer_ops.lead l join dealer_ops.conversation c on c.lead_id = l.id
         join dealer_ops.message m on m.conversation_id = c.id
        where l.assignee_id = $1 and l.store_id = $2 and not exists (
          select from dealer_ops.lead o where o.customer_id = l.customer_id and o.id <> l.id) limit 1`,
      [colleague.userId, world.people.store('north-one').id],
    )
    if (!theirs) throw new Error('the colleague has no conversation')
    const variables = {
      lead: encodeId('Lead', theirs.lead),
      customer: encodeId('Customer', theirs.customer),
      conversation: encodeId('Conversation', theirs.conversation),
    }
    const LOOK = `query L($lead: ID!, $customer: ID!, $conversation: ID!) {
      lead(id: $lead) { id } customer(id: $customer) { id } conversation(id: $conversation) { id } }`
    const NOTE = `mutation S($input: MessageSendInput!) { messageSend(input: $input) { userErrors { code } } }`
    const before = await sales.send(LOOK, variables)

    await tighten()
    const after = await sales.send(LOOK, variables)
    const sent = await sales.send(NOTE, { input: { conversationId: variables.conversation, body: 'Hello' } })

    expect(before.data).toEqual({
      lead: { id: variables.lead },
      customer: { id: variables.customer },
      conversation: { id: variables.conversation },
    })
    expect(after.data).toEqual({ lead: null, customer: null, conversation: null })
    expect(sent.data.messageSend.userErrors).toEqual([{ code: 'NOT_FOUND' }])
    expect((await world.people.as(colleague).send(LOOK, variables)).data.lead).not.toBeNull()
    expect((await world.people.admin('north-one').send(LOOK, variables)).data.lead).not.toBeNull()
  })

  it('ROW-03 MUST let somebody pick a lead up from the pool, which is gone for the others then', async () => {
    await tighten()
    const [open] = await world.sql<{ id: string; version: number }>(
      'select id, version from dealer_ops.lead where store_id = $1 and assignee_id is null limit 1',
      [world.people.store('north-one').id],
    )
    if (!open) throw new Error('north-one has no unassigned lead')
    const id = encodeId('Lead', open.id)
    const ASSIGN = `mutation A($input: LeadAssignInput!) { leadAssign(input: $input) { lead { id version } userErrors { code } } }`
    const LOOK = 'query L($id: ID!) { lead(id: $id) { id } }'
    const others = world.people.as(colleague)
    expect((await others.send(LOOK, { id })).data.lead).toEqual({ id })

    const assigneeId = encodeId('User', seller.userId)
    const picked = await sales.send(ASSIGN, { input: { id, assigneeId, version: open.version } })

    expect(picked.data.leadAssign.userErrors).toEqual([])
    expect((await sales.send(LOOK, { id })).data.lead).toEqual({ id })
    expect((await others.send(LOOK, { id })).data.lead).toBeNull()
  })

  it('ROW-06 MUST let a narrowed salesperson record a lead, and leave handing one over to an admin', async () => {
    await tighten()
    const CREATE = `mutation C($input: LeadCreateInput!) { leadCreate(input: $input) {
      lead { id version customer { firstName } } userErrors { code } } }`
    const ASSIGN = `mutation A($input: LeadAssignInput!) { leadAssign(input: $input) { lead { id } userErrors { code } } }`
    const storeId = encodeId('Store', world.people.store('north-one').id)
    const customer = { firstName: 'Walk', lastName: 'In', phones: ['+27 82 000 0000'] }

    const input = { storeId, customer, interest: 'BUY', source: 'WALK_IN' }
    const created = (await sales.send(CREATE, { input })).data.leadCreate
    const { id, version } = created.lead
    const handOver = { input: { id, version, assigneeId: encodeId('User', colleague.userId) } }
    const own = await sales.send(ASSIGN, handOver)
    const byAdmin = await world.people.admin('north-one').send(ASSIGN, handOver)

    expect(created).toMatchObject({ lead: { customer: { firstName: 'Walk' } }, userErrors: [] })
    expect(own.data.leadAssign).toEqual({ lead: null, userErrors: [{ code: 'NOT_FOUND' }] })
    expect(byAdmin.data.leadAssign).toEqual({ lead: { id }, userErrors: [] })
  })

  it('ROW-04 MUST follow the floor of the platform, and open again when policy and floor allow it', async () => {
    const whole = await idsOf(sales, 'leads')

    await publishRule(world, { knob: 'SALES_LEAD_VISIBILITY', loosest: 'ASSIGNED', version: 0 })
    const bounded = await idsOf(sales, 'leads')
    await tighten()
    await world.sql(
      `alter table identity.governance_rule disable trigger user; update identity.governance_rule set loosest = null`,
    )
    expect(await idsOf(sales, 'leads')).toEqual(bounded)
    await loosenPolicy(world, 'north', { version: 2, salesLeadVisibility: 'STORE' })

    expect(bounded.length).toBeLessThan(whole.length)
    expect(await idsOf(sales, 'leads')).toEqual(whole)
  })

  it('ROW-05 MUST leave other groups and other roles as they are, and show an admin what Sales sees', async () => {
    const { people } = world
    const others = [people.sales('south-one'), people.admin('north-one'), people.marketing('north-one')]
    const before = await Promise.all(others.map((client) => idsOf(client, 'leads')))

    await tighten()
    await forgotten()

    expect(await Promise.all(others.map((client) => idsOf(client, 'leads')))).toEqual(before)
    const admin = people.admin('north-one')
    const VIEW = '{ leads(first: 100) { edges { node { assignee { id } } } } }'
    const view = await admin.send(VIEW, {}, { 'x-autora-view-as': 'DEALER_SALES' })
    const assignees = view.data.leads.edges.map(({ node }: { node: { assignee: unknown } }) => node.assignee)
    expect(assignees.length).toBeGreaterThan(0)
    expect(assignees.every((assignee: unknown) => assignee === null)).toBe(true)
  })
})
