/** What is known about how far a dealer group is set up: counts, and nobody's name. */
export interface OnboardingFacts {
  readonly tenantId: string
  readonly legalEntities: number
  /** With a registration number and an information officer. */
  readonly completeEntities: number
  /** Active ones; so in all that follow. */
  readonly stores: number
  /** With hours, and with routing decided. */
  readonly configuredStores: number
  readonly storesWithoutSales: number
  readonly admins: number
  /** Admins who have signed in with a second factor. */
  readonly adminsWithMfa: number
  readonly hasPolicy: boolean
  readonly apiKeys: number
}

/** A step of setting up, by name. */
export type OnboardingCode =
  | 'LEGAL_ENTITY'
  | 'STORE'
  | 'SALES_PEOPLE'
  | 'DEALER_ADMINS'
  | 'SECOND_FACTOR'
  | 'ACCESS_POLICY'
  | 'PARTNER_KEYS'

/** A step and where it stands. */
export interface OnboardingStep {
  readonly code: OnboardingCode
  readonly status: 'DONE' | 'OPEN' | 'OPTIONAL'
  /** What to do; null when nothing is. */
  readonly todo: string | null
}

/** How far a dealer group is set up. */
export interface Onboarding {
  readonly tenantId: string
  /** Of the steps that have to be taken, 0 to 100. */
  readonly percent: number
  readonly steps: readonly OnboardingStep[]
}
