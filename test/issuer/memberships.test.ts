import { encodeId } from '@autora/shared/request'
import { Application, claimsOf, refusalOf } from '../kit/application.js'
import { accountFor, answerPage, bare, barePages } from '../kit/sign-in.js'
import { testRedirect } from '../kit/tokens.js'
import { startWorld, type World } from '../kit/world.js'

let world: World
let app: Application

beforeAll(async () => {
  world = await startWorld({ issuer: true, pages: barePages })
})
beforeEach(() => {
  app = new Application(world)
})
afterAll(() => world.close())

const mem = (id: string) => encodeId('Membership', id)
const sales = () => world.people.membership('DEALER_SALES', 'north-one')
const marketing = () => world.people.membership('DEALER_MARKETING', 'south-one')
const support = () => world.people.membership('PLATFORM_SUPPORT')

/** Changes rows past every wall, as nobody of the platform may. */
const force = (table: string, change: string) =>
  world.sql(`alter table identity.${table} disable trigger must_be_audited; ${change};
    alter table identity.${table} enable always trigger must_be_audited`)

const startedSessions = async (accountId: string) =>
  world.sql<{ membership_id: string; detail: { membershipId: string } }>(
    `select s.membership_id, e.detail from identity.session s
       join audit.event e on e.target_id = s.id and e.action = 'session.started'
      where s.account_id = $1 order by s.started_at`,
    [accountId],
  )

describe('a person with several memberships', () => {
  let accountId: string
  beforeEach(async () => {
    accountId = await accountFor(world, sales(), marketing())
  })

  it('ISS-10 MUST choose one of them, by names that people know', async () => {
    const page = await answerPage(app.browser, await app.ask(), { accountId })
    const { prompt, choices } = bare(page)
    const other = choices.find(({ membershipId }) => membershipId === mem(marketing().id))
    const tokens = await app.finish(
      await answerPage(app.browser, page, { membershipId: other?.membershipId ?? '' }),
    )

    expect(prompt).toBe('membership')
    expect(choices).toHaveLength(2)
    expect(other).toMatchObject({ canBeAnalyst: true })
    expect(other?.label).toMatch(/^Dealer Marketing, .+ \(.+\)$/)
    expect(claimsOf(tokens.access_token).membership).toBe(marketing().id)
    expect(await app.principal(tokens.access_token)).toBe('DEALER_MARKETING')
  })

  it('ISS-11 MUST switch by a parameter without signing in again, each switch a session with its event', async () => {
    const first = await app.signIn(accountId, { membership: mem(sales().id) })
    const second = await app.finish(await app.ask({ membership: mem(marketing().id) }))

    expect(claimsOf(first.access_token).membership).toBe(sales().id)
    expect(claimsOf(second.access_token).membership).toBe(marketing().id)
    expect(await startedSessions(accountId)).toMatchObject([
      { membership_id: sales().id, detail: { membershipId: sales().id } },
      { membership_id: marketing().id, detail: { membershipId: marketing().id } },
    ])
    expect(await app.principal(first.access_token)).toBe('DEALER_SALES')
  })

  it('ISS-12 MUST not put on the membership of somebody else', async () => {
    const foreign = world.people.membership('DEALER_ADMIN', 'south')
    const page = await answerPage(app.browser, await app.ask({ membership: mem(foreign.id) }), { accountId })

    expect(page.location).toContain(`${testRedirect}?error=access_denied`)
    expect(page.location).toContain('iss=')
  })

  it('ISS-13 MUST not put it on by the page either', async () => {
    const foreign = world.people.membership('DEALER_ADMIN', 'south')
    const page = await answerPage(app.browser, await app.ask(), { accountId })

    const back = await answerPage(app.browser, page, { membershipId: mem(foreign.id) })

    expect(back.location).toContain('error=access_denied')
  })

  it('may be an analyst with a role that may, and with no other', async () => {
    const analyst = await app.signIn(accountId, { membership: mem(marketing().id), analyst: 'true' })
    const refused = await app.ask({ membership: mem(sales().id), analyst: 'true' })

    expect(claimsOf(analyst.access_token).analyst).toBe(true)
    expect(await app.principal(analyst.access_token)).toBe('ANALYST')
    expect(refused.location).toContain('error=access_denied')
  })
})

