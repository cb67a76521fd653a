import type { FlagSeverity } from './rule.js'

/** A row of audit.flag with what was decided about it last. */
export interface FlagRow {
  readonly tenant_id: string
  readonly id: string
  readonly rule: string
  readonly rule_version: number
  readonly severity: FlagSeverity
  readonly about: string
  readonly store_id: string | null
  readonly amount: number
  readonly first_event: string | null
  readonly last_event: string | null
  readonly first_at: string
  readonly last_at: string
  readonly decision: 'ACKNOWLEDGED' | 'DISMISSED' | 'ESCALATED' | null
  readonly decided_at: string | null
  readonly incident_id: string | null
}

/** Conditions of a list of flags; a missing one asks for nothing. */
export interface FlagConditions {
  readonly rule?: string | null
  readonly severity?: FlagSeverity | null
  /** Only those that nobody decided about. */
  readonly isUndecided?: boolean | null
}

/** A decision about a flag. */
export interface Decision {
  readonly decision: 'ACKNOWLEDGED' | 'DISMISSED' | 'ESCALATED'
  readonly reason: string | null
  readonly incidentId: string | null
}
