import { PLATFORM_TENANT } from '@autora/shared/actor'
import type { TenantTx } from '@autora/shared/database'
import { conflict, forbidden, invalid } from '@autora/shared/errors'
import type { RequestContext } from '@autora/shared/request'
import { scopeOf } from '../scope.js'
import { demandStores } from '../stores/index.js'
import type { MembershipRow, UserRow } from '../users/index.js'
import { FURTHEST_START_DAYS, LONGEST_MEMBERSHIP_DAYS, type Place, type Validity } from './entity.js'
import { governorsBesides, hasDealerAdmin, reachesBeyond } from './repository.js'

const dayMs = 86_400_000

/** Governors left behind when one leaves: the platform needs two, because its deeds want a second pair of eyes. */
const fewestGovernors = (tenantId: string) => (tenantId === PLATFORM_TENANT ? 2 : 1)

const notYours = () => forbidden({ reason: 'ROLE_NOT_ALLOWED' })

/** Support may set a group up until somebody of it can govern it. */
async function demandSetUp(tx: TenantTx): Promise<void> {
  if (await hasDealerAdmin(tx)) throw notYours()
}

/**
 * Whether the caller answers for a whole person: a Dealer Admin for people of his stores alone, a platform owner for
 * platform staff, support for the first Dealer Admin of a group it sets up.
 *
 * @throws {DomainError} SCOPE_EXCEEDED - the person also works outside the caller's stores.
 * @throws {DomainError} ACCESS_DENIED - not this role's business.
 */
export async function demandGovernable(
  tx: TenantTx,
  { actor }: RequestContext,
  person: UserRow,
): Promise<void> {
  if (actor.principal === 'PLATFORM_OWNER' && person.tenantId !== PLATFORM_TENANT) throw notYours()
  if (actor.principal === 'PLATFORM_SUPPORT') return demandSetUp(tx)
  if (actor.principal === 'DEALER_ADMIN' && actor.reach === 'STORES' && (await reachesBeyond(tx, person.id)))
    throw conflict('SCOPE_EXCEEDED')
}

/**
 * Whether the caller answers for a membership.
 *
 * @throws {DomainError} SCOPE_EXCEEDED - it opens more than the caller's stores.
 * @throws {DomainError} ACCESS_DENIED - not this role's business.
 */
export async function demandAnswersFor(
  tx: TenantTx,
  { actor }: RequestContext,
  membership: MembershipRow,
): Promise<void> {
  const { tenantId, role, storeId } = membership
  if (actor.principal === 'PLATFORM_OWNER' && tenantId !== PLATFORM_TENANT) throw notYours()
  if (actor.principal === 'PLATFORM_SUPPORT') {
    if (role !== 'DEALER_ADMIN' || storeId !== null) throw notYours()
    return demandSetUp(tx)
  }
  if (actor.reach === 'STORES' && (storeId === null || !actor.storeIds.includes(storeId)))
    throw conflict('SCOPE_EXCEEDED')
}

/**
 * Whether the caller may put somebody at a place, in his own tenant.
 *
 * @param userId - who is put there; null for somebody new.
 * @returns the store, checked.
 * @throws {DomainError} SELF_GRANT_REFUSED - it is the caller himself.
 * @throws {DomainError} SCOPE_EXCEEDED - above the caller's own scope: every store, or a role of the platform.
 * @throws {DomainError} INVALID - a place that does not exist: a role of dealers at the platform, platform staff in a store.
 * @throws {DomainError} NOT_FOUND - the store is absent, of another group, or not the caller's.
 * @throws {DomainError} ACCESS_DENIED - support, on anything but the first Dealer Admin.
 */
export async function demandGrantable(
  tx: TenantTx,
  { actor }: RequestContext,
  userId: string | null,
  { role, storeId }: Place,
): Promise<string | null> {
  if (userId === actor.id) throw conflict('SELF_GRANT_REFUSED')
  const isPlatform = actor.tenantId === PLATFORM_TENANT
  if (role.startsWith('PLATFORM') && !isPlatform) throw conflict('SCOPE_EXCEEDED', { field: ['role'] })
  if (isPlatform && (!role.startsWith('PLATFORM') || storeId !== null))
    throw invalid('INVALID', {
      field: ['role'],
      message: 'People of the platform have roles of it, and no store.',
    })
  if (actor.principal === 'PLATFORM_SUPPORT') {
    if (role !== 'DEALER_ADMIN' || storeId !== null) throw notYours()
    await demandSetUp(tx)
    return null
  }
  if (storeId === null) {
    if (actor.reach === 'STORES') throw conflict('SCOPE_EXCEEDED', { field: ['everyStore'] })
    return null
  }
  const [found] = await demandStores(tx, scopeOf(actor), [storeId ?? null])
  return found ?? null
}

/**
 * The dates of a membership.
 *
 * @param validFrom - absent: now.
 * @param validTo - absent: no end is set.
 * @throws {DomainError} EXPIRY_OUT_OF_RANGE - begins in the past or more than a year ahead, ends before it begins or more
 *   than five years later.
 */
export function demandValidity(
  now: Date,
  validFrom: Date | null | undefined,
  validTo: Date | null | undefined,
): Validity {
  const from = validFrom ?? now
  if (from.getTime() < now.getTime() - 60_000 || from.getTime() > now.getTime() + FURTHEST_START_DAYS * dayMs)
    throw invalid('EXPIRY_OUT_OF_RANGE', {
      field: ['validFrom'],
      message: 'validFrom must lie between now and a year ahead.',
    })
  return { validFrom: from, validTo: demandEnd(from < now ? now : from, validTo ?? null) }
}

/** The end of a membership that counts from some moment. @throws {DomainError} EXPIRY_OUT_OF_RANGE - see above. */
export function demandEnd(from: Date, validTo: Date | null, field = ['validTo']): Date | null {
  if (validTo === null) return null
  if (validTo > from && validTo.getTime() <= from.getTime() + LONGEST_MEMBERSHIP_DAYS * dayMs) return validTo
  throw invalid('EXPIRY_OUT_OF_RANGE', { field, message: 'validTo must lie ahead, at most five years.' })
}

/** Whether a membership governs a whole tenant. */
export const isGovernor = ({ role, storeId }: Pick<MembershipRow, 'role' | 'storeId'>): boolean =>
  role === 'PLATFORM_OWNER' || (role === 'DEALER_ADMIN' && storeId === null)

/**
 * Lets a governor leave only where others stay: one in a dealer group, two at the platform.
 *
 * @throws {DomainError} LAST_ADMIN - too few would be left.
 */
export async function demandSuccessor(tx: TenantTx, tenantId: string, userId: string): Promise<void> {
  if ((await governorsBesides(tx, tenantId, userId)) < fewestGovernors(tenantId)) throw conflict('LAST_ADMIN')
}

/** The store an event about a person belongs to: that of the one who did it, if he answers for one alone. */
export const eventStore = ({ actor }: RequestContext): string | null =>
  actor.storeIds.length === 1 ? (actor.storeIds[0] ?? null) : null
