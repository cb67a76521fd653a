import { createHash, randomBytes } from 'node:crypto'
import { Secret, TOTP } from 'otpauth'
import type { CredentialKeys } from './credential-keys.js'

const period = 30

const generatorOf = (seed: Uint8Array, label = '') =>
  new TOTP({
    issuer: 'AUTORA OS',
    label,
    algorithm: 'SHA1', // what authenticator apps understand (RFC 6238); the seed has the full 160 bits
    digits: 6,
    period,
    secret: new Secret({ buffer: new Uint8Array(seed).buffer }),
  })

/** A fresh seed of an authenticator app: 160 bits. */
export const newSeed = (): Buffer => randomBytes(20)

/** The seed as people type it, in groups of four. */
export const seedText = (seed: Buffer): string =>
  (new Secret({ buffer: new Uint8Array(seed).buffer }).base32.match(/.{1,4}/g) ?? []).join(' ')

/** The address that an authenticator app reads from the QR code. */
export const seedAddress = (seed: Buffer, email: string): string => generatorOf(seed, email).toString()

/** The time step that a code belongs to, one step early or late included; null when it fits none. */
export function stepOfCode(seed: Buffer, code: string, nowMs: number): number | null {
  const token = code.replaceAll(/\s/g, '')
  if (!/^[0-9]{6}$/.test(token)) return null
  const delta = generatorOf(seed).validate({ token, timestamp: nowMs, window: 1 })
  return delta === null ? null : Math.floor(nowMs / 1000 / period) + delta
}

/** Crockford's alphabet: no letter that is taken for a digit. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** Ten recovery codes of 60 bits each, as people read them: `ABCD-EFGH-JKMN`. */
export const newRecoveryCodes = (): readonly string[] =>
  Array.from({ length: 10 }, () => {
    const letters = Array.from(randomBytes(12), (byte) => alphabet[byte & 31]).join('')
    return letters.replace(/^(.{4})(.{4})(.{4})$/, '$1-$2-$3')
  })

/** The MAC under which a recovery code is stored; null for what cannot be one. */
export function recoveryCodeMac(keys: CredentialKeys, accountId: string, code: string): Buffer | null {
  const bare = code.toUpperCase().replaceAll(/[\s-]/g, '').replaceAll('O', '0').replaceAll(/[IL]/g, '1')
  return /^[0-9A-HJKMNP-TV-Z]{12}$/.test(bare) ? keys.mac('recovery-code', `${accountId}|${bare}`) : null
}

/** SHA-256 of some bytes. */
export const sha256 = (bytes: Buffer | string): Buffer => createHash('sha256').update(bytes).digest()
