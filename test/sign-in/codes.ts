import { Secret, TOTP } from 'otpauth'
import type { Page } from './surfer.js'

/** The key of an authenticator app as a page shows it. */
export const secretOn = ({ text }: Pick<Page, 'text'>): string =>
  (/<code id="secret">([A-Z2-7 ]+)<\/code>/.exec(text)?.[1] ?? '').replaceAll(' ', '')

/** What an app with this key shows. @param steps - later than now, each 30 seconds. */
export const codeOf = (secret: string, steps = 0): string =>
  new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: Date.now() + steps * 30_000 })

/** The recovery codes on a page. */
export const recoveryCodesOn = ({ text }: Pick<Page, 'text'>): readonly string[] =>
  [...text.matchAll(/<li>([0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4})<\/li>/g)].map(([, code = '']) => code)
