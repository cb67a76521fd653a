/** How long events of a kind are kept at least, and why. */
export interface RetentionClass {
  /** Whole months after the month in which they were recorded. */
  readonly months: number
  readonly basis: string
}

/**
 * The classes of events. A month of the trail is dropped as a whole, so it is kept as long as the longest class that
 * lives in it asks for. The database holds the same table as `audit.retention_months`; a test compares them.
 */
export const retentionClasses = {
  FINANCE: {
    months: 84,
    basis: 'Companies Act 71 of 2008 s 24(1): records of a company, seven years',
  },
  ACCOUNTABILITY: {
    months: 84,
    basis:
      'POPIA s 8 and s 17: how the trail itself was kept, sealed, held and shown, as long as the longest of it',
  },
  DECISION: {
    months: 36,
    basis: 'POPIA s 14(3): a decision about a person stays open to him; Prescription Act 68 of 1969 s 11(d)',
  },
  OPERATIONS: {
    months: 24,
    basis: 'POPIA s 14(1)(b) and s 19: lawful purposes of the business, and finding out about a compromise',
  },
} as const satisfies Record<string, RetentionClass>

/** Name of a class. */
export type RetentionClassName = keyof typeof retentionClasses

/** Class by the noun of an action; what is not named is OPERATIONS. */
const classOfNoun: Readonly<Record<string, RetentionClassName>> = {
  invoice: 'FINANCE',
  billingAccount: 'FINANCE',
  legalHold: 'ACCOUNTABILITY',
  auditArchive: 'ACCOUNTABILITY',
  auditTrail: 'ACCOUNTABILITY',
  evidence: 'ACCOUNTABILITY',
  access: 'DECISION',
  accessPolicy: 'DECISION',
  approval: 'DECISION',
  breakGlass: 'DECISION',
  field: 'DECISION',
  governanceRule: 'DECISION',
  supportAccess: 'DECISION',
  supportGrant: 'DECISION',
}

/**
 * The class of an event. A refusal is a decision about somebody, whatever was refused, and is never kept shorter.
 *
 * @param action - such as `lead.assigned`; one that no build knows any more counts by its noun.
 */
export function retentionClassOf(action: string, outcome: 'ALLOW' | 'DENY' | 'ERROR'): RetentionClassName {
  const name = classOfNoun[action.split('.')[0] ?? ''] ?? 'OPERATIONS'
  return outcome === 'DENY' && retentionClasses[name].months < retentionClasses.DECISION.months
    ? 'DECISION'
    : name
}
