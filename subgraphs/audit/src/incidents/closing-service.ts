import { createHash } from 'node:crypto'
import type { TenantTx } from '@autora/shared/database'
import { decodeId, type RequestContext } from '@autora/shared/request'
import type { IncidentRow, PinnedCheckpoint } from './entity.js'
import { evidenceOf, newestCheckpoint } from './evidence-repository.js'
import { integrityOf } from './evidence-service.js'
import { changesOf, holdsOf, notesOf } from './record-repository.js'
import { type ClosingReport, reportOf } from './report.js'
import { reportPage } from './report-page.js'
import { insertReport, newestReport, type ReportRow, reportFlags } from './report-repository.js'
import { incidentsById } from './repository.js'

/** Makes the report as of a version of the incident: nothing that came later is in it. */
async function contentAsOf(
  tx: TenantTx,
  incident: IncidentRow,
  version: number,
  checkpoint: PinnedCheckpoint | null,
): Promise<string> {
  const ids = [incident.id]
  const changes = (await changesOf(tx, ids)).filter((change) => change.version <= version)
  const until = changes.at(-1)?.changed_at ?? ''
  const notes = (await notesOf(tx, ids)).filter(
    (note) => note.visibility === 'SHARED' && note.noted_at <= until,
  )
  const evidence = []
  for (const row of (await evidenceOf(tx, ids)).filter(({ pinned_at }) => pinned_at <= until)) {
    const integrity = await integrityOf(tx, row)
    evidence.push({ row, isUnchanged: integrity === 'INTACT' || integrity === 'PENDING' })
  }
  const holds = (await holdsOf(tx, ids)).filter(({ placed_at }) => placed_at <= until)
  const flags = (await reportFlags(tx, incident.id)).filter(({ decided_at }) => decided_at <= until)
  return JSON.stringify(reportOf({ incident, changes, notes, evidence, holds, flags, checkpoint }), null, 2)
}

/** Makes and keeps the report of an incident that was just closed. @returns its SHA-256 in hex, for the event. */
export async function closeReport(tx: TenantTx, incident: IncidentRow): Promise<string> {
  const checkpoint = await newestCheckpoint(tx)
  const content = await contentAsOf(tx, incident, incident.version, checkpoint)
  const sha256 = createHash('sha256').update(content).digest()
  await insertReport(tx, incident, { content, sha256, checkpoint })
  return sha256.toString('hex')
}

/** A closing report as the graph shows it. */
export interface ShownReport extends ReportRow {
  readonly page: string
  /** Whether making it again gives the same bytes; null for somebody who does not see the whole trail. */
  readonly isReproducible: boolean | null
}

/** The newest closing report of an incident, made again to compare; null where there is none, or none of his to see. */
export async function closingReport(ctx: RequestContext, id: string): Promise<ShownReport | null> {
  const uuid = decodeId('Incident', id)
  if (!uuid) return null
  return ctx.tenant.read(async (tx) => {
    const [incident] = await incidentsById(tx, [uuid])
    const report = incident && (await newestReport(tx, incident))
    if (!incident || !report) return null
    const isWhole = ctx.actor.reach !== 'STORES'
    const again = isWhole ? await contentAsOf(tx, incident, report.version, report.checkpoint) : null
    return {
      ...report,
      page: reportPage(JSON.parse(report.content) as ClosingReport),
      isReproducible: again === null ? null : again === report.content,
    }
  })
}
