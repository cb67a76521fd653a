/** A legal entity as its statements return it. */
export interface LegalEntityRow {
  readonly id: string
  readonly tenantId: string
  readonly name: string
  readonly country: string
  readonly registrationNumber: string | null
  readonly informationOfficer: string | null
  readonly officerRegistrationRef: string | null
}

/** Legal entities of a group that are listed at most. */
export const MOST_LEGAL_ENTITIES = 100
