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
  supportGrantDecide(input: $input) { supportGrant { id status requester expiresAt } userErrors { code } } }`
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

/** Asks for a grant and lets everybody but the dealer try to approve it. @returns the grant. */
async function requestGrant(): Promise<{ graphId: string; id: string; tenantId: string }> {
  const { people } = world
  const asked = await people.support().send(REQUEST, input('MASKED'))
  expect(asked.errors).toEqual([])
  const graphId: string = asked.data.supportGrantRequest.supportGrant.id
  const grant = { graphId, id: uuid(graphId), tenantId: people.store('north-one').groupId }
  const decision = { input: { id: graphId, approve: true } }

  expect((await people.support(grant).send(LEADS)).status).toBe(401)
  const elsewhere = await people.admin('south').send(DECIDE, decision)
  expect(elsewhere.data.supportGrantDecide.userErrors).toEqual([{ code: 'NOT_FOUND' }])
  expect((await people.support().send(DECIDE, decision)).status).toBe(403)
  expect((await people.owner().send(DECIDE, decision)).errors[0]?.extensions.code).toBe('ACCESS_DENIED')
  return grant
}

/** Withdraws the grant and waits, two seconds at most, until the token is worth nothing. */
async function withdraw(grant: { graphId: string; id: string; tenantId: string }): Promise<void> {
  const { people } = world
  const withdrawn = await people.admin('north').send(REVOKE, { input: { id: grant.graphId } })
  expect(withdrawn.data.supportGrantRevoke).toMatchObject({ supportGrant: { status: 'REVOKED' } })
  const deadline = Date.now() + 2000
  let last = 200
  while (Date.now() < deadline && last === 200) {
    const answer = await people.support(grant).send(LEADS)
    last = answer.status
    // even while the gateway still remembers the grant the database shows nothing any more
    if (answer.status === 200) {
      expect(answer.data?.leads?.edges ?? []).toEqual([])
      expect(answer.errors[0]?.extensions.code).toBe('GRANT_NOT_ACTIVE')
    }
  }
  expect(last).toBe(401)
}

describe('platform support', () => {
  it('JRN-02 MUST see a store only under a grant its dealer approved, masked as agreed, until it is withdrawn', async () => {
    const { people } = world
    const grant = await requestGrant()
    const approved = await people.admin('north').send(DECIDE, { input: { id: grant.graphId, approve: true } })
    expect(approved.data.supportGrantDecide).toMatchObject({
      supportGrant: { status: 'APPROVED', requester: expect.stringMatching(/\w/) },
      userErrors: [],
    })

    const seen = await people.support(grant).send(LEADS)
    expect(seen.errors).toEqual([])
    expect(seen.data.leads.edges).toHaveLength(3)
    for (const { node } of seen.data.leads.edges) {
      expect(node.customer.firstName).toMatch(/^(\S{1,2}\.)( \S{1,2}\.)*$/u)
      for (const email of node.customer.emails) expect(email).toMatch(/^.{1,2}\*\*\*@.\*\*\*$/u)
    }

    await withdraw(grant)

    const trail = await people
      .admin('north')
      .send(
        '{ auditEvents(first: 4, filter: { outcome: ALLOW }) { edges { node { action actorPrincipal } } } }',
      )
    expect(trail.data.auditEvents.edges.map(({ node }: { node: object }) => node)).toEqual([
      { action: 'supportGrant.revoked', actorPrincipal: 'DEALER_ADMIN' },
      { action: 'supportAccess.read', actorPrincipal: 'PLATFORM_SUPPORT' },
      { action: 'supportGrant.approved', actorPrincipal: 'DEALER_ADMIN' },
      { action: 'supportGrant.requested', actorPrincipal: 'PLATFORM_SUPPORT' },
    ])
  })
})
