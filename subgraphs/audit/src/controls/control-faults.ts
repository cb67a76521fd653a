import { classTable, column, matrix, policyKnobNames, type TableKind, tables } from '@autora/shared/access'
import type { Finding, TableFacts } from './entity.js'
import type { Part } from './parts.js'

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

/** Values whose person is erased are emptied, by one definer function; what they commit to is in the trail. */
const erasable = 'audit.side_value'

/** Findings of one part, a fault each. */
export const findings = (part: Part, faults: readonly string[]): Finding<Part>[] =>
  faults.map((fault) => ({ part, fault }))

/** No change without an event, and no change of an event. */
export function guardFaults(facts: readonly TableFacts[]): readonly string[] {
  return Object.entries(tables).flatMap(([name, kind]) => {
    const table = facts.find((one) => one.name === name)
    if (!table) return [`${name} does not exist`]
    return [
      ...guards[kind]
        .filter((guard) => name !== moving && name !== erasable && !table.triggers.includes(guard))
        .map((guard) => `${name} lacks ${guard}`),
      ...((kind === 'append-only' || kind === 'log') && name !== moving
        ? table.changers.map((role) => `${role} may change ${name}`)
        : []),
    ]
  })
}

/** Rights that nobody may ever hold, and are held. */
export function forbiddenRights(): readonly string[] {
  const support = column.PLATFORM_SUPPORT
  const never = {
    'somebody reads SECRET': classTable.SECRET.some((cell) => cell !== '-'),
    'support reads BILLING': classTable.BILLING[support] !== '-',
    'support changes billing': matrix['billing:update'][support] !== null,
    'support makes keys': matrix['apiKey:create'][support] !== null,
    'support approves grants': matrix['supportGrant:approve'][support] !== null,
  }
  return Object.entries(never).flatMap(([fault, isSo]) => (isSo ? [fault] : []))
}

/**
 * Where the rules of this subgraph's own schema differ from those that the gateway decides by.
 *
 * @param own - what this subgraph guards its fields with.
 * @param graph - what the composed graph says.
 */
export function ruleFaults(own: FieldCoverage, graph: ReadonlyMap<string, unknown>): readonly string[] {
  const differs = [...own.fields].flatMap(([coordinate, rule]) =>
    JSON.stringify(graph.get(coordinate)) === JSON.stringify(rule)
      ? []
      : [`${coordinate} differs from the graph`],
  )
  return [...own.faults, ...differs, ...(graph.size === 0 ? ['the graph is empty'] : [])]
}

/** What handling personal data cannot do without: a period after which it goes. */
export const retentionFaults = (): readonly string[] =>
  policyKnobNames.includes('leadRetentionMonths') ? [] : ['no policy says how long leads are kept']
