import { recordAudit } from '@autora/shared/audit'
import type { TenantTx } from '@autora/shared/database'
import { invalid, notFound } from '@autora/shared/errors'
import {
  type Connection,
  connection,
  decodeId,
  type PageArguments,
  pageRequest,
  type RequestContext,
} from '@autora/shared/request'
import type { IncidentCategory, IncidentRow, NewIncident } from './entity.js'
import { incidentsById, insertIncident, listIncidents } from './repository.js'

const MOST_CHARACTERS = 4000

/** A report as a client gives it. */
export interface IncidentReport {
  readonly category: IncidentCategory
  readonly summary: string
  readonly storeId?: string | null
  readonly leadId?: string | null
}

const required = (uuid: string | null): string => {
  if (!uuid) throw notFound()
  return uuid
}

/** Words of 1 to 4,000 characters, trimmed. @throws {DomainError} INVALID - they are not. */
export function words(text: string, field: string): string {
  const trimmed = text.trim()
  if (trimmed.length > 0 && trimmed.length <= MOST_CHARACTERS) return trimmed
  throw invalid('INVALID', { field: [field], message: `Write 1 to ${MOST_CHARACTERS} characters.` })
}

/**
 * Records an incident and its event.
 * @throws {DomainError} INVALID - the summary is empty or longer than 4,000 characters.
 * @throws {DomainError} NOT_FOUND - a store outside the caller's reach, or an id that is none.
 */
export async function reportIncident(ctx: RequestContext, report: IncidentReport): Promise<IncidentRow> {
  const summary = words(report.summary, 'summary')
  const storeId = report.storeId ? required(decodeId('Store', report.storeId)) : null
  const leadId = report.leadId ? required(decodeId('Lead', report.leadId)) : null
  const { actor } = ctx
  if (storeId && actor.reach === 'STORES' && !actor.storeIds.includes(storeId)) throw notFound()
  return ctx.tenant.write((tx) => openIncident(tx, { category: report.category, summary, storeId, leadId }))
}

/** Writes a checked incident with its event, in a transaction that may hold more. */
export async function openIncident(tx: TenantTx, wanted: NewIncident): Promise<IncidentRow> {
  const incident = await insertIncident(tx, wanted)
  if (!incident) throw notFound()
  const { tenantId, category, storeId } = wanted
  await recordAudit(tx, 'incident.reported', {
    targetId: incident.id,
    storeId,
    detail: { category },
    ...(tenantId && { tenantId }),
  })
  return incident
}

/** One page of the incidents the caller may see, newest first. */
export async function incidents(ctx: RequestContext, page: PageArguments): Promise<Connection<IncidentRow>> {
  const request = pageRequest(page)
  const rows = await ctx.tenant.read((tx) => listIncidents(tx, request))
  return connection(rows, request, (row) => ({ at: row.reported_at, id: row.id }))
}

/** One incident by its id, or null: absent and foreign alike. */
export async function incident(ctx: RequestContext, id: string): Promise<IncidentRow | null> {
  const uuid = decodeId('Incident', id)
  if (!uuid) return null
  return ctx.batch<IncidentRow>('incident', uuid, async (ids) => {
    const rows = await ctx.tenant.read((tx) => incidentsById(tx, ids))
    return new Map(rows.map((row) => [row.id, row]))
  })
}

/** The incident behind an id of a client, within a transaction. @throws {DomainError} NOT_FOUND - absent or foreign. */
export async function theIncident(tx: TenantTx, id: string): Promise<IncidentRow> {
  const [row] = await incidentsById(tx, [required(decodeId('Incident', id))])
  if (!row) throw notFound()
  return row
}
