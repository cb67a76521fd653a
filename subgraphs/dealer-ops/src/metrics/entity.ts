/** How long a period is, the shortest first. */
export const grains = ['MONTH', 'QUARTER', 'YEAR'] as const

/** How long a period is. */
export type Grain = (typeof grains)[number]

/** What is counted of one source in one period. */
export interface Count {
  readonly period: string
  readonly source: string
  readonly leads: number
  readonly customers: number
  readonly won: number
  readonly wonCustomers: number
}

/** Counts as the statement gives them: every grain at once. */
export interface CountRow extends Count {
  readonly grain: Grain
}

/** One number as it is shown. */
export interface Cell {
  readonly value: number | null
  readonly isSuppressed: boolean
  readonly reason: 'SMALL_CELL' | null
}

/** One row as it is shown. */
export interface MetricsRow {
  readonly period: string
  readonly source: string
  readonly leadsReceived: Cell
  readonly won: Cell
  readonly customers: Cell
}
