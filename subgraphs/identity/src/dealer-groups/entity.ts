/** A dealer group as its statements return it. */
export interface DealerGroupRow {
  /** The tenant's id: a group is its own tenant. */
  readonly id: string
  readonly code: string
  readonly name: string
  readonly kind: 'OEM_GROUP' | 'FRANCHISE_GROUP' | 'INDEPENDENT_GROUP' | 'PORTFOLIO'
  readonly status: 'ACTIVE' | 'SUSPENDED' | 'ARCHIVED'
  readonly parentId: string | null
  /** ISO 8601 with microseconds, as cursors carry it. */
  readonly createdAt: string
}
