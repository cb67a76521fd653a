/** What kind of incident. */
export type IncidentCategory =
  | 'DATA_EXPOSURE'
  | 'WRONG_RECIPIENT'
  | 'LOST_DEVICE'
  | 'SUSPICIOUS_ACCESS'
  | 'OTHER'

/** A row of audit.incident as it is read. */
export interface IncidentRow {
  readonly id: string
  readonly category: IncidentCategory
  readonly summary: string
  readonly status: 'OPEN' | 'IN_REVIEW' | 'CLOSED'
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
}
