/** What a hold covers. */
export type LegalHoldScope = 'TENANT' | 'SUBJECT' | 'PERIOD'

/** A row of audit.legal_hold as it is read. */
export interface LegalHoldRow {
  readonly id: string
  readonly tenant_id: string
  readonly scope: LegalHoldScope
  readonly subject_type: 'User' | 'Customer' | null
  readonly subject_id: string | null
  readonly period_from: string | null
  readonly period_to: string | null
  readonly incident_id: string | null
  readonly reason: string
  readonly placed_by: string
  /** Principal of who placed it: his side releases it. */
  readonly placed_principal: string
  readonly placed_at: string
  readonly release_asked_by: string | null
  readonly release_reason: string | null
  readonly released_by: string | null
  readonly released_at: string | null
}

/** A new hold, checked. */
export interface NewLegalHold {
  /** Null: the caller's own. */
  readonly tenantId: string | null
  readonly scope: LegalHoldScope
  readonly subject: { readonly type: 'User' | 'Customer'; readonly id: string } | null
  readonly period: { readonly from: Date; readonly to: Date } | null
  readonly incidentId: string | null
  readonly reason: string
}
