import { type Actor, PLATFORM_TENANT } from '@autora/shared/actor'
import { recordAudit } from '@autora/shared/audit'
import type { TenantTx } from '@autora/shared/database'
import { notFound } from '@autora/shared/errors'
import type { PageRequest, RequestContext } from '@autora/shared/request'
import type { SessionEndReason, SessionRow, SessionScope } from './entity.js'
import {
  type EndedSessions,
  endSessions,
  findSessions,
  pageOfSessions,
  type SessionFilter,
} from './repository.js'

/** A Dealer Admin answers for the sessions of his stores, an owner for those of the platform, everybody for his own. */
const sessionScopeOf = ({ id, principal, reach, tenantId, storeIds }: Actor): SessionScope => ({
  actorId: id,
  tenantId: principal === 'PLATFORM_OWNER' ? PLATFORM_TENANT : tenantId,
  others: principal === 'PLATFORM_OWNER' || principal === 'DEALER_ADMIN',
  storeIds: reach === 'STORES' ? storeIds : null,
})

/** A page of the sessions the caller answers for, and one row more when there is a next page. */
export const listSessions = (
  ctx: RequestContext,
  page: PageRequest,
  filter: SessionFilter,
): Promise<SessionRow[]> =>
  ctx.tenant.read((tx) => pageOfSessions(tx, sessionScopeOf(ctx.actor), page, filter))

/** One session; null when it is absent, nobody's the caller answers for, or the id was malformed. */
export async function sessionById(ctx: RequestContext, id: string | null): Promise<SessionRow | null> {
  if (id === null) return null
  return ctx.batch('session', id, async (ids) => {
    const rows = await ctx.tenant.read((tx) => findSessions(tx, sessionScopeOf(ctx.actor), ids))
    return new Map(rows.map((row) => [row.id, row]))
  })
}

/** Where a session stands. */
export function sessionStatus(session: SessionRow, now: Date): 'LIVE' | 'ENDED' | 'EXPIRED' {
  if (session.endedAt) return 'ENDED'
  return session.expiresAt <= now ? 'EXPIRED' : 'LIVE'
}

/**
 * Ends a session: its tokens are refused from then on, and it cannot be renewed. One that is over is returned
 * unchanged, without a second event.
 *
 * @throws {DomainError} NOT_FOUND - absent, or of nobody the caller answers for.
 */
export async function endSession(ctx: RequestContext, id: string | null): Promise<SessionRow> {
  const scope = sessionScopeOf(ctx.actor)
  return ctx.tenant.write(async (tx) => {
    const session = await found(tx, scope, id)
    if (session.endedAt) return session
    const isOwn = session.userId === ctx.actor.id
    await endSessionsOf(
      tx,
      { tenantId: session.tenantId, userId: session.userId, id: session.id },
      isOwn ? 'SIGNED_OUT' : 'REVOKED',
    )
    return found(tx, scope, id)
  })
}

/**
 * Ends every session of a person that the caller answers for, and says how many there were.
 *
 * @param userId - null for a malformed id.
 * @throws {DomainError} NOT_FOUND - nobody the caller answers for, or there never was a session of his.
 */
export async function endAllSessions(ctx: RequestContext, userId: string | null): Promise<number> {
  const scope = sessionScopeOf(ctx.actor)
  const isOwn = userId === ctx.actor.id
  if (userId === null || !(isOwn || scope.others)) throw notFound()
  return ctx.tenant.write(async (tx) => {
    const [any] = await pageOfSessions(tx, scope, { limit: 1, before: null }, { userId, isLive: null })
    if (!any && !isOwn) throw notFound()
    const storeIds = isOwn ? null : scope.storeIds
    return endSessionsOf(tx, { tenantId: scope.tenantId, userId, storeIds }, isOwn ? 'SIGNED_OUT' : 'REVOKED')
  })
}

async function found(tx: TenantTx, scope: SessionScope, id: string | null): Promise<SessionRow> {
  const [session] = id === null ? [] : await findSessions(tx, scope, [id])
  if (!session) throw notFound()
  return session
}

/** Ends sessions as part of a wider deed: one event for each. @returns how many there were. */
export async function endSessionsOf(
  tx: TenantTx,
  which: Pick<EndedSessions, 'tenantId'> & { readonly userId: string } & Partial<EndedSessions>,
  reason: SessionEndReason,
): Promise<number> {
  const { tenantId, userId } = which
  const ended = await endSessions(tx, { id: null, membershipId: null, storeIds: null, ...which }, reason)
  for (const { id, storeId } of ended)
    await recordAudit(tx, 'session.ended', { targetId: id, tenantId, storeId, detail: { userId, reason } })
  return ended.length
}
