import { createHash, randomBytes } from 'node:crypto'
import { startIdentity, withIssuerTools } from '@autora/identity'
import {
  allowInsecureRequests,
  authorizationCodeGrant,
  ClientSecretBasic,
  calculatePKCECodeChallenge,
  clientCredentialsGrant,
  discovery,
  None,
  randomPKCECodeVerifier,
  tokenIntrospection,
  tokenRevocation,
} from 'openid-client'
import { footprint } from '../attacks/footprint.js'
import { Application, refusalOf } from '../kit/application.js'
import { Browser } from '../kit/browser.js'
import { accountFor, answerPage, barePages } from '../kit/sign-in.js'
import { testRedirect } from '../kit/tokens.js'
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

const verifier = 'a'.repeat(64)
const challenge = createHash('sha256').update(verifier).digest('base64url')

/** An authorization request by hand, as an attacker writes it. */
const authorizeUrl = (change: Readonly<Record<string, string | null>> = {}): string => {
  const url = new URL('/oidc/authorize', world.urls.identity)
  const usual = {
    client_id: 'autora-web',
    response_type: 'code',
    redirect_uri: testRedirect,
    scope: 'openid api',
    state: 'some-state',
    code_challenge: challenge,
    code_challenge_method: 'S256',
  }
  for (const [name, value] of Object.entries({ ...usual, ...change }))
    if (value !== null) url.searchParams.set(name, value)
  return url.href
}

const post = (path: string, form: Readonly<Record<string, string>>, headers: Record<string, string> = {}) =>
  fetch(new URL(path, world.urls.identity), { method: 'POST', body: new URLSearchParams(form), headers })

/** A code that the browser brought back. */
async function codeOf(browser: Browser): Promise<string> {
  const page = await browser.go(authorizeUrl())
  const back = page.location ? page : await answerPage(browser, page, { accountId })
  return new URL(back.location ?? '').searchParams.get('code') ?? ''
}

const redeem = (code: string, change: Readonly<Record<string, string>> = {}) =>
  post('/oidc/token', {
    grant_type: 'authorization_code',
    client_id: 'autora-web',
    redirect_uri: testRedirect,
    code,
    code_verifier: verifier,
    ...change,
  })

