import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto'

/** Version byte in front of every ciphertext, so that the key and the form can change later. */
const VERSION = 1

/**
 * Encrypts what must not lie in the clear: AES-256-GCM, a random 96-bit IV, one key per tenant derived from the vault's
 * key (RFC 5869), bound by associated data to its place, so that a ciphertext moved to another row does not open.
 */
export class Vault {
  constructor(private readonly masterKey: Buffer) {}

  private key(tenantId: string, use: 'seal' | 'fingerprint'): Buffer {
    return Buffer.from(hkdfSync('sha256', this.masterKey, tenantId, `autora-vault-v1-${use}`, 32))
  }

  /** @param place - where the ciphertext will lie, such as `intake_payload|<id>`. */
  seal(tenantId: string, place: string, plain: Buffer): Buffer {
    const iv = randomBytes(12)
    const cipher = createCipheriv('aes-256-gcm', this.key(tenantId, 'seal'), iv).setAAD(
      Buffer.from(`${tenantId}|${place}`),
    )
    const text = Buffer.concat([cipher.update(plain), cipher.final()])
    return Buffer.concat([Buffer.of(VERSION), iv, cipher.getAuthTag(), text])
  }

  /** @throws {Error} when the ciphertext was altered, moved, or sealed under another key. */
  open(tenantId: string, place: string, sealed: Buffer): Buffer {
    if (sealed[0] !== VERSION) throw new Error('unknown vault version')
    const decipher = createDecipheriv('aes-256-gcm', this.key(tenantId, 'seal'), sealed.subarray(1, 13))
    decipher.setAAD(Buffer.from(`${tenantId}|${place}`)).setAuthTag(sealed.subarray(13, 29))
    return Buffer.concat([decipher.update(sealed.subarray(29)), decipher.final()])
  }

  /** Tells equal bytes without telling what they are; differs from tenant to tenant. */
  fingerprint(tenantId: string, bytes: Buffer): Buffer {
    return createHmac('sha256', this.key(tenantId, 'fingerprint')).update(bytes).digest()
  }
}
