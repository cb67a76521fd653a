import { monthsBack, periodOf, periodsOf } from './periods.js'

describe('periods', () => {
  it('go back over the turn of the year, the latest first', () => {
    expect(monthsBack('2026-02', 4)).toEqual(['2026-02', '2026-01', '2025-12', '2025-11'])
  })

  it.each([
    ['2026-01', '2026-Q1'],
    ['2026-03', '2026-Q1'],
    ['2026-04', '2026-Q2'],
    ['2026-12', '2026-Q4'],
  ])('put %s into %s', (month, quarter) => {
    expect(periodOf(month, 'QUARTER')).toBe(quarter)
    expect(periodOf(month, 'YEAR')).toBe('2026')
  })

  it('name each period once, in the order of the months', () => {
    const months = monthsBack('2026-02', 12)

    expect(periodsOf(months, 'MONTH')).toEqual(months)
    expect(periodsOf(months, 'QUARTER')).toEqual(['2026-Q1', '2025-Q4', '2025-Q3', '2025-Q2', '2025-Q1'])
    expect(periodsOf(months, 'YEAR')).toEqual(['2026', '2025'])
  })
})
