import { readFileSync } from 'node:fs'
import { join } from 'node:path'
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

const PERSONAL = ['Dana', 'Whitfield', 'dana.whitfield@example.com', '4195550188']

describe("a lead's way", () => {
  it('JRN-01 MUST lead from a partner through sales and marketing to the audit trail, and nowhere else', async () => {
    const { people } = world
    const storeId = people.store('north-one').id.replaceAll('-', '')

    // a real document comes in through a partner's scoped key
    const receipt = await people.partner('north-one').post('/intake/adf', document, {
      'content-type': 'application/xml',
      'x-request-id': 'journey-intake-1',
    })
    expect(receipt.status).toBe(202)
    const intake = JSON.parse(receipt.text) as { id: string; state: string; leadIds: string[] }
    expect(intake).toMatchObject({ state: 'APPLIED', leadIds: [expect.stringMatching(/^led_/)] })
    const id = intake.leadIds[0]

    // the right salesperson sees it whole, every character kept
    const sales = people.sales('north-one')
    const whole = await sales.send(LEAD, { id })
    expect(whole.errors).toEqual([])
    expect(whole.data.lead).toMatchObject({
      status: 'NEW',
      consentState: 'UNKNOWN',
      interest: 'BUY',
      wantedVehicles: [{ make: 'Harley-Davidson', model: 'Road Glide', stockNumber: 'U1234' }],
      tradeIns: [{ make: 'Harley-Davidson', model: 'Road King' }],
      store: { id: `str_${storeId}` },
      customer: { firstName: 'Dana', lastName: 'Whitfield', emails: ['dana.whitfield@example.com'] },
    })
    expect(whole.data.lead.customer.phones).toEqual([{ raw: '4195550188', e164: null, type: 'MOBILE' }])

    // he takes it and works it
    const userId = `usr_${people.membership('DEALER_SALES', 'north-one').userId.replaceAll('-', '')}`
    const assigned = await sales.send(
      `mutation Take($input: LeadAssignInput!) { leadAssign(input: $input) { lead { status version assignee { id displayName } } userErrors { code } } }`,
      { input: { id, assigneeId: userId, version: 1 } },
      { 'x-request-id': 'journey-assign-1' },
    )
    expect(assigned.errors).toEqual([])
    expect(assigned.data.leadAssign).toMatchObject({
      lead: { status: 'ASSIGNED', assignee: { id: userId, displayName: expect.any(String) } },
      userErrors: [],
    })

    // marketing sees the same lead, its personal data redacted, and is told why
    const redacted = await people.marketing('north-one').send(LEAD, { id })
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

    // another store of the group, another group: nothing at all, byte for byte as if it did not exist
    const absent = 'led_00000000000040008000000000000000'
    for (const stranger of [people.sales('north-two'), people.admin('south'), people.sales('south-one')]) {
      const foreign = await stranger.send(LEAD, { id }, { 'x-request-id': 'journey-same-1' })
      const missing = await stranger.send(LEAD, { id: absent }, { 'x-request-id': 'journey-same-1' })
      expect(foreign.data).toEqual({ lead: null })
      expect(foreign.text).toBe(missing.text)
    }

    // platform support sees nothing without a grant, and the owner no rows either
    for (const [client, reason] of [
      [people.support(), 'GRANT_REQUIRED'],
      [people.owner(), 'AGGREGATE_ONLY'],
    ] as const) {
      const refused = await client.send('query Lead($id: ID!) { lead(id: $id) { id } }', { id })
      expect(refused.status).toBe(403)
      expect(refused.data).toBeNull()
      expect(refused.errors[0]?.extensions).toMatchObject({ code: 'ACCESS_DENIED', reason })
    }

    // the audit trail holds who did what
    const trail = await people
      .admin('north')
      .send(
        `query Trail($filter: AuditEventFilter!) { auditEvents(filter: $filter) { edges { node { action actorPrincipal actorId requestId store { id } } } } }`,
        { filter: { targetId: id } },
      )
    expect(trail.errors).toEqual([])
    expect(trail.data.auditEvents.edges.map(({ node }: { node: object }) => node)).toEqual([
      {
        action: 'lead.assigned',
        actorPrincipal: 'DEALER_SALES',
        actorId: userId,
        requestId: 'journey-assign-1',
        store: { id: `str_${storeId}` },
      },
      {
        action: 'lead.created',
        actorPrincipal: 'PARTNER',
        actorId: expect.stringMatching(/^key_/),
        requestId: 'journey-intake-1',
        store: { id: `str_${storeId}` },
      },
    ])

    // and the platform's log holds none of it
    for (const word of PERSONAL) expect(world.logLines.join('\n')).not.toContain(word)
  })
})
