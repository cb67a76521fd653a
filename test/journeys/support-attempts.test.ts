import { randomUUID } from 'node:crypto'
import { encodeId } from '@autora/shared/request'
import { footprint } from '../attacks/footprint.js'
import type { Client } from '../kit/client.js'
import { goodClaims, signToken } from '../kit/tokens.js'
import { startWorld, type World } from '../kit/world.js'
import {
  afterMemory,
  approved,
  decide,
  endAll,
  type Grant,
  LEADS,
  request,
  revoke,
  tamper,
  trail,
} from './support-steps.js'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterEach(() => endAll(world))
afterAll(() => world.close())

/** Somebody with a token that names a grant, whatever the platform knows of it. */
function bearing(grant: Pick<Grant, 'id' | 'tenantId'>, claims: Record<string, unknown> = {}): Client {
  const { userId, id } = world.people.membership('PLATFORM_SUPPORT')
  const subject = { userId, membershipId: id, grant }
  return new (world.people.anonymous().constructor as typeof Client)(world.gatewayUrl, () =>
    signToken(world.issuerKey, { ...goodClaims(subject), ...claims }),
  )
}

/** The other supporter of the platform. */
function otherSupporter(grant: Grant): Client {
  const first = world.people.membership('PLATFORM_SUPPORT')
  const second = world.network.memberships.find(
    ({ role, userId }) => role === 'PLATFORM_SUPPORT' && userId !== first.userId,
  )
  if (!second) throw new Error('one supporter only')
  return world.people.as(second, { grant })
}

/** Ways to come with a grant that opens nothing, and what the dealer is told. */
const ways: Record<string, { make: () => Promise<Grant>; come?: (grant: Grant) => Client; reason: string }> =
  {
    'not approved': { make: () => request(world), reason: 'GRANT_NOT_APPROVED' },
    refused: {
      make: async () => {
        const grant = await request(world)
        await decide(world, grant, false)
        return grant
      },
      reason: 'GRANT_REFUSED',
    },
    revoked: {
      make: async () => {
        const grant = await approved(world)
        await revoke(world, grant)
        return grant
      },
      reason: 'GRANT_REVOKED',
    },
    expired: {
      make: async () => {
        const grant = await approved(world)
        // signed anew, so that nothing but the time is over
        await tamper(
          world,
          grant,
          `starts_at = starts_at - interval '2 hours', expires_at = now() - interval '1 second'`,
        )
        await tamper(world, grant, 'signature = sec.grant_mac(support_grant)')
        return grant
      },
      reason: 'GRANT_EXPIRED',
    },
    'of another supporter': {
      make: () => approved(world),
      come: otherSupporter,
      reason: 'GRANT_OF_ANOTHER_PERSON',
    },
    'for another dealer group': {
      make: () => approved(world),
      come: (grant) => bearing({ id: grant.id, tenantId: world.people.store('south-one').groupId }),
      reason: 'GRANT_OF_ANOTHER_GROUP',
    },
    'in the hands of a salesperson': {
      make: () => approved(world),
      come: (grant) => world.people.as(world.people.membership('DEALER_SALES', 'north-one'), { grant }),
      reason: 'GRANT_NOT_FOR_ROLE',
    },
    'in the hands of the owner': {
      make: () => approved(world),
      come: (grant) => world.people.as(world.people.membership('PLATFORM_OWNER'), { grant }),
      reason: 'GRANT_OF_ANOTHER_PERSON',
    },
  }

