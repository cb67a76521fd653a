import type { LeadStatus } from './status-machine.js'

/** What a customer wants to do. */
export type LeadInterest = 'BUY' | 'LEASE' | 'SELL' | 'TRADE_IN' | 'TEST_DRIVE' | 'SERVICE'

/** Where a lead came from. */
export type LeadSource =
  | 'WEBSITE'
  | 'MARKETPLACE'
  | 'SOCIAL'
  | 'WHATSAPP'
  | 'SEARCH'
  | 'OEM'
  | 'WALK_IN'
  | 'PHONE'
  | 'REFERRAL'
  | 'EVENT'
  | 'PARTNER'

/** A row of dealer_ops.lead as it is read; `at` is when it was received, with microseconds. */
export interface LeadRow {
  readonly id: string
  readonly storeId: string
  readonly customerId: string
  readonly status: LeadStatus
  readonly lostReason: string | null
  readonly interest: LeadInterest
  readonly source: LeadSource
  readonly sourceName: string | null
  readonly campaign: string | null
  readonly brandCode: string | null
  readonly budgetCents: number | null
  readonly budgetCurrency: string | null
  readonly financeIntent: string | null
  readonly comments: string | null
  readonly referrer: string | null
  readonly consentState: 'UNKNOWN' | 'GRANTED' | 'WITHDRAWN' | 'EXPIRED'
  readonly assigneeId: string | null
  readonly submittedBy: string | null
  readonly at: string
  readonly requestedAt: Date | null
  readonly firstResponseAt: Date | null
  readonly slaDueAt: Date | null
  readonly closedAt: Date | null
  readonly version: number
}

/** A lead of a customer, as a page of the customer's leads has it. */
export interface CustomerLeadRow extends LeadRow {
  readonly parentId: string
}

/** A vehicle to keep with a lead. */
export interface NewVehicle {
  readonly part: 'WANTED' | 'TRADE_IN'
  readonly year: number | null
  readonly make: string | null
  readonly model: string | null
  readonly trimLevel: string | null
  readonly stockNumber: string | null
  /** Of a vehicle on offer. */
  readonly vin: string | null
  /** Of the customer's own car. */
  readonly customerVin: string | null
  readonly condition: 'NEW' | 'USED' | null
  readonly odometer: number | null
  readonly odometerUnit: 'KM' | 'MI' | null
}

/** A row of dealer_ops.lead_vehicle as it is read; the parent is the lead. */
export interface VehicleRow extends NewVehicle {
  readonly parentId: string
  readonly customerId: string
  readonly storeId: string
}

/** The id of a lead in another system. */
export interface NewExternalId {
  readonly source: string | null
  readonly value: string
}

/** A row of dealer_ops.lead_external_id as it is read; the parent is the lead. */
export interface ExternalIdRow extends NewExternalId {
  readonly parentId: string
}

/** A row of dealer_ops.lead_status_change as it is read; the parent is the lead. */
export interface StatusChangeRow {
  readonly parentId: string
  readonly fromStatus: LeadStatus | null
  readonly toStatus: LeadStatus
  /** Null where a partner's key did it. */
  readonly changedBy: string | null
  readonly changedAt: Date
}

/** What of a store a new lead needs to know. */
export interface LeadStore {
  readonly id: string
  readonly legalEntityId: string
  /** ISO 3166 alpha-2. */
  readonly country: string
  readonly slaMinutes: number
}

/** Which leads; null does not narrow. */
export interface LeadConditions {
  readonly storeId: string | null
  readonly status: LeadStatus | null
  readonly source: LeadSource | null
  readonly assigneeId: string | null
  readonly isUnassigned: boolean | null
}

/** A lead to keep, checked, without its customer. */
export interface NewLead {
  readonly interest: LeadInterest
  readonly source: LeadSource
  readonly sourceName: string | null
  readonly brandCode: string | null
  readonly budgetCents: number | null
  readonly budgetCurrency: string | null
  readonly financeIntent: string | null
  readonly comments: string | null
  readonly referrer: string | null
  /** The partner application it came from. */
  readonly submittedBy: string | null
  /** ISO 8601. */
  readonly requestedAt: string | null
  readonly vehicles: readonly NewVehicle[]
  readonly externalIds: readonly NewExternalId[]
}
