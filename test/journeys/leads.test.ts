import { randomUUID } from 'node:crypto'
import { decodeId, encodeId } from '@autora/shared/request'
import { footprint } from '../attacks/footprint.js'
import type { Answer, Client } from '../kit/client.js'
import { startWorld, type World } from '../kit/world.js'

let world: World
let sales: Client
beforeAll(async () => {
  world = await startWorld()
  sales = world.people.sales('north-one')
})
afterAll(() => world.close())

const CREATE = `mutation C($input: LeadCreateInput!) { leadCreate(input: $input) {
  lead { id status version } userErrors { code field } } }`
const MOVE = `mutation M($input: LeadChangeStatusInput!) { leadChangeStatus(input: $input) {
  lead { status version lostReason closedAt } userErrors { code field } } }`
const ASSIGN = `mutation A($input: LeadAssignInput!) { leadAssign(input: $input) {
  lead { status version assignee { id } } userErrors { code field } } }`
const SEND = `mutation S($input: MessageSendInput!) { messageSend(input: $input) {
  message { id status direction channel isAutomatic body recipient author { id } } userErrors { code field } } }`
const LEAD = `query L($id: ID!) { lead(id: $id) {
  status version firstResponseAt lostReason closedAt assignee { id }
  statusHistory { fromStatus toStatus changedBy { id } } } }`

const userId = (where = 'north-one') =>
  encodeId('User', world.people.membership('DEALER_SALES', where).userId)
const input = (parts: object = {}) => ({
  storeId: encodeId('Store', world.people.store('north-one').id),
  customer: { firstName: 'Thandi', emails: [`${randomUUID()}@example.test`] },
  interest: 'BUY',
  source: 'WALK_IN',
  ...parts,
})

/** A new lead of north-one. */
async function newLead(): Promise<string> {
  const answer = await sales.send(CREATE, { input: input() })
  expect(answer.data.leadCreate.userErrors).toEqual([])
  return answer.data.leadCreate.lead.id
}

const leadOf = async (id: string) => (await sales.send(LEAD, { id })).data.lead
const move = async (id: string, status: string, parts: object = {}): Promise<Answer> =>
  sales.send(MOVE, { input: { id, status, version: (await leadOf(id)).version, ...parts } })

const eventsOn = async (targetId: string) => {
  const answer = await world.people
    .admin('north')
    .send('query T($f: AuditEventFilter) { auditEvents(filter: $f) { edges { node { action detail } } } }', {
      f: { targetId },
    })
  return answer.data.auditEvents.edges.map(({ node }: { node: { action: string; detail: string } }) => [
    node.action,
    JSON.parse(node.detail),
  ])
}

const refusalOf = (answer: Answer, field: string) => {
  const [payload] = Object.values(answer.data ?? {}) as [
    { userErrors: { code: string; field: unknown }[] } & Record<string, unknown>,
  ]
  expect(payload[field]).toBeNull()
  return payload.userErrors
}

