/** A partner application as its statements return it. */
export interface PartnerAppRow {
  readonly id: string
  readonly tenantId: string
  readonly legalEntityId: string
  readonly name: string
  readonly status: 'ACTIVE' | 'SUSPENDED'
  /** ISO 8601 with microseconds, as cursors carry it. */
  readonly createdAt: string
}

/** What of an application can be changed. */
export type PartnerAppChanges = Partial<Pick<PartnerAppRow, 'name' | 'status'>>
