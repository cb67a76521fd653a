/** A row of audit.event as it is read. Times carry microseconds. */
export interface AuditEventRow {
  readonly id: string
  readonly recorded_at: string
  readonly action: string
  readonly outcome: 'ALLOW' | 'DENY' | 'ERROR'
  readonly actor_principal: string
  readonly actor_id: string
  readonly grant_id: string | null
  readonly request_id: string
  readonly store_id: string | null
  readonly target_type: string
  readonly target_id: string
  readonly detail: string
}

/** Conditions of a list, already in the terms of the table. `null` asks for nothing. */
export interface AuditEventConditions {
  /** The caller's own group, which the row policy demands of him anyway: with it a page is read from indexes. */
  readonly tenantId: string | null
  readonly action: string | null
  readonly actorId: string | null
  readonly targetId: string | null
  readonly storeId: string | null
  readonly requestId: string | null
  readonly grantId: string | null
  readonly outcome: string | null
  readonly from: Date | null
  readonly to: Date | null
}
