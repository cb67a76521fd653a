/** What a key may do and where, as far as rotation copies it. */
export interface KeySettings {
  readonly appId: string
  readonly label: string
  readonly scopes: readonly string[]
  readonly storeIds: readonly string[]
  readonly purpose: string
  /** Addresses in CIDR form; empty: every address. */
  readonly ipAllow: readonly string[]
  /** Addresses in CIDR form that are refused, even when they are allowed too. */
  readonly ipDeny: readonly string[]
  /** Requests per second, averaged over ten seconds. */
  readonly ratePerSecond: number
  readonly ratePerDay: number
  /** RFC 7638 thumbprint of the key that signs every request; null when the secret is enough. */
  readonly proofThumbprint: string | null
}

/** A key as its statements return it: its MAC can be asked about, never read. */
export interface ApiKeyRow extends KeySettings {
  readonly id: string
  readonly tenantId: string
  /** Null while nobody has fetched the secret. */
  readonly lastFour: string | null
  readonly createdBy: string | null
  /** ISO 8601 with microseconds, as cursors carry it. */
  readonly createdAt: string
  readonly notBefore: Date | null
  readonly expiresAt: Date
  readonly revokedAt: Date | null
  readonly lastUsedAt: Date | null
  readonly approvalId: string | null
  readonly rotatedFrom: string | null
}

/** What of a secret is stored. */
export interface StoredSecret {
  readonly mac: Buffer
  readonly lastFour: string
}

/** A key that does not exist yet. */
export interface NewApiKey extends KeySettings {
  readonly tenantId: string
  readonly id: string
  readonly createdBy: string
  readonly notBefore: Date | null
  readonly expiresInDays: number
  readonly approvalId: string | null
  /** Null: whoever asked for the key fetches its secret later. */
  readonly secret: StoredSecret | null
}
