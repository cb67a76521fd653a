import type { TenantTx } from '@autora/shared/database'
import { exactTime } from '@autora/shared/request'
import type { ChangeRow, IncidentHoldRow, IncidentRow, NewNote, NoteRow } from './entity.js'

const noteColumns = `
  incident_id, id, kind, visibility, body, is_blind, author_id, principal, ${exactTime('noted_at')} as noted_at`

/** Changes of some incidents, oldest first. */
export const changesOf = (tx: TenantTx, incidentIds: readonly string[]): Promise<ChangeRow[]> =>
  tx.query<ChangeRow>(
    `select incident_id, version, from_status, to_status, reason, severity, assignee_id, is_personal_info_suspected,
            notice_due_at, notice_reference, compromise, changed_by, ${exactTime('changed_at')} as changed_at
       from audit.incident_change where incident_id = any($1) order by incident_id, version`,
    [incidentIds],
  )

/** Notes on some incidents that the caller may see, oldest first. */
export const notesOf = (tx: TenantTx, incidentIds: readonly string[]): Promise<NoteRow[]> =>
  tx.query<NoteRow>(
    `select ${noteColumns} from audit.incident_note where incident_id = any($1) order by incident_id, incident_note.noted_at, id`,
    [incidentIds],
  )

/** Adds a note. An incident out of reach is refused by the row policy. */
export async function insertNote(tx: TenantTx, incident: IncidentRow, note: NewNote): Promise<NoteRow> {
  const [row] = await tx.query<NoteRow>(
    `insert into audit.incident_note (tenant_id, incident_id, kind, visibility, body, is_blind)
     values ($1, $2, $3, $4, $5, $6) returning ${noteColumns}`,
    [incident.tenant_id, incident.id, note.kind, note.visibility, note.body, note.is_blind],
  )
  if (!row) throw new Error('a note that was written did not come back')
  return row
}

/** Holds that were placed for some incidents, oldest first; the words of a hold are its own capability's. */
export const holdsOf = (tx: TenantTx, incidentIds: readonly string[]): Promise<IncidentHoldRow[]> =>
  tx.query<IncidentHoldRow>(
    `select incident_id, scope, period_from, period_to, ${exactTime('placed_at')} as placed_at,
            ${exactTime('released_at')} as released_at
       from audit.legal_hold where incident_id = any($1) order by incident_id, legal_hold.placed_at, id`,
    [incidentIds],
  )

/** Places a hold for an incident: on the whole group, or on a period of it. @returns its id. */
export async function insertHold(
  tx: TenantTx,
  incident: IncidentRow,
  hold: { readonly from: Date | null; readonly to: Date | null; readonly reason: string },
): Promise<string> {
  const [row] = await tx.query<{ id: string }>(
    `insert into audit.legal_hold (tenant_id, scope, period_from, period_to, incident_id, reason)
     values ($1, $2, $3, $4, $5, $6) returning id`,
    [incident.tenant_id, hold.from ? 'PERIOD' : 'TENANT', hold.from, hold.to, incident.id, hold.reason],
  )
  if (!row) throw new Error('a hold that was placed did not come back')
  return row.id
}
