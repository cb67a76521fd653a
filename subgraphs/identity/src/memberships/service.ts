import { randomUUID } from 'node:crypto'
import { recordAudit } from '@autora/shared/audit'
import type { TenantTx } from '@autora/shared/database'
import { conflict } from '@autora/shared/errors'
import { demandStepUp, type RequestContext } from '@autora/shared/request'
import { type MembershipRow, membershipInTx, type UserRow, userInTx } from '../users/index.js'
import { type Asked, askOrDo } from './asked.js'
import type { NewMembership, Place } from './entity.js'
import { hasPlace, insertMembership } from './repository.js'
import { demandGovernable, demandGrantable, demandValidity } from './rules-service.js'

/** A further membership for somebody. Ids are uuids; null stands for a malformed one. */
export interface GrantMembershipInput {
  readonly userId: string | null
  readonly place: Place
  readonly validFrom?: Date | null
  readonly validTo?: Date | null
  readonly reason?: string | null
}

/**
 * Grants a further membership to somebody of the same group, or asks for it where a second person is needed.
 *
 * @throws {DomainError} STEP_UP_REQUIRED - the sign-in is not fresh enough.
 * @throws {DomainError} NOT_FOUND - person or store is absent, foreign, or not the caller's.
 * @throws {DomainError} SELF_GRANT_REFUSED, SCOPE_EXCEEDED, EXPIRY_OUT_OF_RANGE, INVALID, ACCESS_DENIED - see
 *   `demandGrantable` and `demandValidity`.
 * @throws {DomainError} STATE_NOT_ALLOWED - the person is deactivated. CONFLICT - he has this membership already.
 */
export async function grantMembership(
  ctx: RequestContext,
  input: GrantMembershipInput,
): Promise<Asked<MembershipRow>> {
  demandStepUp(ctx)
  const validity = demandValidity(ctx.clock.now(), input.validFrom, input.validTo)
  return ctx.tenant.write(async (tx) => {
    const user = await userInTx(tx, ctx, input.userId)
    const storeId = await demandPlace(tx, ctx, user, input.place)
    const { role } = input.place
    const wanted = { id: randomUUID(), tenantId: user.tenantId, userId: user.id, role, storeId, ...validity }
    const wish = {
      action: 'membership:grant',
      tenantId: user.tenantId,
      subjectType: 'User',
      subjectId: user.id,
      storeIds: storeId === null ? null : [storeId],
      summary: `${user.displayName} shall also be ${role}`.slice(0, 300),
      payload: {
        ...wanted,
        validFrom: input.validFrom?.toISOString() ?? null,
        validTo: validity.validTo?.toISOString() ?? null,
      },
      reason: input.reason,
    }
    return askOrDo(tx, ctx, 'membership:grant', wish, () => addMembership(tx, ctx, wanted))
  })
}

/**
 * Whether somebody can be put at a place.
 *
 * @returns the store, checked.
 * @throws {DomainError} as `grantMembership` says.
 */
export async function demandPlace(
  tx: TenantTx,
  ctx: RequestContext,
  user: UserRow,
  place: Place,
): Promise<string | null> {
  // a store's admin may also put a colleague of other stores into his own
  if (ctx.actor.principal !== 'DEALER_ADMIN') await demandGovernable(tx, ctx, user)
  const storeId = await demandGrantable(tx, ctx, user.id, place)
  if (user.status === 'DEACTIVATED') throw conflict('STATE_NOT_ALLOWED', { field: ['userId'] })
  if (await hasPlace(tx, user.tenantId, user.id, { role: place.role, storeId, except: null }))
    throw conflict('CONFLICT', { field: ['role'], message: 'The person has this membership already.' })
  return storeId
}

/** Writes a membership that was checked, with its event. */
export async function addMembership(
  tx: TenantTx,
  ctx: RequestContext,
  wanted: NewMembership,
): Promise<MembershipRow> {
  await insertMembership(tx, wanted, ctx.actor.id)
  const { id, tenantId, userId, role, storeId, validTo } = wanted
  await recordAudit(tx, 'membership.granted', {
    targetId: id,
    tenantId,
    storeId,
    detail: { userId, role, validTo: validTo?.toISOString() ?? null },
  })
  return membershipInTx(tx, ctx, id)
}
