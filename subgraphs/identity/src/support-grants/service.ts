import { randomUUID } from 'node:crypto'
import { conflict, forbidden, notFound } from '@autora/shared/errors'
import type { PageRequest, RequestContext } from '@autora/shared/request'
import { loadById } from '../load.js'
import { scopeOf } from '../scope.js'
import { demandStores } from '../stores/index.js'
import { REQUEST_LIFE_HOURS, type SupportGrantRow } from './entity.js'
import { demandPermit, type PermitInput, recorded } from './permit.js'
import {
  decideRequest,
  endSupportGrant,
  findSupportGrants,
  insertSupportGrant,
  lockLiveSupportGrants,
  lockSupportGrant,
  pageOfSupportGrants,
} from './repository.js'

/** A page of the grants the caller can see, and one row more when there is a next page. */
export const listSupportGrants = (ctx: RequestContext, page: PageRequest): Promise<SupportGrantRow[]> =>
  ctx.tenant.read((tx) => pageOfSupportGrants(tx, scopeOf(ctx.actor), page))

/** One grant; null when it is absent, foreign, or the id was malformed. */
export const supportGrantById = (ctx: RequestContext, id: string | null): Promise<SupportGrantRow | null> =>
  loadById(ctx, 'supportGrant', id, findSupportGrants)

/** Whether nobody took a request or an offer up in time. */
export const isTooOld = (grant: SupportGrantRow, now: Date): boolean =>
  now.getTime() - Date.parse(grant.requestedAt) > REQUEST_LIFE_HOURS * 3_600_000

/** Where a grant stands now: what has run out is EXPIRED, whatever its row says. */
export function supportGrantStatus(grant: SupportGrantRow, now: Date): SupportGrantRow['status'] | 'EXPIRED' {
  const { status, expiresAt } = grant
  if (status === 'APPROVED' && expiresAt && expiresAt <= now) return 'EXPIRED'
  const isOpen = status === 'REQUESTED' || status === 'OFFERED'
  return isOpen && isTooOld(grant, now) ? 'EXPIRED' : status
}

/**
 * Asks a dealer group for a grant.
 *
 * @throws {DomainError} INVALID, EXPIRY_OUT_OF_RANGE - a value lies outside what is allowed.
 * @throws {DomainError} NOT_FOUND - the group or one of the stores is absent, or the store is of another group.
 */
export async function requestSupportGrant(ctx: RequestContext, input: PermitInput): Promise<SupportGrantRow> {
  const values = demandPermit(input)
  const tenantId = input.dealerGroupId
  const own = scopeOf(ctx.actor)
  if (tenantId === null || (own.tenantId ?? tenantId) !== tenantId) throw notFound()
  return ctx.tenant.write(async (tx) => {
    const storeIds = await demandStores(tx, { ...own, tenantId }, input.storeIds)
    const whose = { id: randomUUID(), tenantId, kind: 'SUPPORT', userId: ctx.actor.id } as const
    const grant = await insertSupportGrant(tx, { ...values, ...whose, storeIds })
    return recorded(tx, 'supportGrant.requested', grant)
  })
}

/**
 * Approves or refuses a request.
 *
 * @throws {DomainError} NOT_FOUND - absent, or not on stores the caller answers for.
 * @throws {DomainError} ACCESS_DENIED - the platform owner, on a grant that opens personal data.
 * @throws {DomainError} SELF_APPROVAL_REFUSED, ALREADY_DECIDED, GRANT_ALREADY_ACTIVE - as they say.
 * @throws {DomainError} GRANT_NOT_ACTIVE - approving a request older than `REQUEST_LIFE_HOURS`.
 */
export async function decideSupportGrant(
  ctx: RequestContext,
  id: string | null,
  isApproved: boolean,
): Promise<SupportGrantRow> {
  return ctx.tenant.write(async (tx) => {
    const grant = id === null ? undefined : await lockSupportGrant(tx, scopeOf(ctx.actor), id)
    if (!grant) throw notFound()
    if (ctx.actor.principal === 'PLATFORM_OWNER' && grant.piiLevel !== 'NONE')
      throw forbidden({ reason: 'ROLE_NOT_ALLOWED' })
    if (grant.userId === ctx.actor.id) throw conflict('SELF_APPROVAL_REFUSED')
    if (grant.status !== 'REQUESTED') throw conflict('ALREADY_DECIDED')
    if (isApproved && isTooOld(grant, ctx.clock.now()))
      throw conflict('GRANT_NOT_ACTIVE', {
        message: `The request is older than ${REQUEST_LIFE_HOURS} hours. Ask for a new one.`,
      })
    const decided = await decideRequest(tx, grant, isApproved ? 'APPROVED' : 'REFUSED', ctx.actor.id)
    return recorded(tx, isApproved ? 'supportGrant.approved' : 'supportGrant.refused', decided)
  })
}

/**
 * Ends a grant, withdraws a request or takes back an offer. A revoked one is returned unchanged, without a second event.
 *
 * @throws {DomainError} NOT_FOUND - absent, or neither the caller's own nor on stores he answers for.
 * @throws {DomainError} ALREADY_DECIDED - it was refused: there is nothing to end.
 */
export async function revokeSupportGrant(ctx: RequestContext, id: string | null): Promise<SupportGrantRow> {
  return ctx.tenant.write(async (tx) => {
    const grant = id === null ? undefined : await lockSupportGrant(tx, scopeOf(ctx.actor), id)
    if (!grant) throw notFound()
    if (grant.status === 'REVOKED') return grant
    if (grant.status === 'REFUSED') throw conflict('ALREADY_DECIDED')
    const isOffer = grant.status === 'OFFERED'
    if (isOffer && ctx.actor.principal === 'PLATFORM_SUPPORT') throw notFound()
    // recorded first: a supporter who ends the grant he acts under has no context left afterwards
    await recorded(tx, 'supportGrant.revoked', grant)
    const ended = await endSupportGrant(tx, grant, ctx.actor.id)
    if (!ended) throw notFound()
    return ended
  })
}

/**
 * The kill switch of a dealer group: ends every grant that opens something in it, broken glass included, and every open
 * offer, at once. One event each.
 *
 * @returns those that ended now; none when nothing was live.
 */
export async function revokeAllSupportGrants(ctx: RequestContext): Promise<readonly SupportGrantRow[]> {
  const { tenantId } = ctx.actor
  return ctx.tenant.write(async (tx) => {
    const ended: SupportGrantRow[] = []
    for (const grant of await lockLiveSupportGrants(tx, tenantId)) {
      const row = await endSupportGrant(tx, grant, ctx.actor.id)
      ended.push(await recorded(tx, 'supportGrant.revoked', row))
    }
    return ended
  })
}
