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

/** Everything one probe read. */
export interface Catalogue {
  /** What is wrong with the walls between tenants, a line each. */
  readonly wallFaults: readonly string[]
  readonly tables: readonly TableFacts[]
  readonly columnFaults: readonly ColumnFault[]
}

/** Code of a core control. */
export type ControlCode =
  | 'TENANT_ISOLATION'
  | 'ROLE_BASED_ACCESS'
  | 'AUDIT_TRAIL'
  | 'CONNECTOR_GOVERNANCE'
  | 'DATA_HANDLING'

/** A control as the schema shows it. */
export interface SecurityControl {
  readonly code: ControlCode
  readonly name: string
  readonly status: 'HOLDS' | 'FAILS' | 'UNKNOWN' | 'NOT_YET_SERVED'
  readonly checkedAt: Date | null
}
