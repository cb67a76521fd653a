import { keyMac, parseApiKey } from '@autora/shared/api-key'
import { DomainError, forbidden, unauthenticated } from '@autora/shared/errors'
import type { RequestContext } from '@autora/shared/request'
import { recordGrantAttempt } from '../support-grants/index.js'
import type { Resolved } from './entity.js'
import { claimsOfExternal, type ExternalClaims } from './external.js'
import { actorOfKey, keyRefusal, keyRestsOn, toldCode } from './key.js'
import { findKeyFacts } from './key-repository.js'
import type { KeyUses } from './key-uses-service.js'
import { actorOfMembership, membershipRefusal, membershipRestsOn, type UserClaims } from './membership.js'
import { findExternalFacts, findMembershipFacts } from './repository.js'

/** Only the platform itself asks who somebody is. @throws {DomainError} ACCESS_DENIED - anybody else asks. */
export function demandSystem(ctx: RequestContext): void {
  if (ctx.actor.kind !== 'SYSTEM') throw forbidden({ reason: 'ROLE_NOT_ALLOWED' })
}

/** Refuses with the one answer there is; the cause goes to the log as a code and nowhere else. */
function refuse(ctx: RequestContext, kind: 'USER' | 'KEY', reason: string): never {
  ctx.log.warn('principal.refused', { kind, reason, requestId: ctx.requestId })
  throw unauthenticated()
}

const millisecondsUntil = (end: Date | null, now: Date) => end && end.getTime() - now.getTime()

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
): Promise<Resolved> {
  if (!claims) return refuse(ctx, 'USER', 'MALFORMED')
  const now = ctx.clock.now()
  const facts = await ctx.tenant.read((tx) => findMembershipFacts(tx, claims, now))
  if (!facts) return refuse(ctx, 'USER', 'MEMBERSHIP_UNKNOWN')
  const refusal = membershipRefusal(facts, claims, demandsSession)
  if (refusal) {
    const { grantId, userId } = claims
    if (grantId !== null) await recordGrantAttempt(ctx, { grantId, userId, reason: refusal })
    return refuse(ctx, 'USER', refusal)
  }
  const validForMs = millisecondsUntil(facts.validUntil, now)
  return {
    actor: actorOfMembership(facts, claims),
    validForMs,
    restsOn: membershipRestsOn(facts, claims),
  }
}

/** Memberships that an answer may rest on; with more of them it is not kept at all. */
const MOST_BACKING = 40

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
): Promise<Resolved> {
  const parts = presented === null ? null : parseApiKey(presented.key)
  if (!presented || !parts) return refuse(ctx, 'KEY', 'MALFORMED')
  const question = { keyId: parts.id, mac: keyMac(pepper, parts.secret), address: presented.address }
  const now = ctx.clock.now()
  const facts = await ctx.tenant.read((tx) => findKeyFacts(tx, question, now))
  if (!facts) return refuse(ctx, 'KEY', 'KEY_UNKNOWN')
  const refusal = keyRefusal(facts)
  uses.note(ctx, facts, refusal)
  if (refusal === null) {
    const isTooMuch = facts.backing.length > MOST_BACKING
    const validForMs = isTooMuch ? 0 : millisecondsUntil(facts.validUntil, now)
    return { actor: actorOfKey(facts), validForMs, restsOn: isTooMuch ? [] : keyRestsOn(facts) }
  }
  if (toldCode(refusal) === 'UNAUTHENTICATED') return refuse(ctx, 'KEY', refusal)
  ctx.log.warn('principal.refused', { kind: 'KEY', reason: refusal, requestId: ctx.requestId })
  throw new DomainError('UNAUTHENTICATED', toldCode(refusal))
}

/**
 * Who a verified token of a dealer group's own provider stands for, as of now: a person of that group whom an admin
 * linked, as one of his memberships there.
 *
 * @param asked - null for a body that could not be read.
 * @throws {DomainError} UNAUTHENTICATED - whatever is wrong.
 */
export async function resolveExternal(ctx: RequestContext, asked: ExternalClaims | null): Promise<Resolved> {
  if (!asked) return refuse(ctx, 'USER', 'MALFORMED')
  const facts = await ctx.tenant.read((tx) => findExternalFacts(tx, asked, ctx.clock.now()))
  if (!facts) return refuse(ctx, 'USER', 'SUBJECT_UNKNOWN')
  const claims = claimsOfExternal(facts, asked)
  if (typeof claims === 'string') return refuse(ctx, 'USER', claims)
  const resolved = await resolveUser(ctx, claims, false)
  if (resolved.actor.tenantId !== facts.tenantId) return refuse(ctx, 'USER', 'TENANT_MISMATCH')
  return { ...resolved, restsOn: [...resolved.restsOn, `provider:${facts.providerId}`] }
}
