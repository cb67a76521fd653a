import type { DataClass } from './classes.js'
import type { FieldRule } from './decide.js'
import { graphFields } from './graph.generated.js'
import type { Action } from './matrix.js'

/** The text of graph.generated.ts: the rules of the composed graph, one line for each type, action and class. */
export function graphFile(rules: ReadonlyMap<string, FieldRule>): string {
  const lines = new Map<string, string[]>()
  for (const [coordinate, { action, dataClass }] of rules) {
    const [type = '', field = ''] = coordinate.split('.')
    const start = `${type} ${action} ${dataClass}`
    lines.set(start, [...(lines.get(start) ?? []), field])
  }
  const sorted = [...lines].map(([start, fields]) => `${start} ${fields.sort().join(' ')}`).sort()
  return `/**
 * What the composed graph says about access, for services that know their own part of it only: type, action, class and
 * fields. Generated from gateway/supergraph.graphql by \`npm run docs\`; do not edit.
 */
export const graphFields: readonly string[] = [
${sorted.map((line) => `  '${line}',`).join('\n')}
]
`
}

const known = new Map<string, FieldRule>(
  graphFields.flatMap((line) => {
    const [type, action, dataClass, ...fields] = line.split(' ')
    const rule = { action: action as Action, dataClass: dataClass as DataClass }
    return fields.map((field): [string, FieldRule] => [`${type}.${field}`, rule])
  }),
)

/** The rules of the whole graph by coordinate, in the order of the generated file. */
export const graphRules: ReadonlyMap<string, FieldRule> = known
