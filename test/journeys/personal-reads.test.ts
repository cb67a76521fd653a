import { createHash } from 'node:crypto'
import { encodeId } from '@autora/shared/request'
import { Client } from 'pg'
import type { Answer, Client as Somebody } from '../kit/client.js'
import { startWorld, type World } from '../kit/world.js'
import { approved, LEADS, revoke } from './support-steps.js'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.close())

interface ReadEvent {
  readonly tenant_id: string
  readonly actor_id: string
  readonly actor_principal: string
  readonly request_id: string
  readonly store_id: string | null
  readonly outcome: string
  readonly detail: Answer['data']
}

/** The events of reading that a request left. */
const eventsOf = (answer: Answer): Promise<ReadEvent[]> =>
  world.sql<ReadEvent>(
    `select tenant_id, actor_id, actor_principal, request_id, store_id, outcome, detail from audit.event
      where request_id = $1 and action = 'personalData.read' order by id`,
    [answer.headers.get('x-request-id')],
  )

/** The one event of a request. */
async function eventOf(answer: Answer): Promise<ReadEvent> {
  expect(answer.errors).toEqual([])
  const [event, ...others] = await eventsOf(answer)
  if (!event) throw new Error('the request left no event')
  expect(others).toEqual([])
  return event
}

const nodes = (answer: Answer, list: string): readonly Answer['data'][] =>
  answer.data[list].edges.map(({ node }: Answer['data']) => node)

/** A lead with something of every class that the trail is about. */
const LEAD_FIELDS = `id status comments budgetCents financeIntent referrer
  customer { id firstName lastName emails phones { raw } identity { saIdNumber } }`

