import { keyMac, parseApiKey } from '@autora/shared/api-key'
import { forbidden, unauthenticated } from '@autora/shared/errors'
import type { RequestContext } from '@autora/shared/request'
import type { Resolved } from './entity.js'
import { claimsOfExternal, type ExternalClaims } from './external.js'
import { actorOfKey, keyRefusal, keyRestsOn } from './key.js'
import { actorOfMembership, membershipRefusal, membershipRestsOn, type UserClaims } from './membership.js'
import { findExternalFacts, findKeyFacts, findMembershipFacts } from './repository.js'

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
 * @throws {DomainError} UNAUTHENTICATED - whatever is wrong: unknown, ended, changed, locked, suspended, no such grant.
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
  if (refusal) return refuse(ctx, 'USER', refusal)
  const validForMs = millisecondsUntil(facts.validUntil, now)
  return {
    actor: actorOfMembership(facts, claims),
    validForMs,
    restsOn: membershipRestsOn(facts, claims),
  }
}

/**
 * Who a presented key stands for, as of now. A text with a wrong checksum is refused without asking the database.
 *
 * @param text - null for a body that could not be read.
 * @throws {DomainError} UNAUTHENTICATED - whatever is wrong: malformed, unknown, wrong, ended, suspended.
 */
export async function resolveKey(
  ctx: RequestContext,
  pepper: Buffer,
  text: string | null,
): Promise<Resolved> {
  const parts = text === null ? null : parseApiKey(text)
  if (!parts) return refuse(ctx, 'KEY', 'MALFORMED')
  const mac = keyMac(pepper, parts.secret)
  const now = ctx.clock.now()
  const facts = await ctx.tenant.read((tx) => findKeyFacts(tx, parts.id, mac, now))
  if (!facts) return refuse(ctx, 'KEY', 'KEY_UNKNOWN')
  const refusal = keyRefusal(facts)
  if (refusal) return refuse(ctx, 'KEY', refusal)
  const validForMs = millisecondsUntil(facts.validUntil, now)
  return { actor: actorOfKey(facts), validForMs, restsOn: keyRestsOn(facts) }
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
