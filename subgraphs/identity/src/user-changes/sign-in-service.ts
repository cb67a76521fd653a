import { randomUUID } from 'node:crypto'
import type { TenantTx } from '@autora/shared/database'
import { conflict, forbidden } from '@autora/shared/errors'
import { demandStepUp, type RequestContext } from '@autora/shared/request'
import { demandGovernable } from '../memberships/index.js'
import { endSessionsOf } from '../sessions/index.js'
import { type UserRow, userInTx } from '../users/index.js'
import { insertFactorReset, saveStatus } from './repository.js'
import { record } from './service.js'

/**
 * Whose sign-in the caller may repair: a Dealer Admin that of people of his stores, support under a grant and the
 * platform owner everybody's they see, everybody else his own.
 */
async function repairable(tx: TenantTx, ctx: RequestContext, id: string | null): Promise<UserRow> {
  const user = await userInTx(tx, ctx, id)
  const { principal, id: actorId } = ctx.actor
  if (user.id === actorId || principal === 'PLATFORM_OWNER' || principal === 'PLATFORM_SUPPORT') return user
  if (principal !== 'DEALER_ADMIN') throw forbidden({ reason: 'ROLE_NOT_ALLOWED' })
  await demandGovernable(tx, ctx, user)
  return user
}

/**
 * Lets a locked person try again. Who is active is returned unchanged.
 *
 * @throws {DomainError} NOT_FOUND - absent or foreign. SCOPE_EXCEEDED, ACCESS_DENIED - not the caller's to repair.
 * @throws {DomainError} STATE_NOT_ALLOWED - invited or deactivated: that is not a lock.
 */
export async function unlockUser(ctx: RequestContext, id: string | null): Promise<UserRow> {
  return ctx.tenant.write(async (tx) => {
    const user = await repairable(tx, ctx, id)
    if (user.status === 'ACTIVE') return user
    if (user.status !== 'LOCKED') throw conflict('STATE_NOT_ALLOWED')
    if (!(await saveStatus(tx, user, 'ACTIVE'))) throw conflict('CONFLICT')
    await record(tx, ctx, 'user.unlocked', user)
    return userInTx(tx, ctx, user.id)
  })
}

/**
 * Asks the issuer to forget a person's second factors at his next sign-in within a day, and ends his sessions now. The
 * password is still wanted then, and the issuer refuses for a person who also signs in for others
 * (docs/decisions/0012-memberships.md).
 *
 * @throws {DomainError} STEP_UP_REQUIRED - the sign-in is not fresh enough.
 * @throws {DomainError} NOT_FOUND, SCOPE_EXCEEDED, ACCESS_DENIED - see `unlockUser`.
 * @throws {DomainError} STATE_NOT_ALLOWED - the person cannot sign in anyway.
 */
export async function resetSecondFactor(ctx: RequestContext, id: string | null): Promise<UserRow> {
  demandStepUp(ctx)
  return ctx.tenant.write(async (tx) => {
    const user = await repairable(tx, ctx, id)
    if (user.status !== 'ACTIVE' && user.status !== 'LOCKED') throw conflict('STATE_NOT_ALLOWED')
    await insertFactorReset(tx, user, randomUUID())
    await record(tx, ctx, 'user.secondFactorReset', user)
    await endSessionsOf(tx, { tenantId: user.tenantId, userId: user.id }, 'REVOKED')
    return user
  })
}
