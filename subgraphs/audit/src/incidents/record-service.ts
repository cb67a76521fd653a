import { recordAudit } from '@autora/shared/audit'
import type { TenantTx } from '@autora/shared/database'
import { conflict, invalid } from '@autora/shared/errors'
import { demandReason, encodeId, type RequestContext } from '@autora/shared/request'
import type { ChangeRow, IncidentHoldRow, IncidentRow, NoteRow } from './entity.js'
import { changesOf, holdsOf, insertHold, insertNote, notesOf } from './record-repository.js'
import { theIncident, words } from './service.js'
import { isOver } from './states.js'

/** A note as a client gives it. */
export interface NoteWish {
  readonly incidentId: string
  readonly kind: NoteRow['kind']
  readonly visibility: NoteRow['visibility']
  readonly body: string
}

/** A hold as a client asks for it: on everything, or on what happened between two times. */
export interface HoldWish {
  readonly incidentId: string
  readonly from?: Date | null
  readonly to?: Date | null
  readonly reason: string
}

/** The incident, as long as it is not over. @throws {DomainError} NOT_FOUND, or STATE_REFUSED - it is. */
export async function openOne(tx: TenantTx, id: string): Promise<IncidentRow> {
  const incident = await theIncident(tx, id)
  if (isOver(incident.status)) throw conflict('STATE_REFUSED')
  return incident
}

/** Whether somebody writes without having seen a customer's data in the clear. */
const isBlind = ({ actor }: RequestContext): boolean =>
  (actor.principal === 'PLATFORM_OWNER' || actor.principal === 'PLATFORM_SUPPORT') &&
  actor.grant?.piiLevel !== 'CLEAR'

/**
 * Adds a note that nobody changes or removes.
 * @throws {DomainError} NOT_FOUND, STATE_REFUSED, INVALID - no such incident, it is over, the words do not fit, or an
 *   internal note of somebody who does not review.
 */
export async function addNote(ctx: RequestContext, wish: NoteWish): Promise<NoteRow> {
  const { kind, visibility } = wish
  const body = words(wish.body, 'body')
  if (visibility === 'INTERNAL' && ctx.actor.principal !== 'PLATFORM_OWNER')
    throw invalid('INVALID', {
      field: ['visibility'],
      message: 'Only who reviews writes internal notes: share it.',
    })
  return ctx.tenant.write(async (tx) => {
    const incident = await openOne(tx, wish.incidentId)
    const note = await insertNote(tx, incident, { kind, visibility, body, is_blind: isBlind(ctx) })
    await recordAudit(tx, 'incident.noted', {
      targetId: incident.id,
      tenantId: incident.tenant_id,
      storeId: incident.store_id,
      detail: { note: encodeId('IncidentNote', note.id), kind, visibility },
    })
    return note
  })
}

/**
 * Keeps what the incident is about from being pruned or erased, until the hold is released.
 * @throws {DomainError} NOT_FOUND, STATE_REFUSED, REASON_REQUIRED; INVALID - half a period, or one that ends before it starts.
 */
export async function holdForIncident(ctx: RequestContext, wish: HoldWish): Promise<IncidentRow> {
  const reason = demandReason(wish.reason)
  const { from = null, to = null } = wish
  if ((from === null) !== (to === null) || (from && to && from >= to))
    throw invalid('INVALID', { field: ['to'], message: 'Name both ends of the period, or none.' })
  return ctx.tenant.write(async (tx) => {
    const incident = await openOne(tx, wish.incidentId)
    const hold = await insertHold(tx, incident, { from, to, reason })
    await recordAudit(tx, 'incident.held', {
      targetId: incident.id,
      tenantId: incident.tenant_id,
      storeId: incident.store_id,
      detail: {
        hold,
        scope: from ? 'PERIOD' : 'TENANT',
        from: from?.toISOString() ?? null,
        to: to?.toISOString() ?? null,
      },
    })
    return incident
  })
}

/** Rows of many incidents, each under its own: one statement for all incidents of an answer. */
async function perIncident<Row extends { readonly incident_id: string }>(
  ctx: RequestContext,
  name: string,
  incidentId: string,
  load: (tx: TenantTx, ids: readonly string[]) => Promise<Row[]>,
): Promise<readonly Row[]> {
  const rows = await ctx.batch<Row[]>(name, incidentId, async (ids) => {
    const all = await ctx.tenant.read((tx) => load(tx, ids))
    return new Map(ids.map((id) => [id, all.filter((row) => row.incident_id === id)]))
  })
  return rows ?? []
}

/** Notes on an incident that the caller may see, oldest first. */
export const notes = (ctx: RequestContext, { id }: IncidentRow): Promise<readonly NoteRow[]> =>
  perIncident(ctx, 'incidentNotes', id, notesOf)

/** How an incident got where it is, oldest first. */
export const changes = (ctx: RequestContext, { id }: IncidentRow): Promise<readonly ChangeRow[]> =>
  perIncident(ctx, 'incidentChanges', id, changesOf)

/** Holds that were placed for an incident, oldest first. */
export const holds = (ctx: RequestContext, { id }: IncidentRow): Promise<readonly IncidentHoldRow[]> =>
  perIncident(ctx, 'incidentHolds', id, holdsOf)
