import { Application, claimsOf, headerOf, refusalOf } from '../kit/application.js'
import { accountFor, barePages } from '../kit/sign-in.js'
import { testAudience, testRedirect } from '../kit/tokens.js'
import { startWorld, type World } from '../kit/world.js'

let world: World
let accountId: string
let app: Application

beforeAll(async () => {
  world = await startWorld({ issuer: true, pages: barePages })
  accountId = await accountFor(world, world.people.membership('DEALER_SALES', 'north-one'))
})
beforeEach(() => {
  app = new Application(world)
})
afterAll(() => world.close())

/** A session and its events, as the database keeps them. */
const sessionOf = async (accessToken: string) => {
  const { sid } = claimsOf(accessToken)
  const [session] = await world.sql<{ end_reason: string | null; assurance: string; is_analyst: boolean }>(
    'select end_reason, assurance, is_analyst from identity.session where id = $1',
    [sid],
  )
  const events = await world.sql<{ action: string }>(
    'select action from audit.event where target_id = $1 order by id',
    [sid],
  )
  return { ...session, events: events.map(({ action }) => action) }
}

describe('signing in with a client that somebody else wrote', () => {
  it('ISS-01 MUST go from discovery to an answer of the gateway', async () => {
    const tokens = await app.signIn(accountId)

    expect(tokens.profile.sub).toBe(accountId)
    expect(await app.principal(tokens.access_token)).toBe('DEALER_SALES')
  })

  it('ISS-02 MUST make access tokens to RFC 9068 that live five minutes', async () => {
    const membership = world.people.membership('DEALER_SALES', 'north-one')

    const { access_token: token } = await app.signIn(accountId)

    const claims = claimsOf(token)
    expect(headerOf(token)).toMatchObject({ typ: 'at+jwt', alg: 'ES256' })
    expect(claims).toMatchObject({
      iss: world.urls.identity,
      aud: testAudience,
      sub: membership.userId,
      membership: membership.id,
      membership_version: 1,
      client_id: 'autora-web',
      acr: 'urn:autora:acr:password',
    })
    expect(Number(claims.exp) - Number(claims.iat)).toBe(300)
    expect(await sessionOf(token)).toEqual({
      end_reason: null,
      assurance: 'PASSWORD',
      is_analyst: false,
      events: ['session.started'],
    })
  })

  it('says in discovery what it does, and nothing else', async () => {
    const response = await fetch(`${world.urls.identity}/.well-known/openid-configuration`)
    const document = (await response.json()) as Record<string, unknown>

    expect(document).toMatchObject({
      issuer: world.urls.identity,
      jwks_uri: `${world.urls.identity}/.well-known/jwks.json`,
      response_types_supported: ['code'],
      code_challenge_methods_supported: ['S256'],
      id_token_signing_alg_values_supported: ['ES256'],
      authorization_response_iss_parameter_supported: true,
      acr_values_supported: ['urn:autora:acr:password', 'urn:autora:acr:mfa'],
    })
    for (const absent of ['registration_endpoint', 'device_authorization_endpoint', 'userinfo_endpoint'])
      expect(document).not.toHaveProperty(absent)
  })

  it('does not ask again in the same browser, and makes no second session', async () => {
    const first = await app.signIn(accountId)
    const page = await app.ask({ prompt: 'none' })
    const second = await app.finish(page)

    expect(claimsOf(second.access_token).sid).toBe(claimsOf(first.access_token).sid)
  })
})

describe('refreshing', () => {
  it('ISS-03 MUST give a new refresh token each time, of the same session', async () => {
    const first = await app.signIn(accountId)
    const second = await app.refresh(first)
    const third = await app.refresh(second)

    expect(new Set([first, second, third].map((one) => one.refresh_token)).size).toBe(3)
    expect(claimsOf(third.access_token).sid).toBe(claimsOf(first.access_token).sid)
    expect(await app.principal(third.access_token)).toBe('DEALER_SALES')
  })

  it('ISS-04 MUST end the whole family and its session when a refresh token comes twice', async () => {
    const first = await app.signIn(accountId)
    const second = await app.refresh(first)

    expect(await refusalOf(app.refresh(first))).toBe('invalid_grant')

    expect(await refusalOf(app.refresh(second))).toBe('invalid_grant')
    expect(await sessionOf(first.access_token)).toMatchObject({
      end_reason: 'REUSE_DETECTED',
      events: ['session.started', 'session.ended'],
    })
    expect(await app.principal(second.access_token)).toBe('UNAUTHENTICATED')
  })

  it('ISS-05 MUST give one of many requests with one refresh token its tokens at most', async () => {
    const first = await app.signIn(accountId)

    const outcomes = await Promise.all(Array.from({ length: 6 }, () => refusalOf(app.refresh(first))))

    expect(outcomes.filter((outcome) => outcome === 'accepted').length).toBeLessThanOrEqual(1)
    expect(await sessionOf(first.access_token)).toMatchObject({ end_reason: 'REUSE_DETECTED' })
  })

  it('ends the session when the application gives its refresh token back (RFC 7009)', async () => {
    const tokens = await app.signIn(accountId)

    await app.client.revokeToken(tokens.refresh_token ?? '', 'refresh_token')

    expect(await refusalOf(app.refresh(tokens))).toBe('invalid_grant')
    expect(await sessionOf(tokens.access_token)).toMatchObject({ end_reason: 'SIGNED_OUT' })
    expect(await app.principal(tokens.access_token)).toBe('UNAUTHENTICATED')
  })
})

describe('signing out', () => {
  it('ISS-06 MUST end every session of the browser and send it back', async () => {
    const tokens = await app.signIn(accountId)
    const request = await app.client.createSignoutRequest({
      id_token_hint: tokens.id_token ?? '',
      post_logout_redirect_uri: testRedirect,
      state: 'back',
    })

    const page = await app.browser.go(request.url)
    const xsrf = /name="xsrf" value="([^"]+)"/.exec(page.text)?.[1] ?? ''
    const action = /action="([^"]+)"/.exec(page.text)?.[1] ?? ''
    const back = await app.browser.go(action, { xsrf, logout: 'yes' })

    expect(page.text).not.toContain('<script')
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(back.location).toMatch(new RegExp(`^${testRedirect}\\?state=`))
    expect(await sessionOf(tokens.access_token)).toMatchObject({
      end_reason: 'SIGNED_OUT',
      events: ['session.started', 'session.ended'],
    })
    expect(await app.principal(tokens.access_token)).toBe('UNAUTHENTICATED')
    expect(await refusalOf(app.refresh(tokens))).toBe('invalid_grant')
    expect((await app.ask({ prompt: 'none' })).location).toContain('error=login_required')
  })

  it('leaves other browsers alone, and does nothing without the token of its own page', async () => {
    const elsewhere = await new Application(world).signIn(accountId)
    const tokens = await app.signIn(accountId)

    const forged = await app.browser.go(`${world.urls.identity}/oidc/sign-out/confirm`, {
      logout: 'yes',
      xsrf: 'x',
    })

    expect(forged.status).toBe(400)
    expect(await app.principal(tokens.access_token)).toBe('DEALER_SALES')
    expect(await app.principal(elsewhere.access_token)).toBe('DEALER_SALES')
  })
})
