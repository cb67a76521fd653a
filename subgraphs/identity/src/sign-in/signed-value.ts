import { type CredentialKeys, sameMac } from '../accounts/index.js'

/**
 * Signs a value for a cookie: readable, not changeable, good until `expiresAt` and for one use only.
 * @param use - what it is for; a value signed for one use is worth nothing for another.
 */
export function signValue(keys: CredentialKeys, use: string, value: object, expiresAt: Date): string {
  const body = Buffer.from(JSON.stringify({ value, until: expiresAt.getTime() })).toString('base64url')
  return `${body}.${keys.mac('cookie', `${use}|${body}`).toString('base64url')}`
}

/** The value that was signed; null when it was altered, is over, or was made for another use. */
export function openValue<Value>(
  keys: CredentialKeys,
  use: string,
  text: string | undefined,
  now: Date,
): Value | null {
  const [body, mac, ...rest] = (text ?? '').split('.')
  if (!body || !mac || rest.length > 0) return null
  if (!sameMac(Buffer.from(mac, 'base64url'), keys.mac('cookie', `${use}|${body}`))) return null
  const { value, until } = JSON.parse(Buffer.from(body, 'base64url').toString('utf8')) as {
    value: Value
    until: number
  }
  return until > now.getTime() ? value : null
}
