import { recordAudit } from '@autora/shared/audit'
import type { TenantTx } from '@autora/shared/database'
import { conflict, forbidden } from '@autora/shared/errors'
import { demandStepUp, type RequestContext } from '@autora/shared/request'
import { demandMobile, demandName } from '../invitations/index.js'
import {
  type Asked,
  askOrDo,
  demandGovernable,
  demandSuccessor,
  eventStore,
  isGovernor,
} from '../memberships/index.js'
import { endSessionsOf } from '../sessions/index.js'
import { membershipsInTx, type UserRow, userInTx } from '../users/index.js'
import { closeInvitations, neverAccepted, saveStatus, saveUser } from './repository.js'

/** Who, and why where a second person has to approve. */
export interface PersonInput {
  /** Null for a malformed id. */
  readonly id: string | null
  readonly reason?: string | null
}

/** What changes of a person; absent means: as it is. */
export interface UserChanges {
  readonly displayName?: string | null
  readonly mobile?: string | null
}

const wishFor = (action: string, user: UserRow, words: string, reason: string | null | undefined) => ({
  action,
  tenantId: user.tenantId,
  subjectType: 'User',
  subjectId: user.id,
  storeIds: null,
  summary: `${user.displayName} shall be ${words}`.slice(0, 300),
  payload: { id: user.id },
  reason,
})

/**
 * A person the caller answers for as a whole; for support that is who was invited and has not come yet.
 *
 * @throws {DomainError} NOT_FOUND, SCOPE_EXCEEDED, ACCESS_DENIED
 */
export async function governed(tx: TenantTx, ctx: RequestContext, id: string | null): Promise<UserRow> {
  const user = await userInTx(tx, ctx, id)
  await demandGovernable(tx, ctx, user)
  if (ctx.actor.principal === 'PLATFORM_SUPPORT' && !(await neverAccepted(tx, user)))
    throw forbidden({ reason: 'ROLE_NOT_ALLOWED' })
  return user
}

/**
 * Changes name or mobile number. The address never changes: who has another is another invitation.
 *
 * @throws {DomainError} NOT_FOUND - absent or foreign. SCOPE_EXCEEDED - also works outside the caller's stores.
 * @throws {DomainError} INVALID - a value lies outside what is allowed. ACCESS_DENIED - not this role's business.
 */
export async function updateUser(
  ctx: RequestContext,
  { id, reason, changes }: PersonInput & { readonly changes: UserChanges },
): Promise<Asked<UserRow>> {
  const next = demandChanges(changes)
  return ctx.tenant.write(async (tx) => {
    const user = await governed(tx, ctx, id)
    const wish = wishFor('user:update', user, 'described differently', reason)
    const payload = { id: user.id, displayName: next.displayName ?? null, mobile: next.mobile ?? null }
    return askOrDo(tx, ctx, 'user:update', { ...wish, payload }, () => applyUpdate(tx, ctx, user, next))
  })
}

/** Checks the form of changes. @throws {DomainError} INVALID */
export function demandChanges({ displayName, mobile }: UserChanges): UserChanges {
  return {
    displayName: typeof displayName === 'string' ? demandName(displayName, ['changes', 'displayName']) : null,
    mobile: demandMobile(mobile, ['changes', 'mobile']),
  }
}

/** Writes changes of a person who was checked. Nothing new is no change, and no event. */
export async function applyUpdate(
  tx: TenantTx,
  ctx: RequestContext,
  user: UserRow,
  changes: UserChanges,
): Promise<UserRow> {
  const next = {
    displayName: changes.displayName ?? user.displayName,
    mobile: changes.mobile ?? user.mobile,
  }
  const changed = (['displayName', 'mobile'] as const).filter((field) => next[field] !== user[field])
  if (changed.length === 0) return user
  if (!(await saveUser(tx, user, next))) throw conflict('SCOPE_EXCEEDED')
  await record(tx, ctx, 'user.updated', user, { changed }, beforeAndAfter(user, next, changed))
  return userInTx(tx, ctx, user.id)
}

/** What changed, as it was and as it is. */
const beforeAndAfter = (
  user: UserRow,
  next: Pick<UserRow, 'displayName' | 'mobile'>,
  changed: readonly ('displayName' | 'mobile')[],
) =>
  Object.fromEntries(
    changed.flatMap((field) => [
      [`${field}.before`, user[field]],
      [`${field}.after`, next[field]],
    ]),
  )

