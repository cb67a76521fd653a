import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'
import { Vault } from '@autora/shared/vault'

/** Of nobody's tenant: the name under which the vault derives the issuer's keys. */
const REALM = 'issuer'

/**
 * Everything that follows from the issuer's key, each use with a key of its own (RFC 5869). The key is not in the
 * database, so that a copy of the database opens nothing.
 */
export class IssuerSecrets {
  private readonly vault: Vault
  private readonly digestKey: Buffer
  /** Signs cookies, so that none that was made up reaches the database. */
  readonly cookieKeys: readonly string[]

  /** @param key - 32 bytes, `AUTORA_ISSUER_KEY`. */
  constructor(key: Buffer) {
    const derive = (use: string) => Buffer.from(hkdfSync('sha256', key, REALM, `autora-issuer-v1-${use}`, 32))
    this.vault = new Vault(derive('vault'))
    this.digestKey = derive('digest')
    this.cookieKeys = [derive('cookie').toString('base64url')]
  }

  /** What stands in the database for something that a holder presents. @param use - keeps one kind from passing for another. */
  digest(use: string, value: string): Buffer {
    return createHmac('sha256', this.digestKey).update(`${use}|${value}`).digest()
  }

  /** Whether a digest in the database is that of a value, in constant time. */
  matches(use: string, value: string, digest: Buffer): boolean {
    const own = this.digest(use, value)
    return own.length === digest.length && timingSafeEqual(own, digest)
  }

  /** @param place - where the ciphertext will lie; it opens nowhere else. */
  seal(place: string, value: unknown): Buffer {
    return this.vault.seal(REALM, place, Buffer.from(JSON.stringify(value)))
  }

  /** @throws {Error} when the ciphertext was altered, moved, or sealed under another key. */
  open<Value>(place: string, sealed: Buffer): Value {
    return JSON.parse(this.vault.open(REALM, place, sealed).toString('utf8')) as Value
  }
}
