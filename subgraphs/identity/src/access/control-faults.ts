import { classTable, column, matrix, type TableKind, tables } from '@autora/shared/access'
import type { Catalogue, ControlCode, TableFacts } from './entity.js'

/** What keeps a control from holding: sentences for the log, empty when it holds. */
export type Faults = readonly string[]

/** How the fields of a schema are covered by rules, as `fieldRules` found it. */
export interface FieldCoverage {
  readonly fields: ReadonlyMap<string, unknown>
  readonly faults: readonly string[]
}

/** The triggers that a table of a kind cannot do without. */
const guards: Readonly<Record<TableKind, readonly string[]>> = {
  store: ['must_be_audited'],
  tenant: ['must_be_audited'],
  'append-only': ['append_only_row', 'append_only_table'],
  activity: [],
  log: ['append_only_row', 'append_only_table'],
  projection: [],
  issuer: [],
  reference: [],
  secret: [],
}

/** Where the sequencer stands: the one row of the log that moves. */
const moving = 'audit.sequencer'

/** No change without an event, and no change of an event. */
export function trailFaults(facts: readonly TableFacts[]): Faults {
  return Object.entries(tables).flatMap(([name, kind]) => {
    const table = facts.find((one) => one.name === name)
    if (!table) return [`${name} does not exist`]
    return [
      ...guards[kind]
        .filter((guard) => name !== moving && !table.triggers.includes(guard))
        .map((guard) => `${name} lacks ${guard}`),
      ...((kind === 'append-only' || kind === 'log') && name !== moving
        ? table.changers.map((role) => `${role} may change ${name}`)
        : []),
    ]
  })
}

/** Every field of this schema has a rule, and what no principal may ever hold, none holds. */
export function accessFaults(coverage: FieldCoverage): Faults {
  const support = column.PLATFORM_SUPPORT
  const never = {
    'somebody reads SECRET': classTable.SECRET.some((cell) => cell !== '-'),
    'support reads BILLING': classTable.BILLING[support] !== '-',
    'support changes billing': matrix['billing:update'][support] !== null,
    'support makes keys': matrix['apiKey:create'][support] !== null,
    'support approves grants': matrix['supportGrant:approve'][support] !== null,
    'the schema is empty': coverage.fields.size === 0,
  }
  return [...coverage.faults, ...Object.entries(never).flatMap(([fault, isSo]) => (isSo ? [fault] : []))]
}

/** The core controls in their order; null checks nothing: the control is not served yet. */
export const controls: readonly {
  readonly code: ControlCode
  readonly name: string
  readonly check: ((catalogue: Catalogue, coverage: FieldCoverage) => Faults) | null
}[] = [
  { code: 'TENANT_ISOLATION', name: 'Tenant isolation', check: (catalogue) => catalogue.wallFaults },
  {
    code: 'ROLE_BASED_ACCESS',
    name: 'Role-based access',
    check: (_catalogue, coverage) => accessFaults(coverage),
  },
  { code: 'AUDIT_TRAIL', name: 'Audit trail', check: (catalogue) => trailFaults(catalogue.tables) },
  { code: 'CONNECTOR_GOVERNANCE', name: 'Connector governance', check: null },
  {
    code: 'DATA_HANDLING',
    name: 'Data handling',
    check: ({ columnFaults }) => columnFaults.map(({ name, fault }) => `${name}: ${fault}`),
  },
]
