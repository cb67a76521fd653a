import type { SqlValue, TenantTx } from '@autora/shared/database'
import { exactTime, type PageRequest } from '@autora/shared/request'
import type { Compromise, IncidentRow, NewIncident, Standing } from './entity.js'
import type { IncidentStatus } from './states.js'

const columns = `
  tenant_id, id, category, summary, status, version, severity, assignee_id, is_personal_info_suspected, notice_due_at,
  notice_reference, store_id, lead_id, reported_by,
  reported_by = (select sec.actor_id()) and (select sec.app_id()) is not null as is_by_key,
  ${exactTime('reported_at')} as reported_at`

/** One page of incidents, newest first, one row more than asked for. */
export async function listIncidents(tx: TenantTx, page: PageRequest): Promise<IncidentRow[]> {
  const values: SqlValue[] = [page.limit + 1, ...(page.before ? [page.before.at, page.before.id] : [])]
  return tx.query<IncidentRow>(
    `select ${columns} from audit.incident
      where ${page.before ? '(reported_at, id) < ($2::timestamptz, $3::uuid)' : 'true'}
      order by reported_at desc, id desc limit $1`,
    values,
  )
}

/** Incidents by id, those the caller can see. */
export async function incidentsById(tx: TenantTx, ids: readonly string[]): Promise<IncidentRow[]> {
  return tx.query<IncidentRow>(`select ${columns} from audit.incident where id = any($1)`, [ids])
}

/** Writes a new incident. A store that is not the caller's is refused by the row policy or the reference. */
export async function insertIncident(tx: TenantTx, incident: NewIncident): Promise<IncidentRow | null> {
  const [row] = await tx.query<IncidentRow>(
    `insert into audit.incident (tenant_id, store_id, category, summary, lead_id)
     values (coalesce($5, sec.tenant_id()), $1, $2, $3, $4) returning ${columns}`,
    [incident.storeId, incident.category, incident.summary, incident.leadId, incident.tenantId ?? null],
  )
  return row ?? null
}

/** A change of an incident: where it goes, and how everything stands from then on. */
export interface Change extends Standing {
  readonly to: IncidentStatus
  readonly reason: string
  readonly compromise: Compromise | null
}

/**
 * Changes an incident and keeps the change. @returns null when somebody changed it since `before` was read.
 */
export async function changeIncident(
  tx: TenantTx,
  before: IncidentRow,
  change: Change,
): Promise<IncidentRow | null> {
  const { severity, assignee_id, is_personal_info_suspected, notice_due_at, notice_reference } = change
  const standing = [severity, assignee_id, is_personal_info_suspected, notice_due_at, notice_reference]
  const [row] = await tx.query<IncidentRow>(
    `update audit.incident
        set version = version + 1, status = $4, severity = $5, assignee_id = $6, is_personal_info_suspected = $7,
            notice_due_at = $8, notice_reference = $9
      where tenant_id = $1 and id = $2 and version = $3 returning ${columns}`,
    [before.tenant_id, before.id, before.version, change.to, ...standing],
  )
  if (!row) return null
  await tx.query(
    `insert into audit.incident_change (tenant_id, incident_id, version, from_status, to_status, reason, severity,
       assignee_id, is_personal_info_suspected, notice_due_at, notice_reference, compromise)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
    [
      row.tenant_id,
      row.id,
      row.version,
      before.status,
      row.status,
      change.reason,
      ...standing,
      change.compromise && JSON.stringify(change.compromise),
    ],
  )
  return row
}

/** Whether somebody reviews incidents now. */
export async function isReviewer(tx: TenantTx, userId: string): Promise<boolean> {
  const [row] = await tx.query<{ yes: boolean }>('select audit.is_reviewer($1) as yes', [userId])
  return row?.yes === true
}
