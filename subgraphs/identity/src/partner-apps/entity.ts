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

/** A key as its statements return it: its MAC can be asked about, never read. */
export interface ApiKeyRow {
  readonly id: string
  readonly tenantId: string
  readonly appId: string
  readonly label: string
  readonly lastFour: string
  readonly scopes: readonly string[]
  readonly storeIds: readonly string[]
  readonly purpose: string
  /** ISO 8601 with microseconds, as cursors carry it. */
  readonly createdAt: string
  readonly expiresAt: Date
  readonly revokedAt: Date | null
}

/** A key that does not exist yet. */
export interface NewApiKey {
  readonly tenantId: string
  readonly id: string
  readonly appId: string
  readonly label: string
  readonly mac: Buffer
  readonly lastFour: string
  readonly scopes: readonly string[]
  readonly storeIds: readonly string[]
  readonly createdBy: string
  readonly expiresInDays: number
}
