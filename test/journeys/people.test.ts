import { encodeId } from '@autora/shared/request'
import { footprint } from '../attacks/footprint.js'
import type { Client } from '../kit/client.js'
import { plant } from '../kit/plant.js'
import { startSession } from '../kit/sessions.js'
import { goodClaims, signToken } from '../kit/tokens.js'
import { startWorld, type World } from '../kit/world.js'

let world: World
beforeEach(async () => {
  world = await startWorld()
})
afterEach(() => world.close())

/** A mutation about one person. */
const about = (name: string, client: Client, userId: string, parts: object = {}) =>
  client.send(
    `mutation M($input: ${name[0]?.toUpperCase()}${name.slice(1)}Input!) { ${name}(input: $input) {
       user { id displayName mobile status } userErrors { code field } } }`,
    { input: { id: encodeId('User', userId), ...parts } },
  )

const eventsOn = async (uuid: string) =>
  (
    await world.sql<{ action: string }>(
      `select action from audit.event where target_id = $1 and outcome = 'ALLOW' order by id`,
      [uuid],
    )
  ).map(({ action }) => action)

const setStatus = (tenantId: string, userId: string, status: string) =>
  plant(world, tenantId, `update identity.user_account set status = '${status}' where id = '${userId}'`)

const ME = '{ me { principal } }'

describe('a person', () => {
  it('MEM-20 MUST be shut out within two seconds when deactivated, with all sessions, and be let in again', async () => {
    const admin = world.people.admin('north')
    const membership = world.people.membership('DEALER_SALES', 'north-one')
    const session = await startSession(world, membership)
    expect((await session.client.send(ME)).status).toBe(200)

    const gone = await about('userDeactivate', admin, membership.userId)
    const again = await about('userDeactivate', admin, membership.userId)
    await new Promise((resolve) => setTimeout(resolve, 2000))
    const refused = await session.client.send(ME)
    const back = await about('userReactivate', admin, membership.userId)
    await new Promise((resolve) => setTimeout(resolve, 2000))

    expect(gone.data.userDeactivate).toMatchObject({ user: { status: 'DEACTIVATED' }, userErrors: [] })
    expect(again.data).toEqual(gone.data)
    expect(refused.status).toBe(401)
    expect(back.data.userReactivate).toMatchObject({ user: { status: 'ACTIVE' }, userErrors: [] })
    // the session stays ended: he signs in anew
    expect((await session.client.send(ME)).status).toBe(401)
    expect((await world.people.as(membership).send(ME)).status).toBe(200)
    expect(await eventsOn(membership.userId)).toEqual(['user.deactivated', 'user.reactivated'])
    expect(await eventsOn(session.uuid)).toEqual(['session.ended'])
  })

  it('MEM-21 MUST be described anew by who answers for him, once', async () => {
    const admin = world.people.admin('north-one')
    const { userId } = world.people.membership('DEALER_SALES', 'north-one')
    const changes = { displayName: ' New Name ', mobile: '+27830000000' }

    const changed = await about('userUpdate', admin, userId, { changes })
    const again = await about('userUpdate', admin, userId, { changes })
    const before = await footprint(world)
    const wrong = await about('userUpdate', admin, userId, { changes: { mobile: '083' } })

    expect(changed.data.userUpdate).toMatchObject({
      user: { displayName: 'New Name', mobile: '+27830000000' },
      userErrors: [],
    })
    expect(again.data).toEqual(changed.data)
    expect(wrong.data.userUpdate.userErrors).toEqual([{ code: 'INVALID', field: ['changes', 'mobile'] }])
    expect(await footprint(world)).toEqual(before)
    expect(await eventsOn(userId)).toEqual(['user.updated'])
  })

  it('MEM-22 MUST be unlocked from LOCKED alone, by the platform owner as well, and not by a colleague', async () => {
    const { userId } = world.people.membership('DEALER_SALES', 'north-one')
    const { userId: leftUser } = world.people.membership('DEALER_SALES', 'north-two')
    const { groupId } = world.people.store('north-one')
    await setStatus(groupId, userId, 'LOCKED')
    const byOwner = await about('userUnlock', world.people.owner(), userId)
    await setStatus(groupId, userId, 'LOCKED')
    const byAdmin = await about('userUnlock', world.people.admin('north'), userId)
    await setStatus(groupId, leftUser, 'DEACTIVATED')
    const gone = await about('userUnlock', world.people.admin('north'), leftUser)
    const foreign = await about('userUnlock', world.people.admin('south'), userId)
    const colleague = await about('userUnlock', world.people.marketing('north-one'), userId)

    for (const answer of [byOwner, byAdmin])
      expect(answer.data.userUnlock).toMatchObject({ user: { status: 'ACTIVE' }, userErrors: [] })
    expect(gone.data.userUnlock.userErrors).toEqual([{ code: 'STATE_NOT_ALLOWED', field: null }])
    expect(foreign.data.userUnlock.userErrors).toEqual([{ code: 'NOT_FOUND', field: null }])
    expect(colleague.errors[0]?.extensions.code).toBe('ACCESS_DENIED')
    expect(await eventsOn(userId)).toEqual(['user.unlocked', 'user.unlocked'])
  })

  it('MEM-23 MUST lose his sessions and be asked for new factors when these are reset, by a fresh sign-in only', async () => {
    const own = world.people.membership('DEALER_ADMIN', 'north')
    const { userId, ...rest } = world.people.membership('DEALER_SALES', 'north-one')
    const session = await startSession(world, { userId, ...rest })
    const stale = { ...goodClaims({ userId: own.userId, membershipId: own.id }) }
    const old = world.people.withCredential(
      await signToken(world.issuerKey, { ...stale, auth_time: Number(stale.auth_time) - 301 }),
    )
    const before = await footprint(world)
    const tooOld = await about('userResetSecondFactor', old, userId)
    const unchanged = await footprint(world)

    const reset = await about('userResetSecondFactor', world.people.admin('north'), userId)
    const wishes = await world.sql(
      `select user_id, consumed_at, expires_at > now() + interval '23 hours' as is_fresh
         from identity.second_factor_reset`,
    )

    expect(tooOld.errors[0]?.extensions.code).toBe('STEP_UP_REQUIRED')
    expect(unchanged).toEqual(before)
    expect(reset.data.userResetSecondFactor).toMatchObject({ user: { status: 'ACTIVE' }, userErrors: [] })
    expect(wishes).toEqual([{ user_id: userId, consumed_at: null, is_fresh: true }])
    expect(await eventsOn(session.uuid)).toEqual(['session.ended'])
    expect(await eventsOn(userId)).toEqual(['user.secondFactorReset'])
  })
})

