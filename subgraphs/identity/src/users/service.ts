import type { TenantTx } from '@autora/shared/database'
import { notFound } from '@autora/shared/errors'
import type { PageRequest, RequestContext } from '@autora/shared/request'
import { groupBy, loadById } from '../load.js'
import { scopeOf } from '../scope.js'
import type { MembershipRow, UserRow } from './entity.js'
import { findMemberships, findMembershipsOf, findUsers, pageOfUsers } from './repository.js'

/** A page of the people the caller can see, and one row more when there is a next page. */
export const listUsers = (ctx: RequestContext, page: PageRequest): Promise<UserRow[]> =>
  ctx.tenant.read((tx) => pageOfUsers(tx, scopeOf(ctx.actor), page))

/** One person; null when absent, foreign, or the id was malformed. */
export const userById = (ctx: RequestContext, id: string | null): Promise<UserRow | null> =>
  loadById(ctx, 'user', id, findUsers)

/** Memberships of a person that the caller can see, newest first; one statement for all people of a request. */
export async function membershipsOf(ctx: RequestContext, userId: string): Promise<readonly MembershipRow[]> {
  const found = await ctx.batch('membershipsOf', userId, async (userIds) =>
    groupBy(
      await ctx.tenant.read((tx) => findMembershipsOf(tx, scopeOf(ctx.actor), userIds)),
      (membership) => membership.userId,
    ),
  )
  return found ?? []
}

/** The caller's own memberships that have not ended, of whichever store, newest first; none for a key. */
export async function ownMemberships(ctx: RequestContext): Promise<MembershipRow[]> {
  const { kind, id, tenantId } = ctx.actor
  if (kind !== 'USER') return []
  const rows = await ctx.tenant.read((tx) => findMembershipsOf(tx, { tenantId, storeIds: null }, [id]))
  return rows.filter(({ validTo }) => !validTo || validTo > ctx.clock.now())
}

/** Memberships of a person within a transaction, newest first. */
export const membershipsInTx = (
  tx: TenantTx,
  ctx: RequestContext,
  userId: string,
): Promise<MembershipRow[]> => findMembershipsOf(tx, scopeOf(ctx.actor), [userId])

/** One membership; null when absent, foreign, or the id was malformed. */
export const membershipById = (ctx: RequestContext, id: string | null): Promise<MembershipRow | null> =>
  loadById(ctx, 'membership', id, findMemberships)

/**
 * A person as he is within a transaction that changes something about him.
 *
 * @throws {DomainError} NOT_FOUND - absent, foreign, or the id was malformed (null).
 */
export async function userInTx(tx: TenantTx, ctx: RequestContext, id: string | null): Promise<UserRow> {
  const [user] = id === null ? [] : await findUsers(tx, scopeOf(ctx.actor), [id])
  if (!user) throw notFound()
  return user
}

/**
 * A membership as it is within a transaction that changes it.
 *
 * @throws {DomainError} NOT_FOUND - absent, foreign, or the id was malformed (null).
 */
export async function membershipInTx(
  tx: TenantTx,
  ctx: RequestContext,
  id: string | null,
): Promise<MembershipRow> {
  const [membership] = id === null ? [] : await findMemberships(tx, scopeOf(ctx.actor), [id])
  if (!membership) throw notFound()
  return membership
}
