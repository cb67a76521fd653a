import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'
import { Vault } from '@autora/shared/vault'

/** The keys of sign-in, each for one use. Nothing in the database is worth anything without them. */
export interface CredentialKeys {
  /** Encrypts authenticator seeds, bound to their account. */
  readonly vault: Vault
  /** HMAC-SHA-256 under a key that belongs to `use` alone. */
  mac(use: 'counter' | 'recovery-code' | 'cookie' | 'form' | 'challenge' | 'device', text: string): Buffer
}

/** Derives the keys from the issuer's (RFC 5869). */
export function credentialKeys(issuerKey: Buffer): CredentialKeys {
  const derived = new Map<string, Buffer>()
  const keyFor = (use: string) => {
    const known = derived.get(use)
    if (known) return known
    const key = Buffer.from(hkdfSync('sha256', issuerKey, 'autora-sign-in-v1', use, 32))
    derived.set(use, key)
    return key
  }
  return {
    vault: new Vault(keyFor('vault')),
    mac: (use, text) => createHmac('sha256', keyFor(use)).update(text).digest(),
  }
}

/** Compares two MACs without telling where they differ. */
export const sameMac = (left: Buffer, right: Buffer): boolean =>
  left.length === right.length && timingSafeEqual(left, right)
