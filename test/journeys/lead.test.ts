import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { encodeId } from '@autora/shared/request'
import { startWorld, type World } from '../kit/world.js'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.close())

const document = readFileSync(join(__dirname, '../fixtures/adf/12-dialect-trade-before-buy.xml'))

const LEAD = `
  query Lead($id: ID!) {
    lead(id: $id) {
      id
      status
      consentState
      interest
      wantedVehicles { make model stockNumber }
      tradeIns { make model }
      store { id name }
      customer { id firstName lastName emails phones { raw e164 type } }
    }
  }`

const TAKE = `
  mutation Take($input: LeadAssignInput!) {
    leadAssign(input: $input) { lead { status version assignee { id displayName } } userErrors { code } }
  }`

const TRAIL = `
  query Trail($filter: AuditEventFilter!) {
    auditEvents(filter: $filter) { edges { node { action actorPrincipal actorId requestId store { id } } } }
  }`

const storeId = () => encodeId('Store', world.people.store('north-one').id)

const PERSONAL = ['Dana', 'Whitfield', 'dana.whitfield@example.com', '4195550188']

/** A real document comes in through a partner's scoped key. @returns the id of its lead. */
async function deliver(): Promise<string> {
  const receipt = await world.people
    .partner('north-one')
    .post('/intake/adf', document, { 'content-type': 'application/xml', 'x-request-id': 'journey-intake-1' })
  expect(receipt.status).toBe(202)
  const intake = JSON.parse(receipt.text) as { state: string; leadIds: string[] }
  expect(intake).toMatchObject({ state: 'APPLIED', leadIds: [expect.stringMatching(/^led_/)] })
  return intake.leadIds[0] ?? ''
}

/** The right salesperson sees it whole, every character kept, and takes it. @returns his id. */
async function work(id: string): Promise<string> {
  const sales = world.people.sales('north-one')
  const whole = await sales.send(LEAD, { id })
  expect(whole.errors).toEqual([])
  expect(whole.data.lead).toMatchObject({
    status: 'NEW',
    consentState: 'UNKNOWN',
    interest: 'BUY',
    wantedVehicles: [{ make: 'Harley-Davidson', model: 'Road Glide', stockNumber: 'U1234' }],
    tradeIns: [{ make: 'Harley-Davidson', model: 'Road King' }],
    store: { id: storeId() },
    customer: { firstName: 'Dana', lastName: 'Whitfield', emails: ['dana.whitfield@example.com'] },
  })
  expect(whole.data.lead.customer.phones).toEqual([{ raw: '4195550188', e164: null, type: 'MOBILE' }])

  const userId = encodeId('User', world.people.membership('DEALER_SALES', 'north-one').userId)
  const assigned = await sales.send(
    TAKE,
    { input: { id, assigneeId: userId, version: 1 } },
    { 'x-request-id': 'journey-assign-1' },
  )
  expect(assigned.errors).toEqual([])
  expect(assigned.data.leadAssign).toMatchObject({
    lead: { status: 'ASSIGNED', assignee: { id: userId, displayName: expect.any(String) } },
    userErrors: [],
  })
  return userId
}

/** Marketing sees the same lead, its personal data redacted, and is told why. */
async function expectRedacted(id: string): Promise<void> {
  const redacted = await world.people.marketing('north-one').send(LEAD, { id })
  expect(redacted.status).toBe(200)
  expect(redacted.errors).toEqual([])
  expect(redacted.data.lead).toMatchObject({
    status: 'ASSIGNED',
    wantedVehicles: [{ make: 'Harley-Davidson' }],
    customer: { firstName: null, lastName: null, emails: null },
  })
  expect(redacted.data.lead.customer.phones).toEqual([{ raw: null, e164: null, type: 'MOBILE' }])
  for (const word of PERSONAL) expect(redacted.text).not.toContain(word)
  expect(redacted.redactions).toContainEqual(
    expect.objectContaining({
      path: ['lead', 'customer', 'firstName'],
      coordinate: 'Customer.firstName',
      class: 'CONTACT',
      policy: 'class:CONTACT/DEALER_MARKETING',
      reason: 'CLASS_DENIED',
    }),
  )
}

/** Another store of the group, another group: byte for byte as if it did not exist. Platform staff: refused. */
async function expectNothingElsewhere(id: string): Promise<void> {
  const { people } = world
  const absent = encodeId('Lead', '00000000-0000-4000-8000-000000000000')
  for (const stranger of [people.sales('north-two'), people.admin('south'), people.sales('south-one')]) {
    const foreign = await stranger.send(LEAD, { id }, { 'x-request-id': 'journey-same-1' })
    const missing = await stranger.send(LEAD, { id: absent }, { 'x-request-id': 'journey-same-1' })
    expect(foreign.data).toEqual({ lead: null })
    expect(foreign.text).toBe(missing.text)
  }
  for (const [client, reason] of [
    [people.support(), 'GRANT_REQUIRED'],
    [people.owner(), 'AGGREGATE_ONLY'],
  ] as const) {
    const refused = await client.send('query Lead($id: ID!) { lead(id: $id) { id } }', { id })
    expect(refused.status).toBe(403)
    expect(refused.data).toBeNull()
    expect(refused.errors[0]?.extensions).toMatchObject({ code: 'ACCESS_DENIED', reason })
  }
}

/** The audit trail holds who did what. */
async function expectTrail(id: string, userId: string): Promise<void> {
  const trail = await world.people.admin('north').send(TRAIL, { filter: { targetId: id } })
  expect(trail.errors).toEqual([])
  expect(trail.data.auditEvents.edges.map(({ node }: { node: object }) => node)).toEqual([
    {
      action: 'lead.assigned',
      actorPrincipal: 'DEALER_SALES',
      actorId: userId,
      requestId: 'journey-assign-1',
      store: { id: storeId() },
    },
    {
      action: 'lead.created',
      actorPrincipal: 'PARTNER',
      actorId: expect.stringMatching(/^key_/),
      requestId: 'journey-intake-1',
      store: { id: storeId() },
    },
  ])
}

describe("a lead's way", () => {
  it('JRN-01 MUST lead from a partner through sales and marketing to the audit trail, and nowhere else', async () => {
    const id = await deliver()
    const userId = await work(id)

    await expectRedacted(id)
    await expectNothingElsewhere(id)
    await expectTrail(id, userId)

    for (const word of PERSONAL) expect(world.logLines.join('\n')).not.toContain(word)
  })
})
