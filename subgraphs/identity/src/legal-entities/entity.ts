/** A legal entity as its statements return it. */
export interface LegalEntityRow {
  readonly id: string
  readonly tenantId: string
  readonly name: string
  readonly country: string
  readonly registrationNumber: string | null
  readonly informationOfficer: string | null
  readonly officerRegistrationRef: string | null
  /** Whether its stores keep what proves who a customer is. */
  readonly storesIdentityNumbers: boolean
  readonly version: number
}

/** Legal entities of a group that are listed at most. */
export const MOST_LEGAL_ENTITIES = 100
