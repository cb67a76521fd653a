import { randomBytes } from 'node:crypto'

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/** The largest multiple of 62 in a byte: bytes from here on are drawn again, so that every character is equally likely. */
const FAIR_LIMIT = 248

/**
 * Random base62 text, 5.95 bits a character.
 * @param draw - source of random bytes; only tests replace it.
 */
export function randomBase62(length: number, draw: (size: number) => Buffer = randomBytes): string {
  let text = ''
  while (text.length < length)
    for (const byte of draw(length - text.length))
      if (byte < FAIR_LIMIT) text += alphabet.charAt(byte % alphabet.length)
  return text
}

/** An unsigned 32-bit number as six base62 characters, zeros in front. */
export function base62OfUint32(value: number): string {
  let rest = value
  let text = ''
  for (let i = 0; i < 6; i++) {
    text = alphabet.charAt(rest % alphabet.length) + text
    rest = Math.floor(rest / alphabet.length)
  }
  return text
}
