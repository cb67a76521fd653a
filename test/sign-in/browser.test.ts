import { createHash, randomBytes } from 'node:crypto'
import type { Browser, Page } from 'playwright-core'
import { goodPassword, type Person, type SignInSite, startSignInSite } from '../kit/sign-in-site.js'
import { testRedirect } from '../kit/tokens.js'
import { addAuthenticator, chromiumPath, focusOn, headingOn, launchChromium } from './chromium.js'
import { codeOf } from './codes.js'

// a machine without a browser says so, and everything else of the sign-in is tested over plain HTTP
if (!chromiumPath) process.stderr.write('browser tests are left out: no Chromium on this machine\n')
const inBrowser = chromiumPath ? it : xit

let site: SignInSite
let browser: Browser
beforeAll(async () => {
  site = await startSignInSite()
  if (chromiumPath) browser = await launchChromium()
})
afterAll(async () => {
  await browser?.close()
  await site.close()
})

const open = async (options: { javaScriptEnabled?: boolean } = {}): Promise<Page> => {
  const context = await browser.newContext({ viewport: { width: 360, height: 640 }, ...options })
  const page = await context.newPage()
  await page.goto(`${site.origin}/sign-in/account`)
  return page
}

async function signIn(page: Page, email: string, password = goodPassword): Promise<void> {
  await page.getByLabel('E-mail address').fill(email)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
}

/** Sets up an authenticator app by hand, as a person does. @returns its key. */
async function setUpApp(page: Page): Promise<string> {
  await page.getByRole('link', { name: 'Set up an app' }).click()
  const secret = (await page.locator('#secret').innerText()).replaceAll(' ', '')
  await page.getByLabel('Code from the app').fill(codeOf(secret))
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByRole('link', { name: 'I have kept them' }).click()
  return secret
}

async function leave(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Leave this page' }).click()
  await page.goto(`${site.origin}/sign-in/account`)
}

