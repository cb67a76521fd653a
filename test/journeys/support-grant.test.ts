import { startWorld, type World } from '../kit/world.js'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.close())

const LEADS = '{ leads(first: 3) { edges { node { id status customer { id firstName emails } } } } }'
const REQUEST = `mutation Request($input: SupportGrantRequestInput!) {
  supportGrantRequest(input: $input) { supportGrant { id status } userErrors { code } } }`
const DECIDE = `mutation Decide($input: SupportGrantDecideInput!) {
  supportGrantDecide(input: $input) { supportGrant { id status expiresAt } userErrors { code } } }`
const REVOKE = `mutation Revoke($input: SupportGrantRevokeInput!) {
  supportGrantRevoke(input: $input) { supportGrant { id status } userErrors { code } } }`

const uuid = (id: string) => id.slice(4).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
const input = (piiLevel: string) => {
  const store = world.people.store('north-one')
  return {
    input: {
      dealerGroupId: `grp_${store.groupId.replaceAll('-', '')}`,
      storeIds: [`str_${store.id.replaceAll('-', '')}`],
      piiLevel,
      ticketRef: 'SUP-1',
      reason: 'Leads of the morning do not show up',
      minutes: 60,
    },
  }
}

describe('platform support', () => {
  it('JRN-02 MUST see a store only under a grant its dealer approved, masked as agreed, until it is withdrawn', async () => {
    const { people } = world
    const asked = await people.support().send(REQUEST, input('MASKED'))
    expect(asked.errors).toEqual([])
    const grant = {
      id: uuid(asked.data.supportGrantRequest.supportGrant.id),
      tenantId: people.store('north-one').groupId,
    }

    // not approved yet: such a token is worth nothing
    expect((await people.support(grant).send(LEADS)).status).toBe(401)

    // nobody else may approve it: not the other group, not the supporter, not the owner where data opens
    const decision = { input: { id: asked.data.supportGrantRequest.supportGrant.id, approve: true } }
    expect((await people.admin('south').send(DECIDE, decision)).data.supportGrantDecide.userErrors).toEqual([
      { code: 'NOT_FOUND' },
    ])
    expect((await people.support().send(DECIDE, decision)).status).toBe(403)
    expect((await people.owner().send(DECIDE, decision)).errors[0]?.extensions.code).toBe('ACCESS_DENIED')

    const approved = await people.admin('north').send(DECIDE, decision)
    expect(approved.data.supportGrantDecide).toMatchObject({
      supportGrant: { status: 'APPROVED' },
      userErrors: [],
    })

    const seen = await people.support(grant).send(LEADS)
    expect(seen.errors).toEqual([])
    expect(seen.data.leads.edges).toHaveLength(3)
    for (const { node } of seen.data.leads.edges) {
      expect(node.customer.firstName).toMatch(/^(\S{1,2}\.)( \S{1,2}\.)*$/u)
      for (const email of node.customer.emails) expect(email).toMatch(/^.{1,2}\*\*\*@.\*\*\*$/u)
    }

    // every act is in the dealer's trail, and the dealer can end it at once
    const withdrawn = await people.admin('north').send(REVOKE, { input: { id: decision.input.id } })
    expect(withdrawn.data.supportGrantRevoke).toMatchObject({ supportGrant: { status: 'REVOKED' } })
    const deadline = Date.now() + 2000
    let last = 200
    while (Date.now() < deadline && last === 200) {
      const answer = await people.support(grant).send(LEADS)
      last = answer.status
      // even while the gateway still remembers the grant the database shows nothing any more
      if (answer.status === 200) expect(answer.data.leads.edges).toEqual([])
    }
    expect(last).toBe(401)

    const trail = await people
      .admin('north')
      .send('{ auditEvents(first: 3) { edges { node { action actorPrincipal } } } }')
    expect(trail.data.auditEvents.edges.map(({ node }: { node: object }) => node)).toEqual([
      { action: 'supportGrant.revoked', actorPrincipal: 'DEALER_ADMIN' },
      { action: 'supportGrant.approved', actorPrincipal: 'DEALER_ADMIN' },
      { action: 'supportGrant.requested', actorPrincipal: 'PLATFORM_SUPPORT' },
    ])
  })
})
