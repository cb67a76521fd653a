import { encodeId } from '@autora/shared/request'
import { Application, claimsOf } from '../kit/application.js'
import type { Client } from '../kit/client.js'
import { accountFor, barePages } from '../kit/sign-in.js'
import { startWorld, type World } from '../kit/world.js'
import { type Grant, grantOf, LEADS, permit, send, trail } from './support-steps.js'

let world: World
let app: Application
let adminToken: string
let supporterToken: string
let otherToken: string

/** Signs the holder of a membership in with a second factor. */
async function signedIn(membership: ReturnType<World['people']['membership']>): Promise<string> {
  const accountId = await accountFor(world, membership)
  const own = new Application(world)
  return (await own.signIn(accountId, { methods: 'pwd otp' })).access_token
}

beforeAll(async () => {
  world = await startWorld({ issuer: true, pages: barePages })
  app = new Application(world)
  const { people, network } = world
  const first = people.membership('PLATFORM_SUPPORT')
  const second = network.memberships.find(
    ({ role, userId }) => role === 'PLATFORM_SUPPORT' && userId !== first.userId,
  )
  if (!second) throw new Error('one supporter only')
  adminToken = await signedIn(people.membership('DEALER_ADMIN', 'north'))
  supporterToken = await signedIn(first)
  otherToken = await signedIn(second)
})
afterEach(() => as(adminToken).send('mutation { supportGrantRevokeAll { userErrors { code } } }'))
afterAll(() => world.close())

const as = (token: string): Client => app.at(token)

/** Has a permit offered and taken up. */
async function granted(): Promise<Grant> {
  const { dealerGroupId: _group, ...input } = permit(world)
  const offered = await send(as(adminToken), 'supportGrantInvite', 'SupportGrantInviteInput', input)
  const { id } = offered.payload.supportGrant
  const taken = await send(as(supporterToken), 'supportGrantTakeUp', 'SupportGrantTakeUpInput', { id })
  expect(taken.payload.userErrors).toEqual([])
  return grantOf(world, id)
}

/** Starts a session under it. @returns the subject token. */
async function started(grant: Grant): Promise<string> {
  const { payload } = await send(
    as(supporterToken),
    'supportSessionStart',
    'SupportSessionStartInput',
    { grantId: grant.graphId },
    'subjectToken',
  )
  return payload.subjectToken as string
}

/** Asks the token endpoint. */
async function exchange(parts: Record<string, string | undefined>) {
  const form = {
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    client_id: 'autora-web',
    subject_token_type: 'urn:autora:params:oauth:token-type:support-session',
    actor_token: supporterToken,
    actor_token_type: 'urn:ietf:params:oauth:token-type:access_token',
    ...parts,
  }
  const body = new URLSearchParams(
    Object.entries(form).filter((entry): entry is [string, string] => entry[1] !== undefined),
  )
  const response = await fetch(`${world.urls.identity}/oidc/token`, { method: 'POST', body })
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}

