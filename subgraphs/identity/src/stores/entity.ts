/** A store as its statements return it. */
export interface StoreRow {
  readonly id: string
  readonly tenantId: string
  readonly legalEntityId: string
  readonly code: string
  readonly name: string
  readonly city: string
  readonly country: string
  readonly timezone: string
  readonly status: 'ACTIVE' | 'SUSPENDED' | 'CLOSED'
  readonly slaMinutes: number
  readonly openingHours: string
  readonly version: number
}

/** A brand of a store. */
export interface StoreBrandRow {
  readonly storeId: string
  readonly code: string
  readonly name: string
}

/** What can be configured of a store. */
export interface StoreConfiguration {
  readonly slaMinutes: number
  readonly openingHours: string
}

/** Stores that a plain list names at most; keys and grants hold no more. */
export const MOST_STORES = 200
