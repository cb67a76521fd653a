import fc from 'fast-check'
import type { Cell, Count, Grain, MetricsRow } from './entity.js'
import { monthsBack, periodOf } from './periods.js'
import { coarsened, complement, exact, FEWEST, ROUNDED_TO, suppressed, tableOf } from './small-cells.js'

const of = (period: string, source: string, customers: number, won = 0): Count => ({
  period,
  source,
  leads: customers,
  customers,
  won,
  wonCustomers: won,
})

const periods = ['2026-03', '2026-02', '2026-01']
const sources = ['OEM', 'SOCIAL', 'WEBSITE']
const measures = ['leadsReceived', 'won', 'customers'] as const

/** Any table of three periods and three sources, most numbers around the threshold. */
const anyCounts = fc
  .array(fc.tuple(fc.nat({ max: 40 }), fc.nat({ max: 40 }), fc.nat({ max: 5 })), {
    minLength: 9,
    maxLength: 9,
  })
  .map((numbers) =>
    numbers.map(([customers, won, more], place) => {
      const wonCustomers = Math.min(customers, won)
      return {
        period: periods[Math.floor(place / 3)] ?? '',
        source: sources[place % 3] ?? '',
        leads: customers + more,
        customers,
        won: wonCustomers,
        wonCustomers,
      }
    }),
  )

const hiddenOf = (cells: readonly Cell[]) => cells.filter(({ isSuppressed }) => isSuppressed).length

describe('suppressed', () => {
  it('MET-01 MUST show no number that counts fewer than ten customers, and only rounded ones', () => {
    fc.assert(
      fc.property(anyCounts, (counts) => {
        const table = tableOf(counts, periods)
        for (const row of suppressed(table).rows) {
          const count = table.at(row.period, row.source)
          if (!row.leadsReceived.isSuppressed) expect(count.customers).toBeGreaterThanOrEqual(FEWEST)
          if (!row.customers.isSuppressed) expect(count.customers).toBeGreaterThanOrEqual(FEWEST)
          if (!row.won.isSuppressed) {
            expect(count.wonCustomers).toBeGreaterThanOrEqual(FEWEST)
            expect(count.customers - count.wonCustomers).toBeGreaterThanOrEqual(FEWEST)
          }
          for (const measure of measures) expect((row[measure].value ?? 0) % ROUNDED_TO).toBe(0)
        }
      }),
    )
  })

  it('MET-02 MUST leave no lone hidden number in a line or a column', () => {
    fc.assert(
      fc.property(anyCounts, (counts) => {
        const { rows } = suppressed(tableOf(counts, periods))
        const lines = [
          ...periods.map((period) => rows.filter((row) => row.period === period)),
          ...sources.map((source) => rows.filter((row) => row.source === source)),
        ]
        for (const line of lines)
          for (const measure of measures) expect(hiddenOf(line.map((row) => row[measure]))).not.toBe(1)
      }),
    )
  })

  it('MET-03 MUST not tell whether a hidden number is small itself or hides another, or how small', () => {
    const counts = [
      of('2026-03', 'OEM', 0),
      of('2026-03', 'SOCIAL', 9),
      of('2026-02', 'OEM', 12),
      of('2026-02', 'SOCIAL', 14),
    ]
    const { rows } = suppressed(tableOf(counts, ['2026-03', '2026-02']))

    expect(new Set(rows.map((row) => JSON.stringify(row.customers)))).toEqual(
      new Set([JSON.stringify({ value: null, isSuppressed: true, reason: 'SMALL_CELL' })]),
    )
  })

  it('counts what is missing between two sources as nobody, and hides it', () => {
    const { rows } = suppressed(tableOf([of('2026-03', 'OEM', 30), of('2026-02', 'SOCIAL', 30)], periods))

    expect(rows).toHaveLength(6)
    expect(rows.find((row) => row.period === '2026-01')?.customers.isSuppressed).toBe(true)
  })
})

describe('complement', () => {
  it('hides the smallest shown number of the line, then what that makes lonely in its column', () => {
    const numbers = [
      [3, 20, 30],
      [40, 50, 60],
    ]
    const small = [
      [true, false, false],
      [false, false, false],
    ]

    expect(complement(numbers, small)).toEqual([
      [true, true, false],
      [true, true, false],
    ])
  })

  it('leaves a table alone that has nothing to hide, and one of a single column', () => {
    expect(complement([[20, 30]], [[false, false]])).toEqual([[false, false]])
    expect(complement([[3], [30], [40]], [[true], [false], [false]])).toEqual([[true], [true], [false]])
    expect(complement([[3]], [[true]])).toEqual([[true]])
  })
})

describe('exact', () => {
  it('shows every number as it is, nobody included', () => {
    const rows = exact(tableOf([of('2026-03', 'OEM', 1, 1)], ['2026-03', '2026-02']))

    expect(rows.map(({ period, customers, won }) => [period, customers.value, won.value])).toEqual([
      ['2026-03', 1, 1],
      ['2026-02', 0, 0],
    ])
  })
})

describe('coarsened', () => {
  const months = monthsBack('2026-12', 12)

  /** The same monthly number of customers, counted at every grain. */
  const byGrain = (monthly: number): Record<Grain, Count[]> => {
    const at = (grain: Grain) =>
      [...new Set(months.map((month) => periodOf(month, grain)))].flatMap((period) => {
        const within = months.filter((month) => periodOf(month, grain) === period).length
        return [of(period, 'OEM', monthly * within), of(period, 'SOCIAL', monthly * within)]
      })
    return { MONTH: at('MONTH'), QUARTER: at('QUARTER'), YEAR: at('YEAR') }
  }
  const shown = (rows: readonly MetricsRow[]) =>
    rows.filter(({ customers }) => !customers.isSuppressed).length

  it.each([
    [10, 'MONTH', 24],
    [9, 'QUARTER', 8],
    [3, 'YEAR', 2],
    [0, 'YEAR', 0],
  ])('counts %i customers a month by %s', (monthly, grain, cells) => {
    const result = coarsened(byGrain(monthly), months)

    expect(result.grain).toBe(grain)
    expect(shown(result.rows)).toBe(cells)
  })

  it('has nothing to say about nothing', () => {
    expect(coarsened({ MONTH: [], QUARTER: [], YEAR: [] }, months)).toMatchObject({
      grain: 'MONTH',
      rows: [],
    })
  })
})
