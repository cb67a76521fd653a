import { createHash } from 'node:crypto'
import { encodeId } from '@autora/shared/request'
import { footprint, refusals } from '../attacks/footprint.js'
import { Client } from '../kit/client.js'
import { pastGuard } from '../kit/database.js'
import { goodClaims, signToken } from '../kit/tokens.js'
import { startWorld, type World } from '../kit/world.js'
import {
  approved,
  decide,
  endAll,
  type Grant,
  grantOf,
  LEADS,
  permit,
  request,
  revoke,
  send,
  trail,
} from './support-steps.js'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterEach(() => endAll(world))
afterAll(() => world.close())

const STATUS = 'supportGrant { id status requester supporterId capabilities kind }'

async function offer(parts: object = {}, who = world.people.admin('north')) {
  const { dealerGroupId: _group, ...input } = permit(world, parts)
  return send(who, 'supportGrantInvite', 'SupportGrantInviteInput', input, STATUS)
}

const takeUp = (id: string, who = world.people.support()) =>
  send(who, 'supportGrantTakeUp', 'SupportGrantTakeUpInput', { id }, STATUS)

/** The other supporter of the platform. */
function secondSupporter(): Client {
  const first = world.people.membership('PLATFORM_SUPPORT')
  const second = world.network.memberships.find(
    ({ role, userId }) => role === 'PLATFORM_SUPPORT' && userId !== first.userId,
  )
  if (!second) throw new Error('one supporter only')
  return world.people.as(second)
}

const idsOf = async (who: Client): Promise<readonly string[]> =>
  (await who.send('{ supportGrants(first: 100) { edges { node { id } } } }')).data.supportGrants.edges.map(
    ({ node }: { node: { id: string } }) => node.id,
  )

describe('an offer of a Dealer Admin', () => {
  it('SUP-40 MUST be nobody’s until a supporter takes it up, and open what it says from then on', async () => {
    const offered = await offer({ piiLevel: 'CLEAR', capabilities: ['CONFIGURE'] })
    expect(offered.payload.supportGrant).toMatchObject({
      status: 'OFFERED',
      supporterId: null,
      capabilities: ['CONFIGURE', 'READ'],
    })
    const { id } = offered.payload.supportGrant
    expect(await idsOf(world.people.support())).toContain(id)
    expect(await idsOf(world.people.admin('south'))).not.toContain(id)
    expect((await world.people.support(grantOf(world, id)).send(LEADS)).status).toBe(401)

    const taken = await takeUp(id)

    expect(taken.payload).toEqual({
      supportGrant: {
        id,
        status: 'APPROVED',
        kind: 'SUPPORT',
        requester: expect.stringMatching(/\w/),
        supporterId: encodeId('User', world.people.membership('PLATFORM_SUPPORT').userId),
        capabilities: ['CONFIGURE', 'READ'],
      },
      userErrors: [],
    })
    const grant = grantOf(world, id)
    expect((await world.people.support(grant).send(LEADS)).data.leads.edges).toHaveLength(3)
    expect((await takeUp(id, secondSupporter())).payload.userErrors).toEqual([{ code: 'NOT_FOUND' }])
    const events = await trail(world.people.admin('north'), { targetId: id })
    expect(events.map(({ action }) => action)).toEqual([
      'supportAccess.read',
      'supportGrant.takenUp',
      'supportAccess.refused',
      'supportGrant.offered',
    ])
    await revoke(world, grant)
  })

  it('SUP-41 MUST be of stores the admin answers for, and made by an admin alone', async () => {
    const before = await footprint(world)
    const foreign = { storeIds: [encodeId('Store', world.people.store('south-one').id)] }

    expect((await offer(foreign)).payload.userErrors).toEqual([{ code: 'NOT_FOUND' }])
    const own = { storeIds: [encodeId('Store', world.people.store('north-two').id)] }
    expect((await offer(own, world.people.admin('north-one'))).payload.userErrors).toEqual([
      { code: 'NOT_FOUND' },
    ])
    for (const who of [world.people.support(), world.people.owner(), world.people.sales('north-one')])
      expect((await offer({}, who)).status).toBe(403)
    expect(await footprint(world)).toEqual(before)
  })

  it('SUP-42 MUST be taken back by the dealer and by nobody of support', async () => {
    const { id } = (await offer()).payload.supportGrant

    const bySupport = await send(world.people.support(), 'supportGrantRevoke', 'SupportGrantRevokeInput', {
      id,
    })
    expect(bySupport.payload.userErrors).toEqual([{ code: 'NOT_FOUND' }])
    expect((await revoke(world, grantOf(world, id))).payload.supportGrant.status).toBe('REVOKED')
    expect((await takeUp(id)).payload.userErrors).toEqual([{ code: 'NOT_FOUND' }])
  })
})