describe('a grant that opens nothing', () => {
  it.each(Object.keys(ways))(
    'SUP-30 MUST be refused when %s, and the dealer told once a minute',
    async (name) => {
      const way = ways[name]
      if (!way) throw new Error(name)
      const grant = await way.make()
      const come = way.come ?? bearing
      const before = await footprint(world)

      for (let times = 0; times < 3; times += 1) expect((await come(grant).send(LEADS)).status).toBe(401)

      expect(await footprint(world)).toEqual(before)
      const seen = await trail(world.people.admin('north'), { targetId: grant.graphId, outcome: 'DENY' })
      expect(seen.length).toBeGreaterThanOrEqual(1)
      expect(seen.length).toBeLessThanOrEqual(2) // the minute may have turned
      for (const event of seen)
        expect(event).toMatchObject({
          action: 'supportAccess.refused',
          actorPrincipal: 'SYSTEM',
          targetId: grant.graphId,
          detail: { reason: way.reason, by: expect.stringMatching(/^usr_/) },
        })
      expect(await trail(world.people.admin('south'), { targetId: grant.graphId })).toEqual([])
      await revoke(world, grant)
      await afterMemory()
    },
  )

  it('SUP-31 MUST be answered like any other token when it does not exist', async () => {
    const grant = { id: randomUUID(), tenantId: world.people.store('north-one').groupId }

    expect((await bearing(grant).send(LEADS)).status).toBe(401)

    expect(
      await trail(world.people.admin('north'), {
        targetId: encodeId('SupportGrant', grant.id),
      }),
    ).toEqual([])
  })

  it.each([
    [
      'a nested act',
      (claims: Record<string, unknown>) => ({ act: { sub: claims.user, act: { sub: randomUUID() } } }),
    ],
    [
      'an act of somebody else inside',
      (claims: Record<string, unknown>) => ({ act: { sub: claims.user, grant: randomUUID() } }),
    ],
    ['act without a grant', () => ({ grant: undefined })],
    ['a grant without act', () => ({ act: undefined })],
  ])('SUP-32 MUST be refused in a token with %s', async (_name, change) => {
    const grant = await approved(world)
    const user = world.people.membership('PLATFORM_SUPPORT').userId

    expect((await bearing(grant, change({ user })).send(LEADS)).status).toBe(401)
    expect((await bearing(grant).send(LEADS)).status).toBe(200)
    await revoke(world, grant)
  })
})

describe('beyond the scope of a grant', () => {
  it('SUP-33 MUST be nothing of another store, and the attempt be seen', async () => {
    const grant = await approved(world)
    const { data } = await world.people
      .sales('north-two')
      .send('{ leads(first: 1) { edges { node { id } } } }')
    const elsewhere: string = data.leads.edges[0].node.id

    const answer = await world.people
      .support(grant)
      .send('query L($id: ID!) { lead(id: $id) { status } }', { id: elsewhere })

    expect(answer.data).toEqual({ lead: null })
    const seen = await trail(world.people.admin('north'), { grantId: grant.graphId, outcome: 'DENY' })
    expect(seen).toEqual([
      expect.objectContaining({
        action: 'access.refused',
        detail: {
          operation: 'lead',
          code: 'NOT_FOUND',
          support: { ticket: 'SUP-1', reason: expect.any(String) },
        },
      }),
    ])
    await revoke(world, grant)
  })

  it('SUP-34 MUST be refused above the level of personal data, and the attempt be seen', async () => {
    const grant = await approved(world, { piiLevel: 'MASKED' })

    const answer = await world.people
      .support(grant)
      .send('{ inbox(first: 1) { edges { node { messages(first: 1) { edges { node { body } } } } } } }')

    expect(answer.status).toBe(403)
    expect(answer.data).toBeNull()
    const seen = await trail(world.people.admin('north'), { grantId: grant.graphId, outcome: 'DENY' })
    expect(seen).toEqual([
      expect.objectContaining({
        action: 'access.denied',
        detail: expect.objectContaining({ coordinates: ['Message.body'] }),
      }),
    ])
    await revoke(world, grant)
  })

  it('SUP-35 MUST be withheld below the level, and be told to the dealer as withheld', async () => {
    const grant = await approved(world, { piiLevel: 'NONE' })

    const answer = await world.people.support(grant).send(LEADS)

    for (const { node } of answer.data.leads.edges)
      expect(node.customer).toMatchObject({ firstName: null, emails: null })
    expect(answer.redactions.length).toBeGreaterThan(0)
    const [read] = await trail(world.people.admin('north'), { grantId: grant.graphId })
    expect(read?.detail.redacted).toEqual({ CONTACT: 2 })
    expect(read?.detail.masked).toEqual({})
    await revoke(world, grant)
  })
})