describe('who reads personal data', () => {
  it('PRD-01 MUST be recorded for one lead: what, of whom, by whom and in which request, and no value', async () => {
    const seller = world.people.membership('DEALER_SALES', 'north-one')
    const who = world.people.as(seller)
    const all = await who.send('{ leads(first: 100) { edges { node { id comments } } } }')
    const first = nodes(all, 'leads').find(({ comments }) => comments !== null)
    const document = `query OneLead($id: ID!) { lead(id: $id) { ${LEAD_FIELDS} } }`
    const answer = await who.send(document, { id: first.id })

    const event = await eventOf(answer)

    const { lead } = answer.data
    expect(event).toMatchObject({
      actor_id: seller.userId,
      tenant_id: seller.tenantId,
      actor_principal: 'DEALER_SALES',
      store_id: seller.storeId,
      outcome: 'ALLOW',
    })
    expect(event.detail).toMatchObject({
      operation: 'OneLead',
      document: createHash('sha256').update(document).digest('hex'),
      records: { Lead: 1, Customer: 1 },
      first: { Lead: lead.id, Customer: lead.customer.id },
      last: { Lead: lead.id, Customer: lead.customer.id },
      subjects: [lead.customer.id],
      subjectCount: 1,
    })
    expect(event.detail.fields['Customer.emails']).toEqual({ class: 'CONTACT', clear: 1 })
    expect(event.detail.fields['Lead.comments']).toEqual({ class: 'BODY', clear: 1 })
    const values = [lead.comments, lead.customer.firstName, ...lead.customer.emails].filter(Boolean)
    expect(values.length).toBeGreaterThan(0)
    for (const value of values) expect(JSON.stringify(event)).not.toContain(value)
  })

  it('PRD-02 MUST be recorded once for a list, with its counts, its ends and everybody in it', async () => {
    const answer = await world.people.sales('north-one').send(LEADS.replace('first: 3', 'first: 50'))
    const leads = nodes(answer, 'leads')
    const customers = [...new Set(leads.map(({ customer }) => customer.id as string))]

    const { detail } = await eventOf(answer)

    expect(leads.length).toBeGreaterThan(3)
    expect(detail.records.Customer).toBe(customers.length)
    // one who shows nothing personal is not counted before the others, wherever he stands in the list
    expect(customers).toContain(detail.first.Customer)
    expect(customers).toContain(detail.last.Customer)
    expect([...detail.subjects].sort()).toEqual([...customers].sort())
    expect(detail.subjectCount).toBe(customers.length)
    expect(detail.fields['Customer.emails'].clear).toBe(leads.length)
    expect(detail.operation).toBeNull()
  })

  it('PRD-03 MUST name the customer whose messages, notes and vehicles are read, none of whom was asked for', async () => {
    const who = world.people.sales('north-one')
    const all = nodes(
      await who.send(`{ leads(first: 100) { edges { node { id customer { id }
        conversations { messages(first: 1) { edges { node { id } } } } } } } }`),
      'leads',
    )
    const lead = all.find(({ conversations }) => conversations[0]?.messages.edges.length > 0)
    const answer = await who.send(
      `query M($id: ID!) { lead(id: $id) { conversations { messages(first: 5) { edges { node { body } } } } } }`,
      { id: lead.id },
    )

    const { detail, store_id } = await eventOf(answer)

    expect(detail.subjects).toEqual([lead.customer.id])
    expect(Object.keys(detail.fields)).toEqual(['Message.body'])
    expect(detail.fields['Message.body'].clear).toBe(detail.records.Message)
    expect(store_id).toBe(world.people.store('north-one').id)
  })

  it('PRD-04 MUST be recorded with what was masked and what was not shown at all, and by which rule', async () => {
    const marketing = world.people.marketing('north-one')
    const answer = await marketing.send(
      '{ leads(first: 3) { edges { node { id comments status customer { firstName emails } } } } }',
    )

    const { detail, actor_principal } = await eventOf(answer)

    expect(answer.redactions.length).toBeGreaterThan(0)
    expect(actor_principal).toBe('DEALER_MARKETING')
    const redacted = (dataClass: string) => ({
      class: dataClass,
      redacted: 1,
      policy: `class:${dataClass}/DEALER_MARKETING`,
    })
    expect(detail.fields).toEqual({
      'Customer.firstName': redacted('CONTACT'),
      'Customer.emails': redacted('CONTACT'),
      'Lead.comments': redacted('BODY'),
    })
    expect(detail.records).toEqual({ Lead: 3 })
    expect(detail.first.Lead).toBe(nodes(answer, 'leads')[0].id)
    expect(detail.subjectCount).toBeGreaterThan(0)
  })

  it('PRD-05 MUST be recorded for a partner’s key, masked fields as masked', async () => {
    const answer = await world.people
      .partner('north-one', 'FULL')
      .send('{ leads(first: 5) { edges { node { id customer { id lastName emails } } } } }')
    const leads = nodes(answer, 'leads')

    const { detail, actor_principal } = await eventOf(answer)

    expect(actor_principal).toBe('PARTNER')
    expect(leads.length).toBeGreaterThan(0)
    const emails = detail.fields['Customer.emails']
    expect((emails.clear ?? 0) + (emails.masked ?? 0)).toBe(leads.length)
    if (emails.masked) expect(emails.policy).toBe('class:CONTACT/PARTNER')
  })

  it('PRD-06 MUST not escape by aliases, fragments or a mutation’s payload', async () => {
    const who = world.people.sales('north-one')
    const answer = await who.send(`
      fragment Who on Customer { harmless: lastName }
      { a: leads(first: 2) { edges { node { x: customer { ...Who } } } }
        b: leads(first: 2) { edges { node { customer { ... on Customer { alsoHarmless: emails } } } } } }`)

    const { detail } = await eventOf(answer)

    expect(Object.keys(detail.fields).sort()).toEqual(['Customer.emails', 'Customer.lastName'])
    const created = await who.send(
      `mutation C($input: LeadCreateInput!) { leadCreate(input: $input) { lead { customer { id lastName } } } }`,
      {
        input: {
          storeId: encodeId('Store', world.people.store('north-one').id),
          customer: { lastName: 'Newcomer', emails: ['newcomer@example.test'] },
          interest: 'BUY',
          source: 'WALK_IN',
        },
      },
    )
    expect((await eventOf(created)).detail.subjects).toEqual([created.data.leadCreate.lead.customer.id])
  })

  it('PRD-07 MUST be recorded for colleagues’ addresses, and not for one’s own', async () => {
    const admin = world.people.membership('DEALER_ADMIN', 'north')
    const me = await world.people.as(admin).send('{ me { displayName user { id email mobile } } }')
    const all = await world.people.as(admin).send('{ users(first: 100) { edges { node { id email } } } }')

    expect(me.data.me.user.email).toMatch(/@/)
    expect(await eventsOf(me)).toEqual([])
    const { detail } = await eventOf(all)
    const others = nodes(all, 'users').filter(({ id }) => id !== encodeId('User', admin.userId))
    expect(detail.fields).toEqual({ 'User.email': { class: 'STAFF', clear: others.length } })
    expect([...detail.subjects].sort()).toEqual(others.map(({ id }) => id).sort())
  })

  it('PRD-08 MUST not be recorded where nothing is said of a person', async () => {
    const who = world.people.sales('north-one')
    const answers = [
      await who.send('{ leads(first: 3) { edges { node { id status customer { id } store { name } } } } }'),
      await who.send('{ leads(first: 3) { edges { node { assignee { displayName } } } } }'),
      await who.send('{ me { principal stores { name } } }'),
      await world.people.admin('north').send('{ auditEvents(first: 5) { edges { node { action } } } }'),
    ]

    for (const answer of answers) {
      expect(answer.errors).toEqual([])
      expect(await eventsOf(answer)).toEqual([])
    }
  })

  it('PRD-09 MUST be found by the Dealer Admin, and by nobody of another group', async () => {
    const seller = world.people.membership('DEALER_SALES', 'north-one')
    const answer = await world.people.as(seller).send(LEADS)
    const requestId = answer.headers.get('x-request-id')
    const found = async (who: Somebody) =>
      nodes(
        await who.send(
          `query R($id: String) { auditEvents(filter: { action: "personalData.read", requestId: $id }) {
             edges { node { actorId targetType store { id } detail } } } }`,
          { id: requestId },
        ),
        'auditEvents',
      )

    const [event, ...others] = await found(world.people.admin('north'))

    expect(others).toEqual([])
    expect(event).toMatchObject({
      actorId: encodeId('User', seller.userId),
      targetType: 'Operation',
      store: { id: encodeId('Store', world.people.store('north-one').id) },
    })
    expect(JSON.parse(event.detail).subjects.length).toBeGreaterThan(0)
    expect(await found(world.people.admin('south'))).toEqual([])
  })

  it('PRD-10 MUST be the one event of the grant where it is read under one, with the same fields and subjects', async () => {
    const grant = await approved(world)
    const answer = await world.people.support(grant).send(LEADS)
    const events = await world.sql<{ action: string; detail: Answer['data'] }>(
      `select action, detail from audit.event where request_id = $1`,
      [answer.headers.get('x-request-id')],
    )
    await revoke(world, grant)

    expect(events.map(({ action }) => action)).toEqual(['supportAccess.read'])
    const customers = new Set(nodes(answer, 'leads').map(({ customer }) => customer.id))
    expect(new Set(events[0]?.detail.subjects)).toEqual(customers)
    expect(events[0]?.detail.fields['Customer.emails']).toMatchObject({
      class: 'CONTACT',
      masked: 3,
      policy: 'class:CONTACT/PLATFORM_SUPPORT',
    })
  })
})

