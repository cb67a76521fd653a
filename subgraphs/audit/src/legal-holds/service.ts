import { recordAudit } from '@autora/shared/audit'
import { conflict, invalid, notFound } from '@autora/shared/errors'
import {
  type Connection,
  connection,
  decodeId,
  demandReason,
  type PageArguments,
  pageRequest,
  type RequestContext,
} from '@autora/shared/request'
import type { LegalHoldRow, LegalHoldScope, NewLegalHold } from './entity.js'
import { askRelease, groupOfIncident, insertHold, listHolds, lockHold, release } from './repository.js'

/** A hold as a client asks for it. */
export interface HoldWish {
  readonly scope: LegalHoldScope
  readonly subjectId?: string | null
  readonly periodFrom?: Date | null
  readonly periodTo?: Date | null
  readonly incidentId?: string | null
  readonly reason: string
}

/** A release as a client asks for it. */
export interface ReleaseWish {
  readonly id: string
  readonly reason: string
}

const misplaced = (field: string) =>
  invalid('INVALID', { field: [field], message: `${field} does not belong to this scope, or is missing.` })

function subjectOf({ scope, subjectId }: HoldWish): NewLegalHold['subject'] {
  if ((scope === 'SUBJECT') !== Boolean(subjectId)) throw misplaced('subjectId')
  if (!subjectId) return null
  for (const type of ['User', 'Customer'] as const) {
    const id = decodeId(type, subjectId)
    if (id) return { type, id }
  }
  throw notFound()
}

function periodOf({ scope, periodFrom, periodTo }: HoldWish): NewLegalHold['period'] {
  if ((scope === 'PERIOD') !== Boolean(periodFrom)) throw misplaced('periodFrom')
  if ((scope === 'PERIOD') !== Boolean(periodTo)) throw misplaced('periodTo')
  if (!periodFrom || !periodTo) return null
  if (periodFrom >= periodTo) throw invalid('TIME_INVALID', { field: ['periodTo'] })
  return { from: periodFrom, to: periodTo }
}

/** A hold reaches every store, so whoever decides about it answers for all of them. @throws {DomainError} SCOPE_EXCEEDED */
function demandWholeGroup({ actor }: RequestContext): void {
  if (actor.reach === 'STORES') throw conflict('SCOPE_EXCEEDED')
}

function incidentOf({ incidentId }: HoldWish, isPlatform: boolean): string | null {
  if (isPlatform && !incidentId)
    throw invalid('INVALID', { field: ['incidentId'], message: 'Name the incident that the hold is for.' })
  if (!incidentId) return null
  const id = decodeId('Incident', incidentId)
  if (!id) throw notFound()
  return id
}

/**
 * Places a hold, in the caller's group, or for the platform in the group of the incident.
 *
 * @throws {DomainError} REASON_REQUIRED; INVALID, TIME_INVALID - person or time do not fit the scope.
 * @throws {DomainError} NOT_FOUND - the incident, or an id that is none. SCOPE_EXCEEDED - only some stores.
 */
export async function placeHold(ctx: RequestContext, wish: HoldWish): Promise<LegalHoldRow> {
  demandWholeGroup(ctx)
  const reason = demandReason(wish.reason)
  const isPlatform = ctx.actor.reach === 'PLATFORM'
  const incidentId = incidentOf(wish, isPlatform)
  const parts = { scope: wish.scope, subject: subjectOf(wish), period: periodOf(wish), incidentId, reason }
  return ctx.tenant.write(async (tx) => {
    const tenantId = incidentId ? await groupOfIncident(tx, incidentId) : ctx.actor.tenantId
    if (!tenantId) throw notFound()
    const hold = await insertHold(tx, { ...parts, tenantId })
    if (!hold) throw notFound()
    await recordAudit(tx, 'legalHold.placed', {
      targetId: hold.id,
      storeId: null,
      detail: { scope: hold.scope, incident: incidentId },
      tenantId,
    })
    return hold
  })
}

/**
 * Releases a hold of one's own side: the platform its own, a Dealer Admin that of his group. Of the latter the first only
 * asks; the hold lasts until another one releases it.
 *
 * @throws {DomainError} REASON_REQUIRED; NOT_FOUND - absent and foreign alike.
 * @throws {DomainError} SCOPE_EXCEEDED - the other side placed it, or only some stores. STATE_NOT_ALLOWED - it is over.
 * @throws {DomainError} SELF_APPROVAL_REFUSED - who asked does not release.
 */
export async function releaseHold(ctx: RequestContext, wish: ReleaseWish): Promise<LegalHoldRow> {
  demandWholeGroup(ctx)
  const reason = demandReason(wish.reason)
  const id = decodeId('LegalHold', wish.id)
  if (!id) throw notFound()
  return ctx.tenant.write(async (tx) => {
    const hold = await lockHold(tx, id)
    if (!hold) throw notFound()
    if (hold.placed_principal !== ctx.actor.principal) throw conflict('SCOPE_EXCEEDED')
    if (hold.released_at) throw conflict('STATE_NOT_ALLOWED')
    if (hold.release_asked_by === ctx.actor.id) throw conflict('SELF_APPROVAL_REFUSED')
    const isAsking = hold.placed_principal === 'DEALER_ADMIN' && hold.release_asked_by === null
    const changed = await (isAsking ? askRelease : release)(tx, id, reason)
    if (!changed) throw notFound()
    await recordAudit(tx, isAsking ? 'legalHold.releaseAsked' : 'legalHold.released', {
      targetId: id,
      storeId: null,
      detail: { scope: hold.scope, askedBy: changed.release_asked_by },
      tenantId: hold.tenant_id,
    })
    return changed
  })
}

/** One page of the holds the caller may see, newest first. @throws {DomainError} BAD_USER_INPUT - no page. */
export async function legalHolds(
  ctx: RequestContext,
  page: PageArguments,
): Promise<Connection<LegalHoldRow>> {
  const request = pageRequest(page)
  const rows = await ctx.tenant.read((tx) => listHolds(tx, request))
  return connection(rows, request, (row) => ({ at: row.placed_at, id: row.id }))
}