describe('leadChangeStatus', () => {
  it('JRN-80 MUST lead from new to won, with history, events and an end', async () => {
    const id = await newLead()
    const steps = ['CONTACTED', 'ENGAGED', 'APPOINTMENT_SET', 'VISITED', 'NEGOTIATING', 'WON']

    for (const status of steps) expect((await move(id, status)).data.leadChangeStatus.userErrors).toEqual([])

    const lead = await leadOf(id)
    expect(lead).toMatchObject({ status: 'WON', version: 7, lostReason: null, closedAt: expect.any(String) })
    const all = ['NEW', ...steps]
    expect(lead.statusHistory).toEqual(
      all.map((toStatus, index) => ({
        fromStatus: all[index - 1] ?? null,
        toStatus,
        changedBy: { id: userId() },
      })),
    )
    expect(await eventsOn(id)).toEqual([
      ...[...steps].reverse().map((to) => ['lead.statusChanged', { from: all[all.indexOf(to) - 1], to }]),
      ['lead.created', expect.anything()],
    ])
  })

  it('JRN-81 MUST lose a lead for a reason, and open it again once', async () => {
    const id = await newLead()

    const lost = await move(id, 'LOST', { lostReason: 'Bought elsewhere' })
    const reopened = await move(id, 'REOPENED')
    const again = await move(id, 'REOPENED')

    expect(lost.data.leadChangeStatus).toEqual({
      lead: { status: 'LOST', version: 2, lostReason: 'Bought elsewhere', closedAt: expect.any(String) },
      userErrors: [],
    })
    expect(reopened.data.leadChangeStatus.lead).toEqual({
      status: 'REOPENED',
      version: 3,
      lostReason: null,
      closedAt: null,
    })
    expect(refusalOf(again, 'lead')).toEqual([{ code: 'STATUS_TRANSITION_REFUSED', field: ['status'] }])
  })

  it.each([
    ['backwards', 'ENGAGED', 'CONTACTED'],
    ['to new', 'ASSIGNED', 'NEW'],
    ['where it is already', 'CONTACTED', 'CONTACTED'],
    ['out of spam', 'SPAM', 'CONTACTED'],
    ['out of what was won', 'WON', 'LOST'],
    ['back from what was won', 'WON', 'REOPENED'],
    ['open again without being lost', 'CONTACTED', 'REOPENED'],
    ['out of what was merged', 'MERGED', 'NEW'],
  ])('JRN-82 MUST NOT go %s', async (_name, from, to) => {
    const id = await newLead()
    await move(id, from)
    const before = await footprint(world)

    const answer = await move(id, to, { lostReason: 'x' })

    expect(refusalOf(answer, 'lead')).toEqual([{ code: 'STATUS_TRANSITION_REFUSED', field: ['status'] }])
    expect(await footprint(world)).toEqual(before)
  })

  it.each<[string, object, string, string[]]>([
    ['lost without a word', { status: 'LOST' }, 'LOST_REASON_REQUIRED', ['lostReason']],
    [
      'lost with nothing but spaces',
      { status: 'LOST', lostReason: '   ' },
      'LOST_REASON_REQUIRED',
      ['lostReason'],
    ],
    ['lost with too many words', { status: 'LOST', lostReason: 'x'.repeat(201) }, 'INVALID', ['lostReason']],
    ['over a change that was not seen', { status: 'CONTACTED', version: 2 }, 'CONFLICT', ['version']],
    ['over a version that never was', { status: 'CONTACTED', version: -1 }, 'CONFLICT', ['version']],
  ])('JRN-83 MUST NOT be %s', async (_name, parts, code, field) => {
    const id = await newLead()
    const before = await footprint(world)

    const answer = await sales.send(MOVE, { input: { id, version: 1, ...parts } })

    expect(refusalOf(answer, 'lead')).toEqual([{ code, field }])
    expect(await footprint(world)).toEqual(before)
  })

  it('JRN-84 MUST let one of ten at the same time through, and tell the others', async () => {
    const id = await newLead()

    const answers = await Promise.all(
      Array.from({ length: 10 }, () => sales.send(MOVE, { input: { id, status: 'CONTACTED', version: 1 } })),
    )

    const codes = answers.map(({ data }) => data.leadChangeStatus.userErrors[0]?.code ?? 'DONE').sort()
    expect(codes).toEqual([...Array(9).fill('CONFLICT'), 'DONE'])
    expect(await leadOf(id)).toMatchObject({ status: 'CONTACTED', version: 2 })
    expect(await eventsOn(id)).toHaveLength(2)
  })
})

