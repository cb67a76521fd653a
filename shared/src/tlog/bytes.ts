import { createHash } from 'node:crypto'

/** Length of every hash of a log, in bytes. */
export const HASH_BYTES = 32

/** Something that is not what it says it is: malformed, or not provable. The message says what, for people. */
export class TlogError extends Error {
  override readonly name = 'TlogError'
}

/** SHA-256 over the parts, one after the other. */
export function sha256(...parts: readonly Uint8Array[]): Buffer {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest()
}

/**
 * Standard base64 with padding (RFC 4648 section 4) in its only spelling.
 * @throws {TlogError} for spaces, missing padding or stray last bits: one value must not have several texts.
 */
export function decodeBase64(text: string): Buffer {
  const bytes = Buffer.from(text, 'base64')
  if (bytes.toString('base64') !== text) throw new TlogError('not canonical base64')
  return bytes
}

/**
 * A hash in base64.
 * @throws {TlogError} when it does not have exactly 32 bytes.
 */
export function decodeHash(text: string): Buffer {
  const hash = decodeBase64(text)
  if (hash.length !== HASH_BYTES) throw new TlogError('a hash has 32 bytes')
  return hash
}

/**
 * A size or an index: decimal digits without a leading zero.
 * @throws {TlogError} for anything else, and above 2^53 - 1.
 */
export function decodeNumber(text: string): number {
  const value = Number(text)
  if (!/^(0|[1-9][0-9]*)$/.test(text) || !Number.isSafeInteger(value))
    throw new TlogError('not a decimal number')
  return value
}
