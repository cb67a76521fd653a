import { createHmac } from 'node:crypto'
import { TlogError } from '../tlog/bytes.js'

/** Length of the salt of a commitment, in bytes. */
export const SALT_BYTES = 32

/**
 * What stands in an event for a personal value: HMAC-SHA256 under a random salt. Without the salt not even a phone
 * number can be tried; with value and salt anybody can check it. Every part has its length in front, so that a field and
 * a value that are cut elsewhere are another commitment.
 */
export function commitmentOf(salt: Uint8Array, field: string, value: string): Buffer {
  const mac = createHmac('sha256', salt)
  for (const part of ['autora-personal/1', field, value]) {
    const length = Buffer.alloc(4)
    length.writeUInt32BE(Buffer.byteLength(part))
    mac.update(length).update(part)
  }
  return mac.digest()
}

/** A commitment as the body of an event names it. */
export const commitmentText = (commitment: Buffer): string => commitment.toString('base64url')

/** Whether the body of an event commits to this value. @throws {TlogError} when the body is no JSON. */
export function isCommitted(body: string, field: string, value: string, salt: Buffer): boolean {
  try {
    const { detail } = JSON.parse(body) as { detail?: { personal?: Readonly<Record<string, unknown>> } }
    return detail?.personal?.[field] === commitmentText(commitmentOf(salt, field, value))
  } catch {
    throw new TlogError('the body of an event is no JSON')
  }
}
