import { recordAudit } from '@autora/shared/audit'
import { invalid, notFound } from '@autora/shared/errors'
import {
  type Connection,
  connection,
  decodeId,
  type PageArguments,
  pageRequest,
  type RequestContext,
} from '@autora/shared/request'
import type { IncidentCategory, IncidentRow } from './entity.js'
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

/**
 * Records an incident and its event.
 * @throws {DomainError} INVALID - the summary is empty or longer than 4,000 characters.
 * @throws {DomainError} NOT_FOUND - a store outside the caller's reach, or an id that is none.
 */
export async function reportIncident(ctx: RequestContext, report: IncidentReport): Promise<IncidentRow> {
  const summary = report.summary.trim()
  if (summary.length === 0 || summary.length > MOST_CHARACTERS)
    throw invalid('INVALID', { field: ['summary'], message: `Write 1 to ${MOST_CHARACTERS} characters.` })
  const storeId = report.storeId ? required(decodeId('Store', report.storeId)) : null
  const leadId = report.leadId ? required(decodeId('Lead', report.leadId)) : null
  const { actor } = ctx
  if (storeId && actor.reach === 'STORES' && !actor.storeIds.includes(storeId)) throw notFound()
  return ctx.tenant.write(async (tx) => {
    const incident = await insertIncident(tx, { category: report.category, summary, storeId, leadId })
    if (!incident) throw notFound()
    await recordAudit(tx, 'incident.reported', {
      targetId: incident.id,
      storeId,
      detail: { category: report.category },
    })
    return incident
  })
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
