import type { TenantTx } from '@autora/shared/database'
import { exactTime } from '@autora/shared/request'
import type { IncidentRow, PinnedCheckpoint } from './entity.js'
import type { ReportFlag } from './report.js'

/** A row of audit.incident_report. */
export interface ReportRow {
  readonly incident_id: string
  readonly version: number
  readonly content: string
  readonly sha256: Buffer
  readonly checkpoint: PinnedCheckpoint | null
  readonly made_at: string
}

/** Keeps a report; the database compares its hash. */
export const insertReport = (
  tx: TenantTx,
  incident: IncidentRow,
  { content, sha256, checkpoint }: Pick<ReportRow, 'content' | 'sha256' | 'checkpoint'>,
): Promise<unknown[]> =>
  tx.query(
    `insert into audit.incident_report (tenant_id, incident_id, version, content, sha256, checkpoint_size, checkpoint_root)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [
      incident.tenant_id,
      incident.id,
      incident.version,
      content,
      sha256,
      checkpoint?.size ?? null,
      checkpoint?.root ?? null,
    ],
  )

/** The report of the last closing; null before the first. */
export async function newestReport(tx: TenantTx, incident: IncidentRow): Promise<ReportRow | null> {
  const [row] = await tx.query<
    Omit<ReportRow, 'checkpoint'> & { readonly size: number | null; readonly root: Buffer | null }
  >(
    `select incident_id, version, content, sha256, checkpoint_size::float8 as size, checkpoint_root as root,
            ${exactTime('made_at')} as made_at
       from audit.incident_report where tenant_id = $1 and incident_id = $2 order by version desc limit 1`,
    [incident.tenant_id, incident.id],
  )
  if (!row) return null
  const { size, root, ...report } = row
  return { ...report, checkpoint: size !== null && root ? { size, root } : null }
}

/** Flags that an incident was opened from, as they were decided about. */
export const reportFlags = (tx: TenantTx, incidentId: string): Promise<ReportFlag[]> =>
  tx.query<ReportFlag>(
    `select rule, rule_version, severity, amount, ${exactTime('decided_at')} as decided_at
       from audit.flag_decision where incident_id = $1 order by audit.flag_decision.decided_at, id`,
    [incidentId],
  )