describe('who governs', () => {
  it('MEM-30 MUST leave somebody behind who does', async () => {
    const first = world.people.membership('DEALER_ADMIN', 'south')
    const admin = world.people.as(first)
    const second = world.network.memberships.find(
      (one) =>
        one.role === 'DEALER_ADMIN' &&
        one.tenantId === first.tenantId &&
        one.storeId === null &&
        one !== first,
    )
    const others = await about('userDeactivate', admin, second?.userId ?? '')
    const before = await footprint(world)

    const himself = await about('userDeactivate', admin, first.userId)
    const END = `mutation E($input: MembershipEndInput!) { membershipEnd(input: $input) { userErrors { code } } }`
    const hat = await admin.send(END, { input: { id: encodeId('Membership', first.id) } })

    expect(others.data.userDeactivate.userErrors).toEqual([])
    expect(himself.data.userDeactivate.userErrors).toEqual([{ code: 'LAST_ADMIN', field: null }])
    expect(hat.data.membershipEnd.userErrors).toEqual([{ code: 'LAST_ADMIN' }])
    expect(await footprint(world)).toEqual(before)
  })

  it('MEM-31 MUST NOT both leave when two leave at the same time', async () => {
    const admins = world.network.memberships.filter(
      (one) =>
        one.role === 'DEALER_ADMIN' &&
        one.storeId === null &&
        one.tenantId === world.people.store('south-one').groupId,
    )

    const answers = await Promise.all(
      admins.map((one) => about('userDeactivate', world.people.as(one), one.userId)),
    )

    const codes = answers.map(({ data }) => data.userDeactivate.userErrors[0]?.code ?? 'DONE').sort()
    expect(codes).toEqual(['DONE', 'LAST_ADMIN'])
  })
})

