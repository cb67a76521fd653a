import { recordAudit } from '@autora/shared/audit'
import type { TenantTx } from '@autora/shared/database'
import { conflict } from '@autora/shared/errors'
import { demandStepUp, type RequestContext } from '@autora/shared/request'
import { endSessionsOf } from '../sessions/index.js'
import { type MembershipRow, membershipInTx, type Role, userInTx } from '../users/index.js'
import { type Asked, askOrDo } from './asked.js'
import { closeMembership, hasPlace, type MembershipChanges, saveMembership } from './repository.js'
import { demandAnswersFor, demandEnd, demandGrantable, demandSuccessor, isGovernor } from './rules-service.js'

/** What somebody wants to change. Absent means: as it is. */
export interface ChangeMembershipInput {
  /** Null for a malformed id. */
  readonly id: string | null
  /** The version that was read; absent: whichever it is. */
  readonly version?: number | null
  readonly role?: Role | null
  /** Null: every store; undefined: as it is. `'MALFORMED'`: an id that is none. */
  readonly storeId?: string | null | undefined
  readonly validTo?: Date | null
  readonly reason?: string | null
}

/**
 * Changes place, role or end of a membership. Its version counts up, so that tokens of the old one are worth nothing.
 *
 * @throws {DomainError} STEP_UP_REQUIRED - the sign-in is not fresh enough.
 * @throws {DomainError} NOT_FOUND - membership or store is absent, foreign, or not the caller's.
 * @throws {DomainError} SELF_GRANT_REFUSED - it is the caller's own.
 * @throws {DomainError} SCOPE_EXCEEDED - it is, or would be, more than the caller answers for.
 * @throws {DomainError} STATE_NOT_ALLOWED - it has ended. CONFLICT - another version, or the person has such a one.
 * @throws {DomainError} EXPIRY_OUT_OF_RANGE - the end is not ahead, or more than five years.
 * @throws {DomainError} LAST_ADMIN - nobody would govern the group.
 */
export async function changeMembership(
  ctx: RequestContext,
  input: ChangeMembershipInput,
): Promise<Asked<MembershipRow>> {
  demandStepUp(ctx)
  return ctx.tenant.write(async (tx) => {
    const before = await membershipInTx(tx, ctx, input.id)
    const next = await demandChange(tx, ctx, before, input)
    if (isEqual(before, next)) return { done: before, approval: null }
    const { tenantId, id, userId, version } = before
    const wish = {
      action: 'membership:change',
      tenantId,
      subjectType: 'Membership',
      subjectId: id,
      storeIds: null,
      summary: `A membership shall be ${next.role} instead of ${before.role}`,
      payload: { id, userId, version, role: next.role, validTo: next.validTo?.toISOString() ?? null },
      reason: input.reason,
    }
    return askOrDo(tx, ctx, 'membership:grant', wish, () => applyChange(tx, ctx, before, next))
  })
}

/** Checks a change. @returns what the membership would be. @throws {DomainError} as `changeMembership` says. */
export async function demandChange(
  tx: TenantTx,
  ctx: RequestContext,
  before: MembershipRow,
  input: ChangeMembershipInput,
): Promise<MembershipChanges> {
  if (before.userId === ctx.actor.id) throw conflict('SELF_GRANT_REFUSED')
  await demandAnswersFor(tx, ctx, before)
  const now = ctx.clock.now()
  if (before.validTo && before.validTo <= now) throw conflict('STATE_NOT_ALLOWED')
  if (typeof input.version === 'number' && input.version !== before.version) throw conflict('CONFLICT')
  const role = input.role ?? before.role
  const wanted = input.storeId === undefined ? before.storeId : input.storeId
  const storeId = await demandGrantable(tx, ctx, before.userId, {
    role,
    storeId: wanted === 'MALFORMED' ? undefined : wanted,
  })
  const from = before.validFrom > now ? before.validFrom : now
  const validTo = input.validTo ? demandEnd(from, input.validTo, ['changes', 'validTo']) : before.validTo
  const next = { role, storeId, validTo }
  if (isEqual(before, next)) return next
  if (await hasPlace(tx, before.tenantId, before.userId, { role, storeId, except: before.id }))
    throw conflict('CONFLICT', { message: 'The person has this membership already.' })
  if (!isGovernor(next) || input.validTo) await demandLeave(tx, ctx, before)
  return next
}

const isEqual = (before: MembershipRow, { role, storeId, validTo }: MembershipChanges) =>
  before.role === role &&
  before.storeId === storeId &&
  before.validTo?.getTime() === (validTo?.getTime() ?? undefined)

/** Writes a change that was checked, with its event. */
export async function applyChange(
  tx: TenantTx,
  ctx: RequestContext,
  before: MembershipRow,
  next: MembershipChanges,
): Promise<MembershipRow> {
  if (!(await saveMembership(tx, before, next))) throw conflict('CONFLICT')
  const after = await membershipInTx(tx, ctx, before.id)
  await recordAudit(tx, 'membership.changed', {
    targetId: after.id,
    tenantId: after.tenantId,
    storeId: after.storeId,
    detail: {
      userId: after.userId,
      version: after.version,
      role: after.role,
      roleBefore: before.role,
      storeBefore: before.storeId,
      validTo: after.validTo?.toISOString() ?? null,
    },
  })
  return after
}

/**
 * Ends a membership now; its sessions end with it. One that has ended is returned unchanged, without a second event.
 *
 * @throws {DomainError} NOT_FOUND - absent, foreign, or the id was malformed (null).
 * @throws {DomainError} SCOPE_EXCEEDED - it opens more than the caller answers for.
 * @throws {DomainError} LAST_ADMIN - nobody would govern the group.
 */
export async function endMembership(
  ctx: RequestContext,
  { id, reason }: { readonly id: string | null; readonly reason?: string | null },
): Promise<Asked<MembershipRow>> {
  return ctx.tenant.write(async (tx) => {
    const before = await membershipInTx(tx, ctx, id)
    await demandAnswersFor(tx, ctx, before)
    if (before.validTo && before.validTo <= ctx.clock.now()) return { done: before, approval: null }
    await demandLeave(tx, ctx, before)
    const wish = {
      action: 'membership:end',
      tenantId: before.tenantId,
      subjectType: 'Membership',
      subjectId: before.id,
      storeIds: null,
      summary: `A membership as ${before.role} shall end`,
      payload: { id: before.id },
      reason,
    }
    return askOrDo(tx, ctx, 'membership:revoke', wish, () => applyEnd(tx, ctx, before))
  })
}

/** Ends a membership that was checked, with its sessions and their events. */
export async function applyEnd(
  tx: TenantTx,
  ctx: RequestContext,
  before: MembershipRow,
): Promise<MembershipRow> {
  if (!(await closeMembership(tx, before))) throw conflict('CONFLICT')
  const { id, tenantId, storeId, userId, role } = before
  await recordAudit(tx, 'membership.ended', { targetId: id, tenantId, storeId, detail: { userId, role } })
  await endSessionsOf(tx, { tenantId, userId, membershipId: id }, 'MEMBERSHIP_ENDED')
  return membershipInTx(tx, ctx, id)
}

/** A governor who counts leaves only where others stay. @throws {DomainError} LAST_ADMIN */
export async function demandLeave(tx: TenantTx, ctx: RequestContext, before: MembershipRow): Promise<void> {
  if (!isGovernor(before) || before.validFrom > ctx.clock.now()) return
  const user = await userInTx(tx, ctx, before.userId)
  if (user.status === 'ACTIVE') await demandSuccessor(tx, before.tenantId, before.userId)
}
