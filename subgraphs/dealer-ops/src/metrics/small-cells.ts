import { type Cell, type Count, type Grain, grains, type MetricsRow } from './entity.js'
import { periodsOf } from './periods.js'

/** Fewest different customers that a number may count, for whoever sees no exact numbers. */
export const FEWEST = 10

/** Numbers that are not exact are rounded to a multiple of this. */
export const ROUNDED_TO = 5

/** Numbers by line and column: periods down, sources across. */
type Table = readonly (readonly number[])[]

/** Which numbers of a table are hidden. */
type Mask = readonly (readonly boolean[])[]

/** A table of counts and its labels. */
export interface Counts {
  readonly periods: readonly string[]
  readonly sources: readonly string[]
  /** One for each pair of period and source; nothing came where there was none. */
  at(period: string, source: string): Count
}

/** Puts counts where they belong; a pair that is missing counts zero. */
export function tableOf(counts: readonly Count[], periods: readonly string[]): Counts {
  const known = new Map(counts.map((count) => [`${count.period}|${count.source}`, count]))
  const zero = { leads: 0, customers: 0, won: 0, wonCustomers: 0 }
  const sources = [...new Set(counts.map(({ source }) => source))].sort()
  const at = (period: string, source: string) =>
    known.get(`${period}|${source}`) ?? { period, source, ...zero }
  return { periods, sources, at }
}

/** The place of the only hidden number of a line that has others, or -1. */
const loneOf = (line: readonly boolean[]): number =>
  line.length > 1 && line.filter(Boolean).length === 1 ? line.indexOf(true) : -1

const columnOf = <T>(table: readonly (readonly T[])[], column: number): readonly T[] =>
  table.flatMap((line) => line.slice(column, column + 1))

/** The place of the smallest number that is still shown. */
function smallestShown(numbers: readonly number[], hidden: readonly boolean[]): number {
  const shown = numbers.flatMap((value, place) => (hidden[place] ? [] : [{ value, place }]))
  return shown.reduce((least, one) => (one.value < least.value ? one : least), {
    value: Number.POSITIVE_INFINITY,
    place: -1,
  }).place
}

/** The next number to hide so that no line or column keeps a lone hidden one, or null when there is none. */
function nextToHide(numbers: Table, hidden: Mask): { line: number; column: number } | null {
  for (const [line, mask] of hidden.entries())
    if (loneOf(mask) >= 0) return { line, column: smallestShown(numbers[line] ?? [], mask) }
  const width = hidden[0]?.length ?? 0
  for (let column = 0; column < width; column++) {
    const mask = columnOf(hidden, column)
    if (loneOf(mask) >= 0) return { line: smallestShown(columnOf(numbers, column), mask), column }
  }
  return null
}

/**
 * Hides more numbers until no line and no column has a single hidden one: it could be told from the total of the line
 * or column, which somebody may know. The smallest is taken first, because it is missed least.
 */
export function complement(numbers: Table, small: Mask): Mask {
  const hidden = small.map((line) => [...line])
  for (let next = nextToHide(numbers, hidden); next; next = nextToHide(numbers, hidden)) {
    const line = hidden[next.line]
    if (line) line[next.column] = true
  }
  return hidden
}

/** A number as it is shown to whoever sees no exact ones. */
export const roundedCell = (value: number, isHidden: boolean): Cell =>
  isHidden
    ? { value: null, isSuppressed: true, reason: 'SMALL_CELL' }
    : { value: Math.round(value / ROUNDED_TO) * ROUNDED_TO, isSuppressed: false, reason: null }

/** A number as it is shown to whoever sees all of it. */
export const exactCell = (value: number): Cell => ({ value, isSuppressed: false, reason: null })

const each = <T>({ periods, sources, at }: Counts, read: (count: Count) => T): readonly (readonly T[])[] =>
  periods.map((period) => sources.map((source) => read(at(period, source))))

/** Too few won, or too few did not: either would tell something about nearly everybody who is counted. */
const isSmallWon = ({ customers, wonCustomers }: Count): boolean =>
  wonCustomers < FEWEST || customers - wonCustomers < FEWEST

/** The rows of a table with small numbers hidden and the others rounded, and the share of numbers that is hidden. */
export function suppressed(counts: Counts): { readonly rows: readonly MetricsRow[]; readonly share: number } {
  const few = each(counts, ({ customers }) => customers < FEWEST)
  const hidden = complement(
    each(counts, ({ customers }) => customers),
    few,
  )
  const hiddenWon = complement(
    each(counts, ({ won }) => won),
    each(counts, isSmallWon),
  )
  const rows = counts.periods.flatMap((period, line) =>
    counts.sources.map((source, column) => {
      const { leads, customers, won } = counts.at(period, source)
      const isHidden = hidden[line]?.[column] ?? true
      return {
        period,
        source,
        leadsReceived: roundedCell(leads, isHidden),
        won: roundedCell(won, hiddenWon[line]?.[column] ?? true),
        customers: roundedCell(customers, isHidden),
      }
    }),
  )
  const share = rows.filter(({ customers }) => customers.isSuppressed).length / Math.max(rows.length, 1)
  return { rows, share }
}

/** The rows of a table as they are. */
export const exact = (counts: Counts): readonly MetricsRow[] =>
  each(counts, ({ period, source, leads, customers, won }) => ({
    period,
    source,
    leadsReceived: exactCell(leads),
    won: exactCell(won),
    customers: exactCell(customers),
  })).flat()

/**
 * Rows at the finest grain at which no more than half of the numbers are hidden, or by year when there is none.
 * @param byGrain - the same leads counted by month, quarter and year.
 * @param months - every month of the window, whatever part of it is asked for: the choice and what is hidden must not
 *   depend on the question, or the difference of two answers would tell a hidden number.
 */
export function coarsened(
  byGrain: Readonly<Record<Grain, readonly Count[]>>,
  months: readonly string[],
): { readonly grain: Grain; readonly rows: readonly MetricsRow[] } {
  const at = (grain: Grain) => ({ grain, ...suppressed(tableOf(byGrain[grain], periodsOf(months, grain))) })
  for (const grain of grains) {
    const { rows, share } = at(grain)
    if (share <= 0.5) return { grain, rows }
  }
  return at('YEAR')
}
