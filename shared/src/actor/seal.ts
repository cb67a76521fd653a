import { createHmac } from 'node:crypto'
import type { Caller } from './actor.js'

/** The subgraphs, and so the audiences of a seal. Each is also the suffix of its database role. */
export const subgraphs = ['identity', 'dealer_ops', 'audit'] as const

/** Name of a subgraph as the seal, the database role and the schema spell it. */
export type Subgraph = (typeof subgraphs)[number]

/** Whom a context can be sealed for: a subgraph, or the issuer, which seals its own (docs/decisions/0008-issuer.md). */
export const audiences = [...subgraphs, 'issuer'] as const

/** One of them; each is also the suffix of a login role. */
export type Audience = (typeof audiences)[number]

/** A key that only the gateway and the database hold. */
export interface SealKey {
  /** 1 to 16 characters of `a-z0-9`. */
  readonly id: string
  /** 32 random bytes. */
  readonly secret: Buffer
}

/** Life of a seal in seconds: longer than any request may take, too short to be worth stealing. */
export const SEAL_TTL_SECONDS = 15

/** What a seal looks like; anything else must never reach SQL. */
export const SEAL_FORM = /^a1(\|[A-Za-z0-9,_.:-]*){15}$/

const safe = /^[A-Za-z0-9,_.:-]*$/

/**
 * Seals a caller for one subgraph: a line of fields and its HMAC-SHA-256 (RFC 2104), verified inside PostgreSQL by
 * `sec.context()`. The form is compact text because the database parses it on every statement
 * (docs/decisions/0002-sealed-context.md).
 *
 * @param nowSeconds - Unix time; the seal is good for `SEAL_TTL_SECONDS` from it.
 * @throws {TypeError} when a field holds a character that the form does not allow.
 */
export function sealContext(caller: Caller, audience: Audience, key: SealKey, nowSeconds: number): string {
  const { actor } = caller
  const body = [
    'a1',
    key.id,
    String(Math.floor(nowSeconds) + SEAL_TTL_SECONDS),
    audience,
    actor.kind,
    actor.principal,
    actor.id,
    actor.tenantId,
    actor.reach,
    actor.reach === 'STORES' ? actor.storeIds.join(',') : '',
    actor.grant?.id ?? '',
    actor.appId ?? '',
    actor.purpose,
    String(actor.policy.version),
    caller.requestId,
  ]
  if (!body.every((field) => safe.test(field))) throw new TypeError('a field of the context cannot be sealed')
  const line = body.join('|')
  return `${line}|${createHmac('sha256', key.secret).update(line).digest('hex')}`
}
