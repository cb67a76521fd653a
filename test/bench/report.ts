import type { BenchQuery } from './queries.js'
import { connectionCounts, type Measured } from './rounds.js'
import type { SideName } from './sides.js'

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
  readonly ratios: Readonly<
    Record<'perSecond' | 'p50' | 'p95' | 'p99' | 'gatewayCpuMs' | 'servicesCpuMs', Ratio>
  >
  /** Medians over the rounds. */
  readonly medians: Readonly<Record<SideName, Omit<Measured, 'side' | 'query' | 'connections' | 'round'>>>
}

const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const upper = sorted[middle] ?? 0
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2
}

const measures = [
  'requests',
  'perSecond',
  'p50',
  'p95',
  'p99',
  'gatewayCpuMs',
  'servicesCpuMs',
  'gatewayRssBytes',
] as const
type Measure = (typeof measures)[number]

const mediansOf = (results: readonly Measured[]) =>
  Object.fromEntries(
    measures.map((measure) => [measure, median(results.map((result) => result[measure]))]),
  ) as Record<Measure, number>

function ratioOf(ours: readonly Measured[], stock: readonly Measured[], measure: Measure): Ratio {
  const ratios = ours.map((one, index) => one[measure] / (stock[index]?.[measure] ?? Number.NaN))
  return { median: median(ratios), least: Math.min(...ratios), most: Math.max(...ratios) }
}

/** Puts the measurements of all rounds together. Ratios are taken within a round and then summed up. */
export function summarize(queries: readonly BenchQuery[], results: readonly Measured[]): readonly Row[] {
  return queries.flatMap(({ name, title }) =>
    connectionCounts.map((connections): Row => {
      const of = (side: SideName) =>
        results
          .filter((one) => one.side === side && one.query === name && one.connections === connections)
          .toSorted((a, b) => a.round - b.round)
      const [ours, stock] = [of('OURS'), of('STOCK')]
      const ratio = (measure: Measure) => ratioOf(ours, stock, measure)
      return {
        query: name,
        title,
        connections,
        ratios: {
          perSecond: ratio('perSecond'),
          p50: ratio('p50'),
          p95: ratio('p95'),
          p99: ratio('p99'),
          gatewayCpuMs: ratio('gatewayCpuMs'),
          servicesCpuMs: ratio('servicesCpuMs'),
        },
        medians: { OURS: mediansOf(ours), STOCK: mediansOf(stock) },
      }
    }),
  )
}

const spread = ({ median: middle, least, most }: Ratio) =>
  `${middle.toFixed(2)} (${least.toFixed(2)}–${most.toFixed(2)})`
const megabytes = (bytes: number) => (bytes / 1024 / 1024).toFixed(0)
const table = (head: readonly string[], rows: readonly (readonly string[])[]) =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')

/** The tables of a run, in Markdown: ratios OURS / STOCK with the least and the most of all rounds, then medians. */
export function tables(rows: readonly Row[]): string {
  const ratios = rows.map(({ query, connections, ratios: one }) => [
    query,
    String(connections),
    spread(one.perSecond),
    spread(one.p50),
    spread(one.p95),
    spread(one.p99),
    spread(one.gatewayCpuMs),
  ])
  const absolute = rows.flatMap(({ query, connections, medians }) =>
    (['OURS', 'STOCK'] as const).map((side) => {
      const one = medians[side]
      const times = [one.p50, one.p95, one.p99, one.gatewayCpuMs, one.servicesCpuMs].map((ms) =>
        ms.toFixed(2),
      )
      return [
        query,
        String(connections),
        side,
        one.perSecond.toFixed(0),
        ...times,
        megabytes(one.gatewayRssBytes),
      ]
    }),
  )
  return [
    table(['query', 'connections', 'throughput', 'p50', 'p95', 'p99', 'gateway CPU per request'], ratios),
    table(
      [
        'query',
        'connections',
        'side',
        'req/s',
        'p50 ms',
        'p95 ms',
        'p99 ms',
        'gateway CPU ms',
        'subgraph CPU ms',
        'gateway MB',
      ],
      absolute,
    ),
  ].join('\n\n')
}
