import { createHmac, hkdfSync } from 'node:crypto'
import { openBytes, sealBytes } from './cipher.js'

const keyOf = (master: Buffer, tenantId: string, use: 'seal' | 'fingerprint'): Buffer =>
  Buffer.from(hkdfSync('sha256', master, tenantId, `autora-vault-v1-${use}`, 32))

/**
 * Encrypts what must not lie in the clear: AES-256-GCM, a random 96-bit IV, one key per tenant derived from the vault's
 * key (RFC 5869), bound by associated data to its place, so that a ciphertext moved to another row does not open.
 * Nothing here can be erased by destroying a key: that is what `SubjectVault` is for.
 */
export class Vault {
  /** @param furtherKeys - what was sealed under one of these opens too; nothing new is sealed under them. */
  constructor(
    private readonly masterKey: Buffer,
    private readonly furtherKeys: readonly Buffer[] = [],
  ) {}

  /** @param place - where the ciphertext will lie, such as `intake_payload|<id>`. */
  seal(tenantId: string, place: string, plain: Buffer): Buffer {
    return sealBytes(keyOf(this.masterKey, tenantId, 'seal'), Buffer.from(`${tenantId}|${place}`), plain)
  }

  /** @throws {Error} when the ciphertext was altered, moved, or sealed under a key that is not given. */
  open(tenantId: string, place: string, sealed: Buffer): Buffer {
    const where = Buffer.from(`${tenantId}|${place}`)
    let refusal: unknown
    for (const key of [this.masterKey, ...this.furtherKeys]) {
      try {
        return openBytes(keyOf(key, tenantId, 'seal'), where, sealed)
      } catch (error) {
        refusal = error // of the last key: which one it was is not in the ciphertext
      }
    }
    throw refusal
  }

  /** Tells equal bytes without telling what they are; differs from tenant to tenant. */
  fingerprint(tenantId: string, bytes: Buffer): Buffer {
    return createHmac('sha256', keyOf(this.masterKey, tenantId, 'fingerprint'))
      .update(bytes)
      .digest()
  }
}
