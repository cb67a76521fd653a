import type { Grain } from './entity.js'

const two = (month: number) => String(month).padStart(2, '0')

/** The latest `count` months, the latest first. @param latest - such as `2026-11`. */
export function monthsBack(latest: string, count: number): readonly string[] {
  const [year = 0, month = 1] = latest.split('-').map(Number)
  return Array.from({ length: count }, (_, back) => {
    const months = year * 12 + month - 1 - back
    return `${Math.floor(months / 12)}-${two((months % 12) + 1)}`
  })
}

/** The period that a month lies in: `2026-11` lies in `2026-Q4` and `2026`. */
export function periodOf(month: string, grain: Grain): string {
  const [year = '', number = '1'] = month.split('-')
  if (grain === 'MONTH') return month
  return grain === 'YEAR' ? year : `${year}-Q${Math.ceil(Number(number) / 3)}`
}

/** The periods that months lie in, in the order of the months. */
export const periodsOf = (months: readonly string[], grain: Grain): readonly string[] => [
  ...new Set(months.map((month) => periodOf(month, grain))),
]