describe('sessions', () => {
  const SESSIONS = `query S($userId: ID, $live: Boolean) { sessions(first: 100, userId: $userId, live: $live) {
    edges { node { id client status isCurrent role assurance endReason } } } }`
  const idsOf = async (client: Client, variables: object = {}) =>
    (await client.send(SESSIONS, variables)).data.sessions.edges.map(
      ({ node }: { node: { id: string } }) => node.id,
    )

  it('MEM-40 MUST be seen by their person, by who answers for the store, and by nobody else', async () => {
    const { people } = world
    const one = await startSession(world, people.membership('DEALER_SALES', 'north-one'))
    const two = await startSession(world, people.membership('DEALER_SALES', 'north-two'))
    const staff = await startSession(world, people.membership('PLATFORM_SUPPORT'))

    const own = await one.client.send(SESSIONS)

    expect(own.data.sessions.edges).toEqual([
      {
        node: {
          ...{ id: one.id, client: 'autora-test', status: 'LIVE', isCurrent: true, role: 'DEALER_SALES' },
          ...{ assurance: 'MFA', endReason: null },
        },
      },
    ])
    expect(await idsOf(people.admin('north-one'))).toEqual([one.id])
    expect((await idsOf(people.admin('north'))).sort()).toEqual([one.id, two.id].sort())
    expect(await idsOf(people.admin('south'))).toEqual([])
    expect(await idsOf(people.owner())).toEqual([staff.id])
    expect(await idsOf(staff.client)).toEqual([staff.id])
    expect((await people.partner('north-one').send(SESSIONS)).status).toBe(403)
  })

  it('MEM-41 MUST end at the word of who answers for them, once, and not at that of others', async () => {
    const { people } = world
    const END = `mutation E($input: SessionEndInput!) { sessionEnd(input: $input) {
      session { status endReason } userErrors { code } } }`
    const mine = await startSession(world, people.membership('DEALER_SALES', 'north-one'))
    const other = await startSession(world, people.membership('DEALER_SALES', 'north-two'))
    const before = await footprint(world)
    const foreign = await mine.client.send(END, { input: { id: other.id } })
    const unchanged = await footprint(world)
    const own = await mine.client.send(END, { input: { id: mine.id } })
    const revoked = await people.admin('north').send(END, { input: { id: other.id } })
    const again = await people.admin('north').send(END, { input: { id: other.id } })

    expect(foreign.data.sessionEnd).toEqual({ session: null, userErrors: [{ code: 'NOT_FOUND' }] })
    expect(unchanged).toEqual(before)
    expect(own.data.sessionEnd.session).toEqual({ status: 'ENDED', endReason: 'SIGNED_OUT' })
    expect(revoked.data.sessionEnd.session).toEqual({ status: 'ENDED', endReason: 'REVOKED' })
    expect(again.data).toEqual(revoked.data)
    expect(await eventsOn(other.uuid)).toEqual(['session.ended'])
  })

  it('MEM-42 MUST all end at once for a person', async () => {
    const { people } = world
    const ALL = `mutation A($input: SessionEndAllInput!) { sessionEndAll(input: $input) { ended userErrors { code } } }`
    const membership = people.membership('DEALER_SALES', 'north-one')
    const input = { userId: encodeId('User', membership.userId) }
    for (const _ of [1, 2, 3]) await startSession(world, membership)

    const foreign = await people.admin('south').send(ALL, { input })
    const colleague = await people.marketing('north-one').send(ALL, { input })
    const ended = await people.admin('north-one').send(ALL, { input })

    for (const { data } of [foreign, colleague])
      expect(data.sessionEndAll).toEqual({ ended: null, userErrors: [{ code: 'NOT_FOUND' }] })
    expect(ended.data.sessionEndAll).toEqual({ ended: 3, userErrors: [] })
    expect(await idsOf(people.admin('north-one'), { live: true })).toEqual([])
    expect(await idsOf(people.admin('north-one'), { live: false })).toHaveLength(3)
  })
})
