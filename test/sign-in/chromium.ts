import { existsSync } from 'node:fs'
import { type Browser, chromium, type Page } from 'playwright-core'

/** Where systems keep the browser; the first that is there is taken. */
const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/** The browser of this machine; null where there is none, which is printed once. */
export const chromiumPath: string | null = places.find((place) => existsSync(place)) ?? null

/** Starts it, with a profile of its own and without anything that would speak to the network. */
export const launchChromium = (): Promise<Browser> =>
  chromium.launch({
    executablePath: chromiumPath ?? '',
    args: [
      '--headless',
      '--no-sandbox', // refuses to run as root otherwise, and sees nothing but our own pages
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })

/** Gives the page a device that holds passkeys and verifies its person. */
export async function addAuthenticator(page: Page): Promise<void> {
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('WebAuthn.enable')
  await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
}

/** What the page says as its one heading. */
export const headingOn = (page: Page): Promise<string> => page.locator('h1').innerText()

/** The element that has the focus: its id, or else its text. */
export const focusOn = async (page: Page): Promise<string> =>
  (await page.locator(':focus').getAttribute('id')) ?? (await page.locator(':focus').innerText())
