import { createHmac } from 'node:crypto'

/** Length of the salt of a commitment, in bytes. */
export const SALT_BYTES = 32

const LABEL = 'autora-personal/1'

/** With its length in front: a field and a value that are cut elsewhere are another commitment. */
function counted(text: string): Buffer {
  const bytes = Buffer.from(text)
  const length = Buffer.alloc(4)
  length.writeUInt32BE(bytes.length)
  return Buffer.concat([length, bytes])
}

/**
 * What stands in an event for a personal value: HMAC-SHA256 under a random salt. Without the salt not even a phone
 * number can be tried; with value and salt anybody can check it.
 */
export const commitmentOf = (salt: Uint8Array, field: string, value: string): Buffer =>
  createHmac('sha256', salt).update(counted(LABEL)).update(counted(field)).update(counted(value)).digest()

/** A commitment as the body of an event names it. */
export const commitmentText = (commitment: Buffer): string => commitment.toString('base64url')