describe('an answer with personal data', () => {
  const columns =
    '(tenant_id, actor_id, actor_principal, grant_id, request_id, action, outcome, store_id, target_type, target_id, detail)'

  it('PRD-11 MUST not leave where its event cannot be written, and whatever else is asked for still does', async () => {
    const who = world.people.sales('north-one')
    await world.sql(`revoke insert ${columns} on audit.event from autora_sec`)
    const refused = await who.send(LEADS)
    const plain = await who.send('{ leads(first: 3) { edges { node { id status } } } }')
    await world.sql(`grant insert ${columns} on audit.event to autora_sec`)

    expect(refused.data?.leads ?? null).toBeNull()
    expect(refused.errors.map(({ extensions }) => extensions.code)).toEqual(['SERVICE_UNAVAILABLE'])
    expect(refused.text).not.toMatch(/@|audit|permission/i)
    expect(nodes(plain, 'leads')).toHaveLength(3)
    expect(nodes(await who.send(LEADS), 'leads')).toHaveLength(3)
  })

  it('PRD-12 MUST wait for its event: while the trail is locked not a byte of it comes', async () => {
    const who = world.people.sales('north-one')
    const lock = new Client({ connectionString: world.adminUrl })
    await lock.connect()
    await lock.query('begin; lock table audit.event in share row exclusive mode')
    let isAnswered = false
    const asked = who.send(LEADS).finally(() => {
      isAnswered = true
    })
    const waits = `select 1 from pg_locks l join pg_stat_activity a using (pid)
                    where not l.granted and l.relation = 'audit.event'::regclass and a.usename = 'autora_dealer_ops'`
    while ((await world.sql(waits)).length === 0 && !isAnswered) await new Promise(setImmediate)

    expect(isAnswered).toBe(false)
    await lock.query('commit')
    await lock.end()
    await eventOf(await asked)
  })

  it('PRD-13 MUST each have its own event with its own reader, however many are written together', async () => {
    const readers = ['north-one', 'north-two', 'south-one'].flatMap((store) => [
      world.people.membership('DEALER_SALES', store),
      world.people.membership('DEALER_MARKETING', store),
    ])
    const asked = Array.from({ length: 60 }, (_, place) => readers[place % readers.length])
    const answers = await Promise.all(
      asked.map(async (reader) => ({ reader, answer: await world.people.as(reader as never).send(LEADS) })),
    )

    for (const { reader, answer } of answers) {
      const event = await eventOf(answer)
      expect(event).toMatchObject({
        actor_id: reader?.userId,
        tenant_id: reader?.tenantId,
        actor_principal: reader?.role,
      })
    }
    const [together] = await world.sql<{ most: number }>(
      `select max(n)::int as most from (
         select count(*) as n from audit.event where action = 'personalData.read' group by xid) counted`,
    )
    expect(together?.most).toBeGreaterThan(1)
  })
})
