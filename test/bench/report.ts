import type { BenchQuery } from './queries.js'
import { connectionCounts, type Measured } from './rounds.js'
import { type SideName, sideNames } from './sides.js'

const measures = [
  'perSecond',
  'p50',
  'p95',
  'p99',
  'gatewayCpuMs',
  'servicesCpuMs',
  'databaseCpuMs',
  'gatewayRssBytes',
] as const

/** What is compared, by its name in the measurements. */
export type Measure = (typeof measures)[number]

/** A ratio OURS / STOCK over the rounds. */
export interface Ratio {
  readonly median: number
  readonly least: number
  readonly most: number
}

/** What came out for one query and number of connections. */
export interface Row {
  readonly query: BenchQuery['name']
  readonly title: string
  readonly connections: number
  readonly ratios: Readonly<Record<Measure, Ratio>>
  readonly medians: Readonly<Record<SideName, Readonly<Record<Measure, number>>>>
}

const byMeasure = <Value>(read: (measure: Measure) => Value) =>
  Object.fromEntries(measures.map((measure) => [measure, read(measure)])) as Record<Measure, Value>

const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const upper = sorted[middle] ?? 0
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2
}

function ratioOf(ours: readonly Measured[], stock: readonly Measured[], measure: Measure): Ratio {
  const ratios = ours.map((one, index) => one[measure] / (stock[index]?.[measure] ?? Number.NaN))
  return { median: median(ratios), least: Math.min(...ratios), most: Math.max(...ratios) }
}

/** Puts the measurements of all rounds together. A ratio is taken within each round; then comes the median. */
export function summarize(queries: readonly BenchQuery[], results: readonly Measured[]): readonly Row[] {
  return queries.flatMap(({ name, title }) =>
    connectionCounts.map((connections): Row => {
      const of = (side: SideName) =>
        results
          .filter((one) => one.side === side && one.query === name && one.connections === connections)
          .toSorted((a, b) => a.round - b.round)
      const [OURS, STOCK] = [of('OURS'), of('STOCK')]
      const mediansOf = (side: readonly Measured[]) =>
        byMeasure((measure) => median(side.map((result) => result[measure])))
      return {
        query: name,
        title,
        connections,
        ratios: byMeasure((measure) => ratioOf(OURS, STOCK, measure)),
        medians: { OURS: mediansOf(OURS), STOCK: mediansOf(STOCK) },
      }
    }),
  )
}

const table = (head: readonly string[], rows: readonly (readonly string[])[]) =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')

const spread = ({ median: middle, least, most }: Ratio) =>
  `${middle.toFixed(2)} (${least.toFixed(2)}–${most.toFixed(2)})`

/** Ratios OURS / STOCK with the least and the most of all rounds. */
const ratioTable = (rows: readonly Row[]) =>
  table(
    ['query', 'connections', 'throughput', 'p50', 'p95', 'p99'],
    rows.map(({ query, connections, ratios: { perSecond, p50, p95, p99 } }) => [
      query,
      String(connections),
      ...[perSecond, p50, p95, p99].map(spread),
    ]),
  )

/** Medians of both sides. */
const medianTable = (rows: readonly Row[]) =>
  table(
    [
      'query',
      'connections',
      'side',
      'req/s',
      'p50 ms',
      'p95 ms',
      'p99 ms',
      'CPU ms per request: gateway',
      'subgraphs',
      'PostgreSQL',
      'gateway MB',
    ],
    rows.flatMap(({ query, connections, medians }) =>
      sideNames.map((side) => {
        const one = medians[side]
        const times = [one.p50, one.p95, one.p99, one.gatewayCpuMs, one.servicesCpuMs, one.databaseCpuMs]
        return [
          query,
          String(connections),
          side,
          one.perSecond.toFixed(0),
          ...times.map((ms) => ms.toFixed(2)),
          (one.gatewayRssBytes / 1024 / 1024).toFixed(0),
        ]
      }),
    ),
  )

/** The tables of a run, in Markdown. */
export const tables = (rows: readonly Row[]): string => `${ratioTable(rows)}\n\n${medianTable(rows)}`
