import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { recordAudit } from '@autora/shared/audit'
import { conflict, forbidden, notFound } from '@autora/shared/errors'
import { demandStepUp, type RequestContext } from '@autora/shared/request'
import { SUBJECT_TOKEN_SECONDS } from './entity.js'
import { findSupportGrants, insertSupportSession } from './repository.js'
import { supportGrantStatus } from './service.js'

/** What a started session hands out: worth one exchange at the token endpoint, within `expiresAt`. */
export interface StartedSession {
  readonly subjectToken: string
  readonly expiresAt: Date
}

/**
 * Starts a session under one's own grant. The dealer's trail says so before the token leaves: where it cannot, there is
 * no session. The token has 256 bits, is stored as its SHA-256 only, and is good once.
 *
 * @throws {DomainError} STEP_UP_REQUIRED - the sign-in is old or had no second factor.
 * @throws {DomainError} ACCESS_DENIED - the caller acts under a grant already: a session never starts from a session.
 * @throws {DomainError} NOT_FOUND - absent or somebody else's. GRANT_NOT_ACTIVE - not approved, or over.
 */
export async function startSupportSession(ctx: RequestContext, id: string | null): Promise<StartedSession> {
  const { actor, clock } = ctx
  const { membershipId, assurance } = actor
  if (actor.grant) throw forbidden({ reason: 'ROLE_NOT_ALLOWED' })
  demandStepUp(ctx)
  if (id === null || !membershipId || !assurance) throw notFound()
  const subjectToken = randomBytes(32).toString('base64url')
  await ctx.tenant.write(async (tx) => {
    const [grant] = await findSupportGrants(tx, { tenantId: null, storeIds: null }, [id])
    if (!grant || grant.userId !== actor.id) throw notFound()
    if (supportGrantStatus(grant, clock.now()) !== 'APPROVED') throw conflict('GRANT_NOT_ACTIVE')
    const { tenantId, storeIds } = grant
    await insertSupportSession(tx, {
      id: randomUUID(),
      tenantId,
      grantId: grant.id,
      membershipId,
      tokenDigest: createHash('sha256').update(subjectToken).digest(),
      assurance: assurance.level,
      authenticatedAt: assurance.at,
    })
    await recordAudit(tx, 'supportSession.started', {
      targetId: grant.id,
      tenantId,
      storeId: storeIds.length === 1 ? (storeIds[0] ?? null) : null,
      detail: { assurance: assurance.level },
    })
  })
  return { subjectToken, expiresAt: new Date(clock.now().getTime() + SUBJECT_TOKEN_SECONDS * 1000) }
}
