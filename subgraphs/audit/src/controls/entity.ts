/** What the catalogue says about one table of the platform. */
export interface TableFacts {
  /** With its schema. */
  readonly name: string
  /** Login roles that may update or delete its rows. */
  readonly changers: readonly string[]
  /** Triggers that fire whatever the session says. */
  readonly triggers: readonly string[]
}

/** A column that has no class, or that a login role could read although nobody may. */
export interface ColumnFault {
  readonly name: string
  readonly fault: 'NO_CLASS' | 'READABLE_SECRET'
}

/** Everything one look into the catalogue read. */
export interface Catalogue {
  /** What is wrong with the walls between tenants, a line each. */
  readonly wallFaults: readonly string[]
  readonly tables: readonly TableFacts[]
  readonly columnFaults: readonly ColumnFault[]
}

/** Code of a control, in the order of the product's security page. */
export const controlCodes = [
  'TRANSPORT_ENCRYPTION',
  'ROLE_BASED_ACCESS',
  'AUDIT_TRAIL',
  'STORE_ISOLATION',
  'POPIA_HANDLING',
] as const

/** One of them. */
export type ControlCode = (typeof controlCodes)[number]

/** What a probe said. */
export type ProbeResult = 'PASS' | 'FAIL' | 'UNKNOWN' | 'NOT_APPLICABLE'

/** Something that a probe looked at and that does not hold, or that it could not look at. */
export interface Finding<Part extends string = string> {
  /** What, in the general terms that everybody may read: a code of `partTexts`. */
  readonly part: Part
  /** The same exactly, with names of tables, places and addresses: for the platform alone. */
  readonly fault: string
}

/** What one probe found. */
export interface ProbeReport {
  readonly control: ControlCode
  readonly result: ProbeResult
  readonly findings: readonly Finding[]
  /** Places of the trail, `<tenant>/<index>`, that are to be looked at again next time. */
  readonly suspects: readonly string[]
}

/** The row of a control. */
export interface ControlRow {
  readonly control: ControlCode
  readonly result: ProbeResult
  readonly checkedAt: Date
  readonly changedAt: Date
  /** Number of the event of the platform that says so. */
  readonly evidence: string
  readonly evidenceAt: Date
  readonly parts: readonly string[]
  readonly faults: readonly string[]
  readonly suspects: readonly string[]
}

/** A leaf as the log keeps it, beside what its event says now. */
export interface LeafNow {
  readonly tenantId: string
  readonly index: number
  readonly hash: Buffer
  /** Null when the event is gone. */
  readonly data: string | null
}
