import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'

/** Version byte in front of every ciphertext, so that the key and the form can change later. */
const VERSION = 1

/**
 * AES-256-GCM with a random 96-bit IV: version, IV, tag, text.
 * @param place - associated data: a ciphertext that was moved elsewhere does not open.
 */
export function sealBytes(key: Buffer, place: Buffer, plain: Buffer): Buffer {
  const iv = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(place)
  const text = Buffer.concat([cipher.update(plain), cipher.final()])
  return Buffer.concat([Buffer.of(VERSION), iv, cipher.getAuthTag(), text])
}

/** @throws {Error} when the ciphertext was altered, moved, or sealed under another key. */
export function openBytes(key: Buffer, place: Buffer, sealed: Buffer): Buffer {
  if (sealed[0] !== VERSION) throw new Error('unknown vault version')
  // the length is pinned: a shortened tag would be easier to forge
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(1, 13), { authTagLength: 16 })
  decipher.setAAD(place).setAuthTag(sealed.subarray(13, 29))
  return Buffer.concat([decipher.update(sealed.subarray(29)), decipher.final()])
}

/** Parts in one, each with its length in front: no two lists of parts give the same bytes. */
export function placeOf(...parts: readonly string[]): Buffer {
  return Buffer.concat(
    parts.flatMap((part) => {
      const bytes = Buffer.from(part)
      const length = Buffer.alloc(4)
      length.writeUInt32BE(bytes.length)
      return [length, bytes]
    }),
  )
}
