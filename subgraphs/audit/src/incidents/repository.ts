import type { SqlValue, TenantTx } from '@autora/shared/database'
import { exactTime, type PageRequest } from '@autora/shared/request'
import type { IncidentRow, NewIncident } from './entity.js'

const columns = `
  id, category, summary, status, store_id, lead_id, reported_by,
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
    `insert into audit.incident (store_id, category, summary, lead_id) values ($1, $2, $3, $4) returning ${columns}`,
    [incident.storeId, incident.category, incident.summary, incident.leadId],
  )
  return row ?? null
}