describe('leadAssign', () => {
  const assign = (id: string, assigneeId: string, version = 1) =>
    sales.send(ASSIGN, { input: { id, assigneeId, version } })

  it('JRN-85 MUST give a lead to a person of its store and on to another, with events', async () => {
    const id = await newLead()
    const colleague = encodeId('User', world.people.membership('DEALER_ADMIN', 'north-one').userId)

    const first = await assign(id, userId())
    const second = await assign(id, colleague, 2)

    expect(first.data.leadAssign).toEqual({
      lead: { status: 'ASSIGNED', version: 2, assignee: { id: userId() } },
      userErrors: [],
    })
    expect(second.data.leadAssign.lead).toEqual({
      status: 'ASSIGNED',
      version: 3,
      assignee: { id: colleague },
    })
    const [[, detail]] = await eventsOn(id)
    expect(detail).toEqual({ assigneeId: colleague, previousAssigneeId: userId(), status: 'ASSIGNED' })
  })

  it.each<[string, () => string, number, string, string[]]>([
    ['somebody of another store', () => userId('north-three'), 1, 'ASSIGNEE_NOT_IN_STORE', ['assigneeId']],
    ['somebody of another group', () => userId('south-one'), 1, 'ASSIGNEE_NOT_IN_STORE', ['assigneeId']],
    [
      'somebody of marketing',
      () => encodeId('User', world.people.membership('DEALER_MARKETING', 'north-one').userId),
      1,
      'ASSIGNEE_NOT_IN_STORE',
      ['assigneeId'],
    ],
    ['nobody', () => 'usr_00000000000040008000000000000000', 1, 'ASSIGNEE_NOT_IN_STORE', ['assigneeId']],
    [
      'no id of a person',
      () => 'led_00000000000040008000000000000000',
      1,
      'ASSIGNEE_NOT_IN_STORE',
      ['assigneeId'],
    ],
    ['somebody, over a change that was not seen', () => userId(), 9, 'CONFLICT', ['version']],
  ])('JRN-86 MUST NOT be given to %s', async (_name, who, version, code, field) => {
    const id = await newLead()
    const before = await footprint(world)

    const answer = await assign(id, who(), version)

    expect(refusalOf(answer, 'lead')).toEqual([{ code, field }])
    expect(await footprint(world)).toEqual(before)
  })
})