describe('the kill switch', () => {
  it('SUP-47 MUST be in the hands of the supporter too, for his own grant and from within it', async () => {
    const grant = await approved(world)
    const who = world.people.support(grant)
    expect((await who.send(LEADS)).data.leads.edges).toHaveLength(3)

    const ended = await send(who, 'supportGrantRevoke', 'SupportGrantRevokeInput', { id: grant.graphId })

    expect(ended.errors).toEqual([])
    expect(ended.payload.userErrors).toEqual([])
    const after = await who.send(LEADS)
    expect(after.data?.leads?.edges ?? []).toEqual([])
    const [last] = await trail(world.people.admin('north'), { grantId: grant.graphId })
    expect(last).toMatchObject({ action: 'supportGrant.revoked', actorPrincipal: 'PLATFORM_SUPPORT' })
  })

  it('SUP-43 MUST end every live grant and offer of the group at the next statement, and no other group’s', async () => {
    const grant = await approved(world)
    const { id: offered } = (await offer()).payload.supportGrant
    const south = await request(world, {}, 'south-one')
    await decide(world, south, true, 'south')
    expect((await world.people.support(grant).send(LEADS)).data.leads.edges).toHaveLength(3)

    const { data } = await world.people
      .admin('north')
      .send('mutation { supportGrantRevokeAll { supportGrants { id status } userErrors { code } } }')

    // at once: the gateway may remember the grant for a second, the database does not
    const at = await world.people.support(grant).send(LEADS)
    expect(at.data?.leads?.edges ?? []).toEqual([])
    expect(data.supportGrantRevokeAll.userErrors).toEqual([])
    const ended: readonly { id: string; status: string }[] = data.supportGrantRevokeAll.supportGrants
    expect(ended.map(({ id }) => id).sort()).toEqual([grant.graphId, offered].sort())
    expect(new Set(ended.map(({ status }) => status))).toEqual(new Set(['REVOKED']))
    expect((await world.people.support(south).send(LEADS)).data.leads.edges.length).toBeGreaterThan(0)
    await revoke(world, south, 'south')
  })
})

/** Support with a sign-in of some age and strength. */
function supporterSignedIn(claims: Record<string, unknown>): Client {
  const { userId, id } = world.people.membership('PLATFORM_SUPPORT')
  return new Client(world.gatewayUrl, () =>
    signToken(world.issuerKey, { ...goodClaims({ userId, membershipId: id }), ...claims }),
  )
}

const start = (who: Client, grant: Grant) =>
  send(
    who,
    'supportSessionStart',
    'SupportSessionStartInput',
    { grantId: grant.graphId },
    'subjectToken expiresAt',
  )

describe('a session', () => {
  it('SUP-44 MUST hand out a token that the database holds as a digest only, after the dealer’s trail says so', async () => {
    const grant = await approved(world)

    const { payload } = await start(world.people.support(), grant)

    expect(payload.userErrors).toEqual([])
    expect(Buffer.from(payload.subjectToken, 'base64url').length).toBeGreaterThanOrEqual(20)
    const digest = createHash('sha256').update(payload.subjectToken).digest('hex')
    const rows = await world.sql<{ digest: string; life: number; row: string }>(
      `select encode(token_sha256, 'hex') as digest, extract(epoch from expires_at - started_at)::float as life,
              s::text as row from identity.support_session s where grant_id = '${grant.id}'`,
    )
    expect(rows).toHaveLength(1)
    expect(rows[0]?.digest).toBe(digest)
    expect(rows[0]?.life).toBeCloseTo(60, 0)
    expect(rows[0]?.row).not.toContain(payload.subjectToken)
    expect(world.logLines.join('\n')).not.toContain(payload.subjectToken)
    const [event] = await trail(world.people.admin('north'), { targetId: grant.graphId })
    expect(event).toMatchObject({
      action: 'supportSession.started',
      actorId: encodeId('User', world.people.membership('PLATFORM_SUPPORT').userId),
    })
    await revoke(world, grant)
  })

  it('SUP-45 MUST not start without a fresh second factor, for somebody else, or under what is over', async () => {
    const grant = await approved(world)
    const now = Math.floor(Date.now() / 1000)
    const weak = [
      supporterSignedIn({ acr: 'urn:autora:acr:password' }),
      supporterSignedIn({ auth_time: now - 301 }),
      supporterSignedIn({ acr: undefined, auth_time: undefined }),
    ]
    const before = await refusals(world, 'access.refused')

    for (const who of weak)
      expect((await start(who, grant)).errors[0]?.extensions.code).toBe('STEP_UP_REQUIRED')
    expect((await start(secondSupporter(), grant)).payload.userErrors).toEqual([{ code: 'NOT_FOUND' }])
    expect((await start(world.people.support(grant), grant)).errors[0]?.extensions.code).toBe('ACCESS_DENIED')
    await revoke(world, grant)
    expect((await start(world.people.support(), grant)).payload.userErrors).toEqual([
      { code: 'GRANT_NOT_ACTIVE' },
    ])

    expect((await refusals(world, 'access.refused')) - before).toBe(6)
    expect(
      await world.sql(`select from identity.support_session where grant_id = '${grant.id}'`),
    ).toHaveLength(0)
  })

  it('SUP-46 MUST not start where its event cannot be recorded', async () => {
    const grant = await approved(world)
    const columns = '(tenant_id, action, action_version, outcome, store_id, target_type, target_id, detail)'
    await world.sql(`${pastGuard} revoke insert ${columns} on audit.event from autora_identity`)

    const answer = await start(world.people.support(), grant)

    await world.sql(`grant insert ${columns} on audit.event to autora_identity`)
    expect(answer.payload).toBeNull()
    expect(answer.errors[0]?.extensions.code).toBe('INTERNAL_SERVER_ERROR')
    expect(
      await world.sql(`select from identity.support_session where grant_id = '${grant.id}'`),
    ).toHaveLength(0)
    await revoke(world, grant)
  })
})
