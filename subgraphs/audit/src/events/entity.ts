/** A row of audit.event as it is read, with its place in the log. Times carry microseconds. */
export interface AuditEventRow {
  readonly id: string
  readonly tenant_id: string
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
  /** Place in the tenant's tree; null as long as it has none. */
  readonly leaf_index: number | null
  readonly leaf_batch: number | null
  readonly leaf_hash: Buffer | null
  /** The bytes that were hashed, made anew from the row as it is now. */
  readonly leaf_data: string | null
}

/** Conditions of a list, already in the terms of the table. `null` asks for nothing. */
export interface AuditEventConditions {
  readonly tenantId: string | null
  readonly actions: readonly string[] | null
  readonly principal: string | null
  /** Ids that must all be the actor's: the one asked for, and the reader's own where he sees only his acts. */
  readonly actorId: string | null
  readonly ownerId: string | null
  readonly targetId: string | null
  readonly storeId: string | null
  readonly requestId: string | null
  readonly grantId: string | null
  readonly outcome: 'ALLOW' | 'DENY' | 'ERROR' | null
  readonly from: Date | null
  readonly to: Date | null
}