describe('an authorization request', () => {
  it.each([
    ['without PKCE', { code_challenge: null, code_challenge_method: null }],
    ['with PKCE in the clear', { code_challenge: verifier, code_challenge_method: 'plain' }],
    ['with PKCE of no method', { code_challenge_method: null }],
    ['for a token in the address', { response_type: 'token' }],
    ['for an ID token in the address', { response_type: 'id_token', nonce: 'n' }],
    ['for another audience', { resource: 'urn:autora:services' }],
  ])('ISS-20 MUST be refused %s', async (_how, change) => {
    const page = await new Browser().go(authorizeUrl(change))

    expect(page.location).toMatch(
      /[?#&]error=(invalid_request|unsupported_response_type|unauthorized_client|invalid_target)/,
    )
    expect(page.location).not.toContain('code=')
  })

  it.each([
    ['another host', 'http://127.0.0.1:10/callback'],
    ['a longer path', `${testRedirect}/more`],
    ['a query', `${testRedirect}?next=1`],
    ['another spelling', testRedirect.toUpperCase()],
    ['another scheme', testRedirect.replace('http', 'https')],
  ])('ISS-21 MUST never be sent to %s', async (_what, redirect_uri) => {
    const page = await new Browser().go(authorizeUrl({ redirect_uri }))

    expect([page.status, page.location]).toEqual([400, null])
    expect(page.text).not.toContain(redirect_uri)
  })

  it('is not read from a client that is none', async () => {
    const page = await new Browser().go(authorizeUrl({ client_id: 'nobody' }))

    expect([page.status, page.location]).toEqual([400, null])
  })
})

describe('an authorization code', () => {
  it('ISS-22 MUST open nothing with another verifier, redirect or client', async () => {
    const browser = new Browser()

    for (const change of [
      { code_verifier: 'b'.repeat(64) },
      { redirect_uri: 'http://127.0.0.1:10/callback' },
      { client_id: 'autora-mobile' },
    ])
      expect((await redeem(await codeOf(browser), change)).ok).toBe(false)
  })

  it('ISS-23 MUST end the family when it comes twice', async () => {
    const code = await codeOf(new Browser())
    const first = await redeem(code)
    const tokens = (await first.json()) as { access_token: string; refresh_token: string }

    const second = await redeem(code)

    expect([first.status, second.status]).toEqual([200, 400])
    const { refresh_token } = tokens
    const later = await post('/oidc/token', {
      grant_type: 'refresh_token',
      client_id: 'autora-web',
      refresh_token,
    })
    expect(await later.json()).toMatchObject({ error: 'invalid_grant' })
    expect(await app.principal(tokens.access_token)).toBe('UNAUTHENTICATED')
  })

  it('ISS-24 MUST not be taken from an issuer that it is not of (RFC 9207)', async () => {
    const settings = { execute: [allowInsecureRequests] }
    const client = await discovery(new URL(world.urls.identity), 'autora-web', undefined, None(), settings)
    const pkceCodeVerifier = randomPKCECodeVerifier()
    const code_challenge = await calculatePKCECodeChallenge(pkceCodeVerifier)
    const browser = new Browser()
    const page = await browser.go(authorizeUrl({ code_challenge }))
    const back = new URL((await answerPage(browser, page, { accountId })).location ?? '')
    const mixedUp = new URL(back)
    mixedUp.searchParams.set('iss', 'https://other.example')
    const nameless = new URL(back)
    nameless.searchParams.delete('iss')
    const finish = (url: URL) =>
      authorizationCodeGrant(client, url, { pkceCodeVerifier, expectedState: 'some-state' })

    for (const wrong of [mixedUp, nameless])
      await expect(finish(wrong)).rejects.toMatchObject({
        cause: { message: expect.stringContaining('"iss" (issuer)') },
      })

    expect((await finish(back)).access_token).toBeDefined()
  })
})

describe('at the gateway', () => {
  it('ISS-25 MUST take an access token and no other kind (C27)', async () => {
    const tokens = await app.signIn(accountId)

    expect(await app.principal(tokens.access_token)).toBe('DEALER_SALES')
    expect(await app.principal(tokens.id_token ?? '')).toBe('UNAUTHENTICATED')
    expect(await app.principal(tokens.refresh_token ?? '')).toBe('UNAUTHENTICATED')
  })

  it('ISS-26 MUST not take an access token for a refresh token or a code', async () => {
    const { access_token, id_token = '' } = await app.signIn(accountId)

    for (const refresh_token of [access_token, id_token]) {
      const answer = await post('/oidc/token', {
        grant_type: 'refresh_token',
        client_id: 'autora-web',
        refresh_token,
      })
      expect(await answer.json()).toMatchObject({ error: 'invalid_grant' })
      expect((await redeem(refresh_token)).status).toBe(400)
    }
  })
})

describe('a service', () => {
  const secretOf = (id: string): Promise<string> =>
    withIssuerTools(world.identitySettings, ({ clients }) => clients.add(id, 'A service of the tests'))
  const service = async (id: string, secret: string) =>
    discovery(new URL(world.urls.identity), id, undefined, ClientSecretBasic(secret), {
      execute: [allowInsecureRequests],
    })

  it('ISS-27 MUST get a token that the gateway does not take', async () => {
    const client = await service('prober', await secretOf('prober'))
    const before = await footprint(world)

    const { access_token } = await clientCredentialsGrant(client)

    expect(await app.principal(access_token)).toBe('UNAUTHENTICATED')
    expect(await tokenIntrospection(client, access_token)).toMatchObject({
      active: true,
      client_id: 'prober',
      aud: 'urn:autora:services',
    })
    expect(await footprint(world)).toEqual(before)
  })

  it('can give its token back, and learns nothing about tokens of others', async () => {
    const [mine, other] = [
      await service('mine', await secretOf('mine')),
      await service('other', await secretOf('other')),
    ]
    const { access_token } = await clientCredentialsGrant(mine)
    const { refresh_token = '' } = await app.signIn(accountId)

    expect(await tokenIntrospection(other, access_token)).toEqual({ active: false })
    expect(await tokenIntrospection(other, refresh_token)).toEqual({ active: false })
    await tokenRevocation(other, access_token)
    expect(await tokenIntrospection(mine, access_token)).toMatchObject({ active: true })
    await tokenRevocation(mine, access_token)
    expect(await tokenIntrospection(mine, access_token)).toEqual({ active: false })
  })

  it('ISS-28 MUST not get in with another secret, the digest that is kept, or another audience', async () => {
    const secret = await secretOf('careful')
    const [row] = await world.sql<{ mac: string }>(
      `select encode(secret_mac, 'hex') as mac from issuer.client where id = 'careful'`,
    )

    for (const guess of [randomBytes(32).toString('base64url'), row?.mac ?? '', secret.slice(1)])
      await expect(clientCredentialsGrant(await service('careful', guess))).rejects.toMatchObject({
        status: 401,
      })
    const right = await service('careful', secret)
    const elsewhere = clientCredentialsGrant(right, { resource: 'urn:autora:api' })
    expect(await refusalOf(elsewhere)).toBe('invalid_target')
  })

  it('is told nothing about tokens when it is an application without a secret', async () => {
    const { refresh_token = '' } = await app.signIn(accountId)

    const answer = await post('/oidc/introspect', { client_id: 'autora-web', token: refresh_token })

    expect(await answer.json()).toEqual({ active: false })
  })
})

describe('other origins', () => {
  it('ISS-29 MUST read tokens in a browser only from where an application is', async () => {
    const ask = (origin: string) =>
      post(
        '/oidc/token',
        { grant_type: 'refresh_token', client_id: 'autora-web', refresh_token: 'x' },
        { origin },
      )

    const [own, foreign] = [await ask(new URL(testRedirect).origin), await ask('https://evil.example')]

    expect(own.headers.get('access-control-allow-origin')).toBe(new URL(testRedirect).origin)
    expect(foreign.headers.get('access-control-allow-origin')).toBeNull()
    expect(own.headers.get('access-control-allow-credentials')).toBeNull()
  })
})

it('does not start with a key that opens none of its signing keys', async () => {
  const settings = { ...world.identitySettings, AUTORA_PORT: 0, AUTORA_ISSUER_KEY: randomBytes(32) }

  await expect(startIdentity(settings)).rejects.toThrow()
})