describe('messageSend', () => {
  /** A conversation of north-one that is over. */
  async function closedConversation(): Promise<string> {
    const [row] = await world.sql<{ id: string }>(
      `select id from dealer_ops.conversation where store_id = $1 and state = 'CLOSED' limit 1`,
      [world.people.store('north-one').id],
    )
    return encodeId('Conversation', row?.id ?? '')
  }

  /** A conversation about a new lead: nobody has answered it yet. */
  async function freshConversation(channel = 'EMAIL'): Promise<{ id: string; leadId: string }> {
    const leadId = await newLead()
    const { id: storeUuid, groupId } = world.people.store('north-one')
    const id = randomUUID()
    await world.sql(
      `begin; alter table dealer_ops.conversation disable trigger must_be_audited;
       insert into dealer_ops.conversation (tenant_id, store_id, id, lead_id, channel, unread)
       values ('${groupId}', '${storeUuid}', '${id}', '${decodeId('Lead', leadId)}', '${channel}', 3);
       alter table dealer_ops.conversation enable always trigger must_be_audited; commit`,
    )
    return { id: encodeId('Conversation', id), leadId }
  }

  it('JRN-89 MUST queue a message in its own words, and tell the trail none of them', async () => {
    const { id, leadId } = await freshConversation()

    const answer = await sales.send(SEND, {
      input: { conversationId: id, subject: 'Hello', body: 'Good morning, Thandi' },
    })

    const { message, userErrors } = answer.data.messageSend
    expect(userErrors).toEqual([])
    expect(message).toEqual({
      id: expect.stringMatching(/^msg_/),
      status: 'QUEUED',
      direction: 'OUTBOUND',
      channel: 'EMAIL',
      isAutomatic: false,
      body: 'Good morning, Thandi',
      recipient: expect.stringContaining('@example.test'),
      author: { id: userId() },
    })
    const detail = {
      conversationId: id,
      leadId,
      channel: 'EMAIL',
      isAutomatic: false,
      leadStatus: 'CONTACTED',
    }
    expect(await eventsOn(message.id)).toEqual([['message.sent', detail]])
  })

  it('JRN-90 MUST date the first answer of a lead, and only the first', async () => {
    const { id, leadId } = await freshConversation()

    await sales.send(SEND, { input: { conversationId: id, body: 'Good morning' } })
    const first = await leadOf(leadId)
    await sales.send(SEND, { input: { conversationId: id, body: 'Are you there?' } })
    const second = await leadOf(leadId)

    expect(first).toMatchObject({ status: 'CONTACTED', firstResponseAt: expect.any(String) })
    expect(second).toMatchObject({ status: 'CONTACTED', firstResponseAt: first.firstResponseAt })
    expect(second.statusHistory).toHaveLength(2)
    const inbox = await sales.send(
      'query C($id: ID!) { conversation(id: $id) { unread messages { edges { node { body } } } } }',
      { id },
    )
    expect(inbox.data.conversation.unread).toBe(0)
    expect(inbox.data.conversation.messages.edges).toHaveLength(2)
  })

  it('JRN-91 MUST log a call as sent, and not move a lead that is further', async () => {
    const { id, leadId } = await freshConversation('CALL_LOG')
    await world.sql(
      `begin; alter table dealer_ops.customer_phone disable trigger must_be_audited;
       insert into dealer_ops.customer_phone (tenant_id, store_id, customer_id, position, raw, e164, type)
       select tenant_id, store_id, customer_id, 1, '082 555 0100', '+27825550100', 'MOBILE' from dealer_ops.lead
        where id = '${decodeId('Lead', leadId)}';
       alter table dealer_ops.customer_phone enable always trigger must_be_audited; commit`,
    )
    await move(leadId, 'NEGOTIATING')

    const answer = await sales.send(SEND, {
      input: { conversationId: id, subject: 'ignored', body: 'Spoke about the price' },
    })

    expect(answer.data.messageSend.message).toMatchObject({
      status: 'SENT',
      channel: 'CALL_LOG',
      recipient: '+27825550100',
    })
    expect(await leadOf(leadId)).toMatchObject({ status: 'NEGOTIATING', firstResponseAt: expect.any(String) })
  })

  it('JRN-92 MUST NOT go out on a conversation that is closed', async () => {
    const id = await closedConversation()
    const before = await footprint(world)

    const answer = await sales.send(SEND, { input: { conversationId: id, body: 'Hello?' } })

    expect(refusalOf(answer, 'message')).toEqual([{ code: 'CONVERSATION_CLOSED', field: null }])
    expect(await footprint(world)).toEqual(before)
  })

  it.each<[string, object, string, string[] | null]>([
    ['nothing to say', { body: '   ' }, 'INVALID', ['body']],
    ['too much to say', { body: 'x'.repeat(32_001) }, 'INVALID', ['body']],
    ['too long a subject', { body: 'x', subject: 'x'.repeat(301) }, 'INVALID', ['subject']],
    ['half a character', { body: 'x\ud800' }, 'INVALID', ['body']],
    ['no conversation', { body: 'x', conversationId: 'cnv_x' }, 'NOT_FOUND', null],
  ])('JRN-93 MUST NOT go out with %s', async (_name, parts, code, field) => {
    const { id } = await freshConversation()
    const before = await footprint(world)

    const answer = await sales.send(SEND, { input: { conversationId: id, ...parts } })

    expect(refusalOf(answer, 'message')).toEqual([{ code, field }])
    expect(await footprint(world)).toEqual(before)
  })

  it('JRN-94 MUST NOT go out to a customer without an address on the channel', async () => {
    const { id } = await freshConversation('SMS')
    const before = await footprint(world)

    const answer = await sales.send(SEND, { input: { conversationId: id, body: 'Hello' } })

    expect(refusalOf(answer, 'message')).toEqual([{ code: 'RECIPIENT_UNREACHABLE', field: null }])
    expect(await footprint(world)).toEqual(before)
  })

  it.each([
    ['a marketer', () => world.people.marketing('north-one')],
    ['the platform owner', () => world.people.owner()],
    ['support', () => world.people.support()],
    ['a partner without the scope', () => world.people.partner('north-one', 'FULL')],
  ])('JRN-95 MUST NOT be sent by %s', async (_name, client) => {
    const { id } = await freshConversation()
    const before = await footprint(world)

    const answer = await client().send(
      'mutation S($i: MessageSendInput!) { messageSend(input: $i) { userErrors { code } } }',
      {
        i: { conversationId: id, body: 'Hello' },
      },
    )

    expect([answer.status, answer.data]).toEqual([403, null])
    expect(await footprint(world)).toEqual(before)
  })
})