describe('somebody in a browser', () => {
  inBrowser('signs in with password and code', async () => {
    const person = await site.newAccount('DEALER_SALES')
    const page = await open()
    await signIn(page, person.email)
    const secret = await setUpApp(page)
    await leave(page)

    await signIn(page, person.email)
    const asked = await headingOn(page)
    await page.getByLabel('Code from your authenticator app').fill(codeOf(secret, 1))
    await page.getByRole('button', { name: 'Continue' }).first().click()

    expect(asked).toBe('Confirm that it is you')
    expect(await headingOn(page)).toBe('Your sign-in')
    expect(await page.getByText('Set up. It is asked for').isVisible()).toBe(true)
  })

  inBrowser('signs in with a passkey and nothing else', async () => {
    const person = await site.newAccount('DEALER_SALES')
    const page = await open()
    await addAuthenticator(page)
    await signIn(page, person.email)
    await page.getByRole('link', { name: 'Add a passkey' }).click()
    await page.getByLabel('Name for it').fill('my <phone>')
    await page.getByRole('button', { name: 'Add a passkey' }).click()
    await page.getByRole('heading', { name: 'Your sign-in' }).waitFor()
    await leave(page)

    await page.getByRole('button', { name: 'Sign in with a passkey' }).click()
    await page.getByRole('heading', { name: 'Your sign-in' }).waitFor()

    expect(await page.getByText(/^my <phone>, added/).isVisible()).toBe(true)
    const [{ methods, counter } = {}] = await site.sql<{ methods: string[]; counter: string }>(
      `select e.detail -> 'methods' as methods, k.counter from audit.event e
         join issuer.passkey k on k.account_id = e.target_id
        where target_id = $1 and action = 'account.signedIn' order by e.id desc limit 1`,
      [person.accountId],
    )
    expect(methods).toEqual(['hwk'])
    expect(Number(counter)).toBeGreaterThan(0)
  })

  /** Signs in on a page with a device of its own and adds a passkey that lives there. */
  const withPasskey = async ({ email }: Person): Promise<Page> => {
    const page = await open()
    await addAuthenticator(page)
    await signIn(page, email)
    await page.getByRole('link', { name: 'Add a passkey' }).click()
    await page.getByLabel('Name for it').fill('key')
    await page.getByRole('button', { name: 'Add a passkey' }).click()
    await page.getByRole('heading', { name: 'Your sign-in' }).waitFor()
    await leave(page)
    return page
  }

  inBrowser('uses a passkey as second factor, and nobody uses that of another', async () => {
    const [owner, thief] = [await site.newAccount('DEALER_SALES'), await site.newAccount('DEALER_SALES')]
    const [own, foreign] = [await withPasskey(owner), await withPasskey(thief)]

    for (const page of [own, foreign]) {
      await signIn(page, owner.email)
      // whatever the page asks a device for, it is now any passkey of this site
      await page.evaluate(`{
        const { dataset } = document.querySelector('form[data-passkey]')
        dataset.options = JSON.stringify({ ...JSON.parse(dataset.options), allowCredentials: [] })
      }`)
      await page.getByRole('button', { name: 'Use a passkey' }).click()
    }

    await own.getByRole('heading', { name: 'Your sign-in' }).waitFor()
    await foreign.getByText('This passkey was not accepted.').first().waitFor()
  })

  inBrowser('is told what was wrong with a password, in words and where the focus is', async () => {
    const person = await site.newAccount('DEALER_MARKETING')
    const page = await open()

    await signIn(page, person.email, 'not the right password')

    const alert = page.getByRole('alert')
    expect(await alert.innerText()).toContain('E-mail address or password is not right.')
    expect(await focusOn(page)).toBe('errors')
    expect(await page.title()).toMatch(/^Error: Sign in/)
    expect(await page.getByLabel('E-mail address').inputValue()).toBe(person.email)
    expect(await page.getByLabel('Password', { exact: true }).inputValue()).toBe('')
  })

  inBrowser('has to wait after too many guesses, and is told how long', async () => {
    const person = await site.newAccount('DEALER_MARKETING')
    const page = await open()

    for (let n = 0; n < 6; n++) {
      await page.goto(`${site.origin}/sign-in/account`)
      await signIn(page, person.email, `guess number ${n}`)
    }

    expect(await headingOn(page)).toBe('Please wait')
    expect(await page.getByText(/Try again in \d+ seconds/).isVisible()).toBe(true)
  })

  inBrowser('needs no mouse', async () => {
    const person = await site.newAccount('DEALER_ADMIN')
    const page = await open()

    expect(await focusOn(page)).toBe('email')
    await page.keyboard.type(person.email)
    await page.keyboard.press('Tab')
    expect(await focusOn(page)).toBe('password')
    await page.keyboard.type(goodPassword)
    await page.keyboard.press('Tab')
    expect(await focusOn(page)).toBe('Sign in')
    const outline = await page.evaluate('getComputedStyle(document.activeElement).outlineWidth')
    await Promise.all([page.waitForURL('**/sign-in/account'), page.keyboard.press('Enter')])

    expect(outline).toBe('3px')
    expect(await headingOn(page)).toBe('Your sign-in')
  })

  inBrowser('needs no scripts', async () => {
    const person = await site.newAccount('PLATFORM_SUPPORT')
    const page = await open({ javaScriptEnabled: false })

    await signIn(page, person.email)
    const secret = (await page.locator('#secret').innerText()).replaceAll(' ', '')
    await page.getByLabel('Code from the app').fill(codeOf(secret))
    await page.getByRole('button', { name: 'Continue' }).click()
    const codes = await page.locator('#codes li').count()
    await page.getByRole('button', { name: 'I have kept them' }).click()

    expect(codes).toBe(10)
    expect(await headingOn(page)).toBe('Your sign-in')
  })

  inBrowser('fits a phone and breaks no rule of the page that a script could see', async () => {
    const page = await open()
    const complaints: string[] = []
    page.on('console', (message) => complaints.push(message.text()))
    page.on('pageerror', (error) => complaints.push(error.message))
    await page.reload()

    const facts = await page.evaluate(`({
      lang: document.documentElement.lang,
      headings: document.querySelectorAll('h1').length,
      overflow: document.documentElement.scrollWidth > innerWidth,
      unlabelled: [...document.querySelectorAll('input:not([type=hidden])')].filter((one) => !one.labels.length).length,
      small: [...document.querySelectorAll('button')]
        .filter((one) => one.offsetParent && one.getBoundingClientRect().height < 44).length,
    })`)

    expect(facts).toEqual({ lang: 'en', headings: 1, overflow: false, unlabelled: 0, small: 0 })
    expect(complaints).toEqual([])
  })
})

