import { randomUUID } from 'node:crypto'
import type { PiiLevel } from '@autora/shared/access'
import { type EventName, recordAudit } from '@autora/shared/audit'
import type { TenantTx } from '@autora/shared/database'
import { conflict, forbidden, invalid, notFound } from '@autora/shared/errors'
import type { PageRequest, RequestContext } from '@autora/shared/request'
import { loadById } from '../load.js'
import { scopeOf } from '../scope.js'
import { demandStores } from '../stores/index.js'
import { REQUEST_LIFE_HOURS, type SupportGrantRow } from './entity.js'
import {
  decideRequest,
  endSupportGrant,
  findSupportGrants,
  insertSupportGrant,
  lockSupportGrant,
  pageOfSupportGrants,
} from './repository.js'

/** A page of the grants the caller can see, and one row more when there is a next page. */
export const listSupportGrants = (ctx: RequestContext, page: PageRequest): Promise<SupportGrantRow[]> =>
  ctx.tenant.read((tx) => pageOfSupportGrants(tx, scopeOf(ctx.actor), page))

/** One grant; null when it is absent, foreign, or the id was malformed. */
export const supportGrantById = (ctx: RequestContext, id: string | null): Promise<SupportGrantRow | null> =>
  loadById(ctx, 'supportGrant', id, findSupportGrants)

const isTooOld = (grant: SupportGrantRow, now: Date) =>
  now.getTime() - Date.parse(grant.requestedAt) > REQUEST_LIFE_HOURS * 3_600_000

/** Where a grant stands now: what has run out is EXPIRED, whatever its row says. */
export function supportGrantStatus(grant: SupportGrantRow, now: Date): SupportGrantRow['status'] | 'EXPIRED' {
  if (grant.status === 'APPROVED' && grant.expiresAt && grant.expiresAt <= now) return 'EXPIRED'
  return grant.status === 'REQUESTED' && isTooOld(grant, now) ? 'EXPIRED' : grant.status
}

/** The grant a supporter asks for. Ids are uuids; null stands for a malformed one. */
export interface RequestSupportGrantInput {
  readonly dealerGroupId: string | null
  readonly storeIds: readonly (string | null)[]
  readonly piiLevel: PiiLevel
  readonly ticketRef: string
  readonly reason: string
  readonly minutes: number
}

/**
 * Asks a dealer group for a grant.
 *
 * @throws {DomainError} INVALID, EXPIRY_OUT_OF_RANGE - a value lies outside what is allowed.
 * @throws {DomainError} NOT_FOUND - the group or one of the stores is absent, or the store is of another group.
 */
export async function requestSupportGrant(
  ctx: RequestContext,
  input: RequestSupportGrantInput,
): Promise<SupportGrantRow> {
  const ticketRef = demandText('ticketRef', input.ticketRef, 1, 60)
  const reason = demandText('reason', input.reason, 10, 500)
  if (input.minutes < 5 || input.minutes > 240)
    throw invalid('EXPIRY_OUT_OF_RANGE', { field: ['minutes'], message: 'A grant lasts 5 to 240 minutes.' })
  const { dealerGroupId: tenantId, piiLevel, minutes } = input
  const own = scopeOf(ctx.actor)
  if (tenantId === null || (own.tenantId ?? tenantId) !== tenantId) throw notFound()
  return ctx.tenant.write(async (tx) => {
    const storeIds = await demandStores(tx, { ...own, tenantId }, input.storeIds)
    const values = { ticketRef, reason, storeIds, piiLevel, minutes }
    const grant = await insertSupportGrant(tx, {
      id: randomUUID(),
      tenantId,
      userId: ctx.actor.id,
      ...values,
    })
    return recorded(tx, 'supportGrant.requested', grant)
  })
}

/**
 * Approves or refuses a request.
 *
 * @throws {DomainError} NOT_FOUND - absent, or not on stores the caller answers for.
 * @throws {DomainError} ACCESS_DENIED - the platform owner, on a grant that opens personal data.
 * @throws {DomainError} SELF_APPROVAL_REFUSED, ALREADY_DECIDED - as they say.
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
 * Ends a grant or withdraws a request. A revoked one is returned unchanged, without a second event.
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
    // recorded first: a supporter who ends the grant he acts under has no context left afterwards
    await recorded(tx, 'supportGrant.revoked', grant)
    const ended = await endSupportGrant(tx, grant, ctx.actor.id)
    if (!ended) throw notFound()
    return ended
  })
}

/** Records what happened to a grant, in the trail of its dealer group. @throws NOT_FOUND when nothing happened. */
async function recorded(
  tx: TenantTx,
  event: EventName,
  grant: SupportGrantRow | undefined,
): Promise<SupportGrantRow> {
  if (!grant) throw notFound()
  const { id, tenantId, storeIds, piiLevel, minutes } = grant
  await recordAudit(tx, event, {
    targetId: id,
    tenantId,
    storeId: storeIds.length === 1 ? (storeIds[0] ?? null) : null,
    detail: { piiLevel, minutes, storeIds },
  })
  return grant
}

function demandText(field: string, value: string, least: number, most: number): string {
  const text = value.trim()
  const { length } = [...text] // code points, as the database counts
  if (length >= least && length <= most && !/[^\P{Cc}\n]/u.test(text)) return text
  throw invalid('INVALID', { field: [field], message: `${field} must have ${least} to ${most} characters.` })
}