/**
 * Deactivates a person: sessions end, memberships open nothing, an open invitation is taken back. Who is deactivated
 * already is returned unchanged.
 *
 * @throws {DomainError} STEP_UP_REQUIRED - the sign-in is not fresh enough.
 * @throws {DomainError} NOT_FOUND, SCOPE_EXCEEDED, ACCESS_DENIED - see `updateUser`.
 * @throws {DomainError} LAST_ADMIN - nobody would govern the group.
 */
export async function deactivateUser(
  ctx: RequestContext,
  { id, reason }: PersonInput,
): Promise<Asked<UserRow>> {
  demandStepUp(ctx)
  return ctx.tenant.write(async (tx) => {
    const user = await governed(tx, ctx, id)
    if (user.status === 'DEACTIVATED') return { done: user, approval: null }
    await demandReplaceable(tx, ctx, user)
    const wish = wishFor('user:deactivate', user, 'deactivated', reason)
    return askOrDo(tx, ctx, 'user:deactivate', wish, () => applyDeactivation(tx, ctx, user))
  })
}

/** A person who governs leaves only where others stay. @throws {DomainError} LAST_ADMIN */
export async function demandReplaceable(tx: TenantTx, ctx: RequestContext, user: UserRow): Promise<void> {
  if (user.status !== 'ACTIVE') return
  const now = ctx.clock.now()
  const memberships = await membershipsInTx(tx, ctx, user.id)
  const governs = memberships.some(
    (one) => isGovernor(one) && one.validFrom <= now && (!one.validTo || one.validTo > now),
  )
  if (governs) await demandSuccessor(tx, user.tenantId, user.id)
}

/** Deactivates a person who was checked. */
export async function applyDeactivation(tx: TenantTx, ctx: RequestContext, user: UserRow): Promise<UserRow> {
  if (!(await saveStatus(tx, user, 'DEACTIVATED'))) throw conflict('CONFLICT')
  await closeInvitations(tx, user)
  await record(tx, ctx, 'user.deactivated', user, { before: user.status })
  await endSessionsOf(tx, { tenantId: user.tenantId, userId: user.id }, 'MEMBERSHIP_ENDED')
  return userInTx(tx, ctx, user.id)
}

/**
 * Lets a deactivated person in again, with the memberships that still count. Who never accepted an invitation needs a
 * new one. Who is not deactivated is returned unchanged.
 *
 * @throws {DomainError} STEP_UP_REQUIRED - the sign-in is not fresh enough.
 * @throws {DomainError} NOT_FOUND, SCOPE_EXCEEDED, ACCESS_DENIED - see `updateUser`.
 */
export async function reactivateUser(
  ctx: RequestContext,
  { id, reason }: PersonInput,
): Promise<Asked<UserRow>> {
  demandStepUp(ctx)
  return ctx.tenant.write(async (tx) => {
    const user = await governed(tx, ctx, id)
    if (user.status !== 'DEACTIVATED') return { done: user, approval: null }
    const wish = wishFor('user:reactivate', user, 'let in again', reason)
    return askOrDo(tx, ctx, 'user:deactivate', wish, () => applyReactivation(tx, ctx, user))
  })
}

/** Lets in somebody who was checked. */
export async function applyReactivation(tx: TenantTx, ctx: RequestContext, user: UserRow): Promise<UserRow> {
  const next = (await neverAccepted(tx, user)) ? 'INVITED' : 'ACTIVE'
  if (!(await saveStatus(tx, user, next))) throw conflict('CONFLICT')
  await record(tx, ctx, 'user.reactivated', user, { after: next })
  return userInTx(tx, ctx, user.id)
}

/** Records what happened to a person; who he is stands in `personal` alone, where it can be erased. */
export const record = (
  tx: TenantTx,
  ctx: RequestContext,
  event:
    | 'user.updated'
    | 'user.deactivated'
    | 'user.reactivated'
    | 'user.unlocked'
    | 'user.secondFactorReset',
  { id, tenantId }: UserRow,
  detail: Readonly<Record<string, string | readonly string[]>> = {},
  fields?: Readonly<Record<string, string | null>>,
) =>
  recordAudit(tx, event, {
    ...{ targetId: id, tenantId, storeId: eventStore(ctx), detail },
    ...(fields && { personal: { subject: { type: 'User', id }, fields } }),
  })