describe('the exchange of a started session', () => {
  it('SUP-60 MUST give a token of the dealer’s context with the supporter in act, for five minutes and no refresh', async () => {
    const grant = await granted()
    const subjectToken = await started(grant)

    const { status, body } = await exchange({ subject_token: subjectToken })

    expect(status).toBe(200)
    expect(body).toMatchObject({
      issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
      token_type: 'Bearer',
      expires_in: 300,
    })
    expect(body).not.toHaveProperty('refresh_token')
    const claims = claimsOf(String(body.access_token))
    const { userId } = world.people.membership('PLATFORM_SUPPORT')
    expect(claims).toMatchObject({
      sub: grant.tenantId,
      act: { sub: userId },
      grant: grant.id,
      acr: 'urn:autora:acr:mfa',
    })
    const seen = await as(String(body.access_token)).send(LEADS)
    expect(seen.errors).toEqual([])
    expect(seen.data.leads.edges).toHaveLength(3)
    const [session] = await world.sql<{ support_grant_id: string }>(
      'select support_grant_id from identity.session where id = $1',
      [claims.sid],
    )
    expect(session?.support_grant_id).toBe(grant.id)
    const events = await trail(as(adminToken), { targetId: grant.graphId })
    expect(events.map(({ action }) => action)).toEqual([
      'supportAccess.read',
      'supportSession.exchanged',
      'supportSession.started',
      'supportGrant.takenUp',
      'supportGrant.offered',
    ])
    expect(events[0]).toMatchObject({ actorId: encodeId('User', userId), grantId: grant.graphId })
  })

  it('SUP-61 MUST succeed once, however many try at once, and the dealer see the others', async () => {
    const grant = await granted()
    const subjectToken = await started(grant)

    const answers = await Promise.all(
      Array.from({ length: 5 }, () => exchange({ subject_token: subjectToken })),
    )

    expect(answers.map(({ status }) => status).sort()).toEqual([200, 400, 400, 400, 400])
    for (const { status, body } of answers) if (status !== 200) expect(body.error).toBe('invalid_grant')
    const denied = await trail(as(adminToken), { targetId: grant.graphId, outcome: 'DENY' })
    expect(denied.map(({ detail }) => detail.reason)).toEqual(Array(4).fill('SUBJECT_TOKEN_USED'))
  })

  it('SUP-62 MUST be refused to everybody but the person who started it, leaving the token to him', async () => {
    const grant = await granted()
    const subjectToken = await started(grant)

    for (const actor_token of [otherToken, adminToken, subjectToken, undefined])
      expect((await exchange({ subject_token: subjectToken, actor_token })).status).toBe(400)
    const denied = await trail(as(adminToken), { targetId: grant.graphId, outcome: 'DENY' })

    expect(denied.map(({ detail }) => detail.reason)).toEqual([
      'SUBJECT_TOKEN_OF_ANOTHER_PERSON',
      'SUBJECT_TOKEN_OF_ANOTHER_PERSON',
    ])
    expect((await exchange({ subject_token: subjectToken })).status).toBe(200)
  })

  it('SUP-63 MUST be refused for a subject or an actor that carries act already', async () => {
    const grant = await granted()
    const { body } = await exchange({ subject_token: await started(grant) })
    const underGrant = String(body.access_token)
    const next = await started(grant)

    expect((await exchange({ subject_token: next, actor_token: underGrant })).body.error).toBe(
      'invalid_grant',
    )
    expect((await exchange({ subject_token: underGrant })).body.error).toBe('invalid_grant')
    expect(
      (
        await exchange({
          subject_token: underGrant,
          subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
        })
      ).body.error,
    ).toBe('invalid_request')
    const again = await send(
      as(underGrant),
      'supportSessionStart',
      'SupportSessionStartInput',
      { grantId: grant.graphId },
      'subjectToken',
    )
    expect(again.errors[0]?.extensions.code).toBe('ACCESS_DENIED')
  })

  it('SUP-65 MUST serve an owner under broken glass alike', async () => {
    const owners = world.network.memberships.filter(({ role }) => role === 'PLATFORM_OWNER')
    const [first = '', second = ''] = await Promise.all(owners.slice(0, 2).map(signedIn))
    const asked = await send(
      as(first),
      'breakGlassStart',
      'BreakGlassStartInput',
      permit(world, { minutes: 5 }),
      'approval { id }',
    )
    const { id } = asked.payload.approval
    await send(as(second), 'approvalDecide', 'ApprovalDecideInput', { id, approve: true }, 'approval { id }')
    const [event] = await trail(as(adminToken), { action: 'breakGlass.started' })
    const grant = grantOf(world, event?.targetId ?? '')
    const { payload } = await send(
      as(first),
      'supportSessionStart',
      'SupportSessionStartInput',
      { grantId: grant.graphId },
      'subjectToken',
    )

    const { body } = await exchange({ subject_token: payload.subjectToken, actor_token: first })

    const seen = await as(String(body.access_token)).send(LEADS)
    expect(seen.errors).toEqual([])
    expect(seen.data.leads.edges).toHaveLength(3)
    expect(body.expires_in).toBeLessThanOrEqual(300)
  })

  it('SUP-64 MUST be refused after a minute, and after the grant was ended', async () => {
    const grant = await granted()
    const late = await started(grant)
    await world.sql(`
      alter table identity.support_session disable trigger user;
      update identity.support_session set started_at = started_at - interval '2 minutes',
        expires_at = expires_at - interval '2 minutes';
      alter table identity.support_session enable always trigger must_be_audited`)
    expect((await exchange({ subject_token: late })).body.error).toBe('invalid_grant')

    const subjectToken = await started(grant)
    const { body } = await exchange({ subject_token: await started(grant) })
    await as(adminToken).send('mutation { supportGrantRevokeAll { userErrors { code } } }')

    expect((await exchange({ subject_token: subjectToken })).body.error).toBe('invalid_grant')
    const after = await as(String(body.access_token)).send(LEADS)
    expect(after.data?.leads?.edges ?? []).toEqual([])
    const denied = await trail(as(adminToken), { targetId: grant.graphId, outcome: 'DENY' })
    expect(denied.map(({ detail }) => detail.reason)).toEqual(
      expect.arrayContaining(['SUBJECT_TOKEN_EXPIRED', 'GRANT_NOT_ACTIVE']),
    )
  })
})
