import { createHash, randomBytes } from 'node:crypto'

/** A one-use link: the token goes into the mail, its hash into the database, and neither into a log. */
export interface LinkToken {
  /** 256 random bits, as 43 characters of base64url. */
  readonly token: string
  readonly sha256: Buffer
}

/** What the tokens of links look like. */
export const LINK_TOKEN = /^[A-Za-z0-9_-]{43}$/

/** The hash under which a token is stored; of random bits, so a plain hash is enough. */
export const linkHash = (token: string): Buffer => createHash('sha256').update(token).digest()

/** A fresh token. */
export function newLinkToken(): LinkToken {
  const token = randomBytes(32).toString('base64url')
  return { token, sha256: linkHash(token) }
}
