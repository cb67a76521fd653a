/** How new leads of a store find somebody. */
export type Routing = 'ROUND_ROBIN' | 'LEAST_LOADED' | 'BRAND' | 'MANUAL'

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
  /** Null: nobody has decided yet. */
  readonly routing: Routing | null
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
  readonly timezone: string
  readonly routing: Routing | null
}

/** A store to create. */
export interface NewStore
  extends Pick<
    StoreRow,
    'id' | 'tenantId' | 'legalEntityId' | 'code' | 'name' | 'city' | 'country' | 'timezone'
  > {}

/** Stores that a plain list names at most; keys and grants hold no more. */
export const MOST_STORES = 200
