import { startIdentity } from '@autora/identity'
import { Application, claimsOf, refusalOf } from '../kit/application.js'
import { Browser } from '../kit/browser.js'
import { accountFor, answerPage, bare, barePages } from '../kit/sign-in.js'
import { testRedirect } from '../kit/tokens.js'
import { startWorld, type World } from '../kit/world.js'

let world: World
let accountId: string

beforeAll(async () => {
  world = await startWorld({ issuer: true, pages: barePages })
})
beforeEach(async () => {
  accountId = await accountFor(world, world.people.membership('DEALER_SALES', 'north-one'))
})
afterAll(() => world.close())

const mobile = (redirect_uri: string, browser = new Browser()) =>
  new Application(world, { client_id: 'autora-mobile', redirect_uri, browser })

describe('an application on a device', () => {
  it.each(['http://127.0.0.1:51234/mobile', 'com.example.autora:/callback'])(
    'comes back to %s, for longer than one in a browser',
    async (redirect) => {
      const tokens = await mobile(redirect).signIn(accountId)
      const [session] = await world.sql<{ days: number }>(
        `select round(extract(epoch from expires_at - started_at) / 86400)::int as days from identity.session where id = $1`,
        [claimsOf(tokens.access_token).sid],
      )

      expect(session?.days).toBe(30)
    },
  )

  it('ISS-50 MUST not get anything while nobody is there', async () => {
    const browser = new Browser()
    const redirect = 'com.example.autora:/callback'
    await mobile(redirect, browser).signIn(accountId)

    expect((await mobile(redirect, browser).ask({ prompt: 'none' })).location).toContain(
      'error=login_required',
    )
    expect(bare(await mobile(redirect, browser).ask()).prompt).toBe('login')
  })

  it('does not come back to where another application is', async () => {
    expect((await mobile(testRedirect).ask()).status).toBe(400)
    expect((await mobile('http://127.0.0.1:51234/other').ask()).status).toBe(400)
  })
})

describe('a browser', () => {
  it('ISS-51 MUST not take over the interaction of another', async () => {
    const page = await new Application(world).ask()

    const elsewhere = await new Browser().load(page.url)
    const answered = await new Browser().load(page.url, { accountId })

    expect([elsewhere.status, answered.status]).toEqual([404, 404])
  })

  it('ISS-52 MUST end the sessions of who was signed in when somebody else signs in', async () => {
    const app = new Application(world)
    const first = await app.signIn(accountId)
    const other = await accountFor(world, world.people.membership('DEALER_MARKETING', 'north-one'))

    const page = await answerPage(app.browser, await app.ask({ prompt: 'login' }), { accountId: other })
    const field = (name: string) => new RegExp(`name="${name}" value="([^"]+)"`).exec(page.text)?.[1] ?? ''
    const action = /action="([^"]+)"/.exec(page.text)?.[1] ?? ''
    const back = await app.browser.go(action, { xsrf: field('xsrf'), logout: 'yes' })
    const second = await app.finish(back)

    expect(await app.principal(second.access_token)).toBe('DEALER_MARKETING')
    expect(await app.principal(first.access_token)).toBe('UNAUTHENTICATED')
    expect(await refusalOf(app.refresh(first))).toBe('invalid_grant')
  })

  it('shows no page of the issuer in a frame, and sends no address on', async () => {
    const page = await new Browser().load(`${world.urls.identity}/oidc/sign-out`)

    expect(page.headers.get('x-frame-options')).toBe('DENY')
    expect(page.headers.get('referrer-policy')).toBe('no-referrer')
    expect(page.headers.get('x-content-type-options')).toBe('nosniff')
  })

  it('can be shown the memberships again, even where there is one', async () => {
    const app = new Application(world)
    await app.signIn(accountId)

    expect(bare(await app.ask({ prompt: 'membership' })).choices).toHaveLength(1)
  })
})

describe('an issuer behind https', () => {
  it('ISS-53 MUST only use cookies that are sent over https, to it alone, and that no script reads', async () => {
    const issuer = 'https://issuer.example'
    const settings = { ...world.identitySettings, AUTORA_PORT: 0, AUTORA_ISSUER: issuer }
    const identity = await startIdentity(settings, { pages: barePages })
    const local = (url: string | null) => (url ?? '').replace(issuer, identity.url)
    const browser = new Browser()
    const request = await new Application(world).client.createSigninRequest({})

    const asked = await browser.load(local(request.url.replace(world.urls.identity, issuer)))
    const answered = await browser.load(local(asked.location), { accountId, methods: 'pwd' })
    const resumed = await browser.load(local(answered.location))
    const document = await fetch(`${identity.url}/.well-known/openid-configuration`)
    const { token_endpoint } = (await document.json()) as { token_endpoint: string }
    await identity.close()

    const cookies = [...asked.headers.getSetCookie(), ...resumed.headers.getSetCookie()]
    const kept = cookies.filter((cookie) => !cookie.includes('1970'))
    expect(kept.some((cookie) => cookie.startsWith('__Host-autora_session='))).toBe(true)
    for (const cookie of kept) expect(cookie).toMatch(/; secure; httponly/i)
    for (const cookie of kept) expect(cookie).toMatch(/samesite=lax/i)
    expect(resumed.headers.get('strict-transport-security')).toMatch(/max-age/)
    expect(token_endpoint).toBe(`${issuer}/oidc/token`) // the setting says so, not the caller's Host header
    expect(resumed.location).toContain(`iss=${encodeURIComponent(issuer)}`)
  })
})
