import { createHash } from 'node:crypto'
import { crc32 } from 'node:zlib'

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const secretLength = 32
const checkLength = 6

/**
 * The key as its holder presents it: `autora_live_<id>_<secret><check>`. `<id>` is the key's uuid without dashes,
 * `<check>` CRC-32 over everything before it, six characters of base62: a typing error is found without a database.
 */
export function apiKeyText(keyId: string, secret: string): string {
  const body = `autora_live_${keyId.replaceAll('-', '')}_${secret}`
  return body + base62(BigInt(crc32(body)), checkLength)
}

/**
 * The secret part of a demo key: 32 characters of base62, 190 bits, derived from the key's id. Anybody who reads this
 * file can compute it: the demo network is for development and never holds a real person.
 */
export function demoSecret(keyId: string): string {
  const digest = createHash('sha512').update(`autora demo network, api key secret of ${keyId}`).digest('hex')
  return base62(BigInt(`0x${digest}`), secretLength)
}

/** The whole presented key of a demo key. */
export const demoApiKey = (keyId: string): string => apiKeyText(keyId, demoSecret(keyId))

/** The last `length` digits in base62, digits before capitals before small letters. */
function base62(value: bigint, length: number): string {
  let text = ''
  for (let rest = value; text.length < length; rest /= 62n) text = alphabet.charAt(Number(rest % 62n)) + text
  return text
}
