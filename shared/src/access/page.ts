import { type ClassCell, classTable } from './classes.js'
import type { FieldRule } from './decide.js'
import { actions, matrix } from './matrix.js'
import { principals } from './principals.js'

const names: readonly string[] = ['Owner', 'Support', 'Admin', 'Sales', 'Marketing', 'Partner', 'Analyst']

const table = (first: string, rows: readonly (readonly string[])[]): string =>
  [
    `| ${[first, ...names].join(' | ')} |`,
    `|${'---|'.repeat(principals.length + 1)}`,
    ...rows.map((row) => `| ${row.join(' | ')} |`),
  ].join('\n')

const classRows = Object.entries(classTable).map(([name, cells]) => [
  name,
  ...cells.map((cell: ClassCell) => cell),
])

const servedBy = (action: string, rules: ReadonlyMap<string, FieldRule>): string =>
  [...rules]
    .filter(([coordinate, rule]) => rule.action === action && /^(Query|Mutation)\./.test(coordinate))
    .map(([coordinate]) => `\`${coordinate.replace(/^(Query|Mutation)\./, '')}\``)
    .sort()
    .join(', ')

/**
 * The page docs/access.md: both tables as people read them. Generated, and a test fails when the file differs.
 * @param rules - the rules of the composed supergraph, to say which action is served by which root field.
 */
export function accessPage(rules: ReadonlyMap<string, FieldRule>): string {
  const actionRows = actions.map((action) => [
    `\`${action}\``,
    ...matrix[action].map((cell: string | null) => cell ?? '–'),
  ])
  const served = actions
    .map((action) => [action, servedBy(action, rules)] as const)
    .filter(([, fields]) => fields !== '')
  return `# Who may see and do what

Generated from \`shared/src/access\` by \`npm run docs\`; do not edit. A changed cell needs a decision record.

## Fields by class

C clear · M masked · R redacted: null with a reason · - denied · k only inside suppressed aggregates ·
M+ and -+ clear under a support grant of level CLEAR ·
-! denied, and under broken glass masked or clear as its grant says · R~ masked where the group's own policy says so ·
M/scope and -/scope clear when the key holds the scope.

${table('Class', classRows)}

## Deeds

Reach: A all dealers · G own group · S own stores · O own or assigned · X oneself. Behind it what must hold besides:
g an active support grant · k suppressed aggregates only · m personal data masked · 4 a second person · r a recorded
reason · ! broken glass: a grant that a second owner approved (with k: only aggregates without it) · a scope the key
holds.

${table('Action', actionRows)}

## Served now

${served.map(([action, fields]) => `- \`${action}\`: ${fields}`).join('\n')}

Every other action is decided already and waits for its root field.
`
}
