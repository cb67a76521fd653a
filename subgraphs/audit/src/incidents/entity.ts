import type { IncidentStatus } from './states.js'

/** What kind of incident. */
export type IncidentCategory =
  | 'DATA_EXPOSURE'
  | 'WRONG_RECIPIENT'
  | 'LOST_DEVICE'
  | 'SUSPICIOUS_ACCESS'
  | 'OTHER'

/** How bad it is, in the reviewer's judgement. */
export type IncidentSeverity = 'LOW' | 'MEDIUM' | 'HIGH' | 'CRITICAL'

/** What a reviewer decides about an incident beside its state. */
export interface Standing {
  readonly severity: IncidentSeverity | null
  readonly assignee_id: string | null
  readonly is_personal_info_suspected: boolean
  readonly notice_due_at: Date | null
  readonly notice_reference: string | null
}

/** A row of audit.incident as it is read. */
export interface IncidentRow extends Standing {
  readonly tenant_id: string
  readonly id: string
  readonly category: IncidentCategory
  readonly summary: string
  readonly status: IncidentStatus
  readonly version: number
  readonly store_id: string | null
  readonly lead_id: string | null
  readonly reported_by: string
  /** Whether `reported_by` is an API key. */
  readonly is_by_key: boolean
  readonly reported_at: string
}

/** A new incident, checked. */
export interface NewIncident {
  readonly category: IncidentCategory
  readonly summary: string
  readonly storeId: string | null
  readonly leadId: string | null
  /** Of another tenant than the caller's: platform owners only. */
  readonly tenantId?: string
}

/** What POPIA s22(5) wants told about a compromise, in the reviewer's words. */
export interface Compromise {
  readonly consequences: string
  readonly measures: string
  readonly advice: string
  readonly attacker?: string | null
}

/** A row of audit.incident_change: what changed, and how everything stood then. */
export interface ChangeRow extends Standing {
  readonly incident_id: string
  readonly version: number
  readonly from_status: IncidentStatus
  readonly to_status: IncidentStatus
  readonly reason: string
  readonly compromise: Compromise | null
  readonly changed_by: string
  readonly changed_at: string
}

/** A row of audit.incident_note. */
export interface NoteRow {
  readonly incident_id: string
  readonly id: string
  readonly kind: 'NOTE' | 'QUESTION' | 'ANSWER'
  readonly visibility: 'INTERNAL' | 'SHARED'
  readonly body: string
  /** Its writer saw no customer's data in the clear. */
  readonly is_blind: boolean
  readonly author_id: string
  readonly principal: string
  readonly noted_at: string
}

/** A new note, checked. */
export type NewNote = Pick<NoteRow, 'kind' | 'visibility' | 'body' | 'is_blind'>

/** A hold that was placed for an incident. */
export interface IncidentHoldRow {
  readonly incident_id: string
  readonly scope: 'TENANT' | 'SUBJECT' | 'PERIOD'
  readonly period_from: Date | null
  readonly period_to: Date | null
  readonly placed_at: string
  readonly released_at: string | null
}

/** The newest checkpoint, or one that was pinned. */
export interface PinnedCheckpoint {
  readonly size: number
  readonly root: Buffer
}

/** Which events a pinned query finds; a missing condition asks for nothing. */
export interface EvidenceQuery {
  readonly action?: string
  readonly actorId?: string
  readonly targetId?: string
  readonly grantId?: string
  readonly requestId?: string
  readonly from?: string
  readonly to?: string
}

/** A row of audit.incident_evidence, with what the trail says about it now. */
export interface EvidenceRow {
  readonly tenant_id: string
  readonly incident_id: string
  readonly id: string
  readonly kind: 'EVENT' | 'QUERY'
  readonly event_id: string | null
  readonly leaf_index: number | null
  readonly batch: number | null
  readonly leaf_hash: Buffer | null
  readonly query: EvidenceQuery | null
  readonly event_count: number
  readonly first_event: string | null
  readonly last_event: string | null
  readonly digest: Buffer
  readonly checkpoint_size: number | null
  readonly checkpoint_root: Buffer | null
  readonly pinned_by: string
  readonly pinned_at: string
  /** What the checkpoint of that size says now. */
  readonly checkpoint_note: string | null
  readonly event: string | null
  readonly digest_now: Buffer | null
  readonly leaf_now: Buffer | null
  readonly leaf_computed: Buffer | null
}
