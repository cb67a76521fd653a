import { InMemoryWebStorage, OidcClient, WebStorageStateStore } from 'oidc-client-ts'
import { Browser } from '../kit/browser.js'
import { Client } from '../kit/client.js'
import { accountFor, answerPage, bare, barePages } from '../kit/sign-in.js'
import { testRedirect } from '../kit/tokens.js'
import { startWorld, type World } from '../kit/world.js'

let world: World

beforeAll(async () => {
  world = await startWorld({ issuer: true, pages: barePages })
})
afterAll(() => world.close())

/** The third-party client, as an application in a browser would use it. */
const thirdParty = (): OidcClient =>
  new OidcClient({
    authority: world.urls.identity,
    client_id: 'autora-web',
    redirect_uri: testRedirect,
    scope: 'openid api',
    stateStore: new WebStorageStateStore({ store: new InMemoryWebStorage() }),
  })

const viewer = '{ me { principal } }'

describe('signing in with a client of somebody else', () => {
  it('goes from discovery to an answer of the gateway', async () => {
    const sales = world.people.membership('DEALER_SALES', 'north-one')
    const accountId = await accountFor(world, sales)
    const client = thirdParty()
    const browser = new Browser()

    const request = await client.createSigninRequest({})
    const page = await browser.go(request.url)
    const back = await answerPage(browser, page, { accountId })
    const tokens = await client.processSigninResponse(back.location ?? '')
    const answer = await new Client(world.gatewayUrl, async () => tokens.access_token).send(viewer)

    expect(bare(page)).toMatchObject({ prompt: 'login', clientName: 'AUTORA', demandsSecondFactor: false })
    expect(tokens.profile.sub).toBe(accountId)
    expect(answer.errors).toEqual([])
    expect(answer.status).toBe(200)
  })
})
