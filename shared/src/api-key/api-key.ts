import { createHmac } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { base62OfUint32, randomBase62 } from './base62.js'

/** What every key starts with: scanners for leaked secrets look for it. */
export const API_KEY_PREFIX = 'autora_live_'

/** What scanners search a text for. Few other texts look like this, and the checksum (`parseApiKey`) leaves none. */
export const API_KEY_PATTERN = 'autora_live_[0-9a-f]{32}_[0-9A-Za-z]{38}'

/** Characters of a secret: 32 of base62 are 190 random bits. */
export const API_KEY_SECRET_LENGTH = 32

const form =
  /^autora_live_([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})_([0-9A-Za-z]{32})([0-9A-Za-z]{6})$/

/** The parts of a key that somebody presents. */
export interface ApiKeyParts {
  /** uuid of the key, with dashes. */
  readonly id: string
  readonly secret: string
}

/** The part of a key that may be shown: `autora_live_<id>`. */
export const apiKeyPrefix = (id: string): string => `${API_KEY_PREFIX}${id.replaceAll('-', '')}`

/** A new secret. It is shown once, inside the key, and kept nowhere. */
export const newApiKeySecret = (): string => randomBase62(API_KEY_SECRET_LENGTH)

/**
 * The text of a key: `autora_live_<id>_<secret><crc32>`. The checksum covers everything before it, so that a mistyped
 * or invented key is refused without asking the database.
 */
export function formatApiKey({ id, secret }: ApiKeyParts): string {
  const body = `${apiKeyPrefix(id)}_${secret}`
  return body + base62OfUint32(crc32(body))
}

/** Takes a presented key apart. @returns null for every other text, a wrong checksum included. */
export function parseApiKey(text: string): ApiKeyParts | null {
  const match = form.exec(text)
  if (!match) return null
  const [, a, b, c, d, e, secret = ''] = match
  const parts = { id: [a, b, c, d, e].join('-'), secret }
  return formatApiKey(parts) === text ? parts : null
}

/** What is stored of a secret: HMAC-SHA-256 under the pepper, 32 bytes. */
export const keyMac = (pepper: Buffer, secret: string): Buffer =>
  createHmac('sha256', pepper).update(secret).digest()
