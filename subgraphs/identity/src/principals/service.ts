import type { Actor } from '@autora/shared/actor'
import { keyMac, parseApiKey } from '@autora/shared/api-key'
import { DomainError, forbidden, unauthenticated } from '@autora/shared/errors'
import type { RequestContext } from '@autora/shared/request'
import { recordGrantAttempt } from '../support-grants/index.js'
import { actorOfKey, keyRefusal, toldCode } from './key.js'
import { findKeyFacts } from './key-repository.js'
import type { KeyUses } from './key-uses-service.js'
import { actorOfMembership, membershipRefusal, type UserClaims } from './membership.js'
import { findMembershipFacts } from './repository.js'

/** Only the platform itself asks who somebody is. @throws {DomainError} ACCESS_DENIED - anybody else asks. */
export function demandSystem(ctx: RequestContext): void {
  if (ctx.actor.kind !== 'SYSTEM') throw forbidden({ reason: 'ROLE_NOT_ALLOWED' })
}

/** Refuses with the one answer there is; the cause goes to the log as a code and nowhere else. */
function refuse(ctx: RequestContext, kind: 'USER' | 'KEY', reason: string): never {
  ctx.log.warn('principal.refused', { kind, reason, requestId: ctx.requestId })
  throw unauthenticated()
}

/**
 * Who a verified token stands for, as of now.
 *
 * @param claims - null for a body that could not be read.
 * @param demandsSession - false only where development tokens are accepted, which belong to no session.
 * @throws {DomainError} UNAUTHENTICATED - whatever is wrong: unknown, ended, changed, locked, suspended, no such grant. A
 *   dealer group whose grant was named is told first.
 */
export async function resolveUser(
  ctx: RequestContext,
  claims: UserClaims | null,
  demandsSession: boolean,
): Promise<Actor> {
  if (!claims) return refuse(ctx, 'USER', 'MALFORMED')
  const facts = await ctx.tenant.read((tx) => findMembershipFacts(tx, claims, ctx.clock.now()))
  if (!facts) return refuse(ctx, 'USER', 'MEMBERSHIP_UNKNOWN')
  const refusal = membershipRefusal(facts, claims, demandsSession)
  if (!refusal) return actorOfMembership(facts, claims)
  const { grantId, userId } = claims
  if (grantId !== null) await recordGrantAttempt(ctx, { grantId, userId, reason: refusal })
  return refuse(ctx, 'USER', refusal)
}

/** A key as somebody presented it, and where from. */
export interface PresentedKey {
  readonly key: string
  readonly address: string | null
}

/** What a key is checked with. */
export interface KeyChecks {
  /** Under which keys are stored. */
  readonly pepper: Buffer
  readonly uses: KeyUses
}

/**
 * Who a presented key stands for, as of now. A text with a wrong checksum is refused without asking the database.
 *
 * @param presented - null for a body that could not be read.
 * @throws {DomainError} UNAUTHENTICATED - malformed, unknown, wrong, ended, suspended, or nobody answers for it.
 * @throws {DomainError} KEY_EXPIRED, KEY_NOT_YET_VALID, KEY_ADDRESS_REFUSED - told only to who has the right secret.
 */
export async function resolveKey(
  ctx: RequestContext,
  { pepper, uses }: KeyChecks,
  presented: PresentedKey | null,
): Promise<Actor> {
  const parts = presented === null ? null : parseApiKey(presented.key)
  if (!presented || !parts) return refuse(ctx, 'KEY', 'MALFORMED')
  const question = { keyId: parts.id, mac: keyMac(pepper, parts.secret), address: presented.address }
  const facts = await ctx.tenant.read((tx) => findKeyFacts(tx, question, ctx.clock.now()))
  if (!facts) return refuse(ctx, 'KEY', 'KEY_UNKNOWN')
  const refusal = keyRefusal(facts)
  uses.note(ctx, facts, refusal)
  if (refusal === null) return actorOfKey(facts)
  if (toldCode(refusal) === 'UNAUTHENTICATED') return refuse(ctx, 'KEY', refusal)
  ctx.log.warn('principal.refused', { kind: 'KEY', reason: refusal, requestId: ctx.requestId })
  throw new DomainError('UNAUTHENTICATED', toldCode(refusal))
}
