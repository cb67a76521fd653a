import { sinceFirst } from './service.js'

describe('the months that are looked at', () => {
  it('begin with the first lead: empty months before it would hide the numbers beside them', () => {
    const months = ['2026-11', '2026-10', '2026-09', '2026-08']
    const count = (period: string) => ({
      period,
      source: 'WEBSITE',
      leads: 1,
      customers: 1,
      won: 0,
      wonCustomers: 0,
    })

    expect(sinceFirst(months, [count('2026-11'), count('2026-10')])).toEqual(['2026-11', '2026-10'])
    expect(sinceFirst(months, [])).toEqual([])
  })
})