describe('what a token stands on', () => {
  it('ISS-14 MUST give no token after the membership ended', async () => {
    const membership = world.people.membership('DEALER_SALES', 'north-two')
    const tokens = await app.signIn(await accountFor(world, membership))

    await force('membership', `update identity.membership set valid_to = now() where id = '${membership.id}'`)

    expect(await refusalOf(app.refresh(tokens))).toBe('invalid_grant')
    expect(await app.principal(tokens.access_token)).toBe('UNAUTHENTICATED')
    await force(
      'membership',
      `update identity.membership set valid_to = 'infinity' where id = '${membership.id}'`,
    )
  })

  it('ISS-15 MUST give the new version of a membership on refresh', async () => {
    const membership = world.people.membership('DEALER_ADMIN', 'north')
    const tokens = await app.signIn(await accountFor(world, membership))

    await force('membership', `update identity.membership set version = 2 where id = '${membership.id}'`)
    const next = await app.refresh(tokens)

    expect(await app.principal(tokens.access_token)).toBe('UNAUTHENTICATED')
    expect(claimsOf(next.access_token).membership_version).toBe(2)
    expect(await app.principal(next.access_token)).toBe('DEALER_ADMIN')
    await force('membership', `update identity.membership set version = 1 where id = '${membership.id}'`)
  })

  it.each([
    [
      'the account is disabled',
      (id: string) => world.sql(`update issuer.account set status = 'DISABLED' where id = '${id}'`),
    ],
    [
      'the user is locked',
      (id: string) =>
        force(
          'user_account',
          `update identity.user_account set status = 'LOCKED' where account_id = '${id}'`,
        ),
    ],
    [
      "the user is nobody's any more",
      (id: string) =>
        force(
          'user_account',
          `update identity.user_account set account_id = null where account_id = '${id}'`,
        ),
    ],
    [
      'the session was ended',
      (id: string) =>
        force(
          'session',
          `update identity.session set ended_at = now(), end_reason = 'REVOKED' where account_id = '${id}'`,
        ),
    ],
  ])('ISS-16 MUST give no token when %s', async (_what, happen) => {
    const membership = world.people.membership('DEALER_MARKETING', 'north-one')
    const accountId = await accountFor(world, membership)
    const tokens = await app.signIn(accountId)

    await happen(accountId)

    expect(await refusalOf(app.refresh(tokens))).toBe('invalid_grant')
    await force(
      'user_account',
      `update identity.user_account set status = 'ACTIVE' where id = '${membership.userId}'`,
    )
  })

  it('ISS-17 MUST give a disabled account no way in', async () => {
    const accountId = await accountFor(world, sales())
    await world.sql(`update issuer.account set status = 'DISABLED' where id = '${accountId}'`)

    const page = await answerPage(app.browser, await app.ask(), { accountId })

    expect(page.location).toContain('error=access_denied')
  })
})

describe('a second factor', () => {
  it('ISS-18 MUST be demanded of platform roles', async () => {
    const accountId = await accountFor(world, support())
    const again = await answerPage(app.browser, await app.ask(), { accountId, methods: 'pwd' })
    const tokens = await app.finish(await answerPage(app.browser, again, { accountId, methods: 'pwd otp' }))

    expect(bare(again)).toMatchObject({ prompt: 'login', demandsSecondFactor: true })
    expect(claimsOf(tokens.access_token)).toMatchObject({ acr: 'urn:autora:acr:mfa' })
    expect(await app.principal(tokens.access_token)).toBe('PLATFORM_SUPPORT')
  })

  it('is demanded where the application asks for it, and shows in the session that goes on', async () => {
    const accountId = await accountFor(world, sales())
    const first = await app.signIn(accountId)

    const page = await app.ask({ acr_values: 'urn:autora:acr:mfa' })
    const second = await app.finish(await answerPage(app.browser, page, { accountId, methods: 'hwk' }))

    expect(bare(page)).toMatchObject({ prompt: 'login', demandsSecondFactor: true })
    expect(claimsOf(second.access_token)).toMatchObject({
      sid: claimsOf(first.access_token).sid,
      acr: 'urn:autora:acr:mfa',
    })
    const events = await world.sql<{ action: string }>(
      `select action from audit.event where target_id = $1 order by id`,
      [claimsOf(first.access_token).sid],
    )
    expect(events.map(({ action }) => action)).toEqual(['session.started', 'session.reauthenticated'])
  })

  it('is a fresh sign-in when the application wants one', async () => {
    const accountId = await accountFor(world, sales())
    await app.signIn(accountId)

    expect(bare(await app.ask({ prompt: 'login' })).prompt).toBe('login')
    expect((await app.ask({ max_age: '1000' })).location).toContain('code=')
    await new Promise((resolve) => setTimeout(resolve, 1100))
    expect(bare(await app.ask({ max_age: '0', login_hint: 'a@b.example' }))).toMatchObject({
      prompt: 'login',
      loginHint: 'a@b.example',
    })
  })

  it('tells the application when the person does not want to', async () => {
    const back = await answerPage(app.browser, await app.ask(), {})

    expect(back.location).toContain('error=access_denied')
  })
})