describe('somebody whom an application sends', () => {
  /** Asks the issuer for a code, as an application does. */
  const authorize = () => {
    const challenge = createHash('sha256').update(randomBytes(32)).digest('base64url')
    const query = new URLSearchParams({
      ...{ client_id: 'autora-web', redirect_uri: testRedirect, response_type: 'code', scope: 'openid api' },
      ...{ code_challenge: challenge, code_challenge_method: 'S256', state: 'its-own-state' },
    })
    return `${site.origin}/oidc/authorize?${query}`
  }
  const secondMembership = ({ membership }: Person) =>
    site.sql(`
      alter table identity.membership disable trigger must_be_audited;
      insert into identity.membership (tenant_id, id, user_id, role)
      values ('${membership.tenantId}', gen_random_uuid(), '${membership.userId}', 'DEALER_MARKETING');
      alter table identity.membership enable always trigger must_be_audited`)

  inBrowser('signs in, chooses a membership and comes back with a code', async () => {
    const person = await site.newAccount('DEALER_ADMIN')
    await secondMembership(person)
    const page = await (await browser.newContext()).newPage()
    await page.route(`${new URL(testRedirect).origin}/**`, (route) => route.fulfill({ body: 'back' }))

    await page.goto(authorize())
    await signIn(page, person.email)
    const asked = await headingOn(page)
    await page.getByRole('radio').first().check()
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.waitForURL(`${testRedirect}?*`)

    const back = new URL(page.url()).searchParams
    expect(asked).toBe('Choose as whom you work')
    expect([back.get('state'), back.get('error')]).toEqual(['its-own-state', null])
    expect(back.get('code')).toMatch(/^.{20,}$/)
  })

  inBrowser(
    'SIG-17 MUST sign in again after his credentials were changed, though the browser was signed in',
    async () => {
      const person = await site.newAccount('DEALER_ADMIN')
      const page = await (await browser.newContext()).newPage()
      await page.route(`${new URL(testRedirect).origin}/**`, (route) => route.fulfill({ body: 'back' }))
      await page.goto(authorize())
      await signIn(page, person.email)
      await page.waitForURL(`${testRedirect}?*`)

      const silent = await page.request.get(authorize(), { maxRedirects: 0 })
      await site.sql(
        `update issuer.account set credentials_changed_at = now() + interval '10 seconds' where id = $1`,
        [person.accountId],
      )
      await page.goto(authorize())

      expect(silent.headers().location).toMatch(/[?&]code=/)
      expect(await headingOn(page)).toBe('Sign in')
    },
  )

  inBrowser('goes back empty-handed when he does not want to', async () => {
    const page = await (await browser.newContext()).newPage()
    await page.route(`${new URL(testRedirect).origin}/**`, (route) => route.fulfill({ body: 'back' }))

    await page.goto(authorize())
    await page.getByRole('button', { name: 'Cancel' }).click()
    await page.waitForURL(`${testRedirect}?*`)

    expect(new URL(page.url()).searchParams.get('error')).toBe('access_denied')
  })
})
