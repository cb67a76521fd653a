import fc from 'fast-check'
import { formatOpeningHours, type OpeningTimes, parseOpeningHours, weekdays } from './opening-hours.js'

const normal = (text: string) => {
  const rows = parseOpeningHours(text)
  return rows && formatOpeningHours(rows)
}

describe('opening hours', () => {
  it.each([
    ['Mo-Fr 08:00-17:30; Sa 08:30-13:00', 'Mo-Fr 08:00-17:30; Sa 08:30-13:00'],
    [' Sa 08:30-13:00 ;Mo,Tu,We 08:00-17:00', 'Mo-We 08:00-17:00; Sa 08:30-13:00'],
    ['Mo 13:00-17:00,08:00-12:00', 'Mo 08:00-12:00,13:00-17:00'],
    ['Mo,We 08:00-17:00', 'Mo 08:00-17:00; We 08:00-17:00'],
    ['Su 00:00-24:00', 'Su 00:00-24:00'],
  ])('%j are %j', (written, expected) => {
    expect(normal(written)).toBe(expected)
  })

  it.each([
    '',
    ';',
    'Mo',
    'Mo-Fr',
    '08:00-17:00',
    'Mon 08:00-17:00',
    'Fr-Mo 08:00-17:00',
    'Mo 8:00-17:00',
    'Mo 17:00-08:00',
    'Mo 08:00-08:00',
    'Mo 24:00-24:00',
    'Mo 08:00-25:00',
    'Mo 08:00-12:00,11:00-13:00',
    'Mo 08:00-12:00,12:00-13:00',
    'Mo-We 08:00-17:00; Tu 09:00-10:00',
    'Mo 08:00-17:00 off',
    'Mo 01:00-02:00,03:00-04:00,05:00-06:00,07:00-08:00,09:00-10:00',
    'by appointment',
  ])('are not guessed from %j', (written) => {
    expect(parseOpeningHours(written)).toBeNull()
  })

  it('come back as they went, whatever they are', () => {
    const minutes = fc.uniqueArray(fc.integer({ min: 0, max: 1440 }), { minLength: 2, maxLength: 8 })
    const clock = (minute: number) =>
      `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`
    const day = minutes.map((given) => {
      const sorted = given.sort((left, right) => left - right)
      return sorted.flatMap((opens, index) =>
        index % 2 === 0 && sorted[index + 1] !== undefined
          ? [{ opens: clock(opens), closes: clock(sorted[index + 1] ?? 0) }]
          : [],
      )
    })
    const week = fc.array(fc.option(day), { minLength: 7, maxLength: 7 }).filter((days) => days.some(Boolean))

    fc.assert(
      fc.property(week, (days) => {
        const rows: OpeningTimes[] = weekdays.flatMap((name, index) =>
          (days[index] ?? []).map((times) => ({ day: name, ...times })),
        )
        expect(parseOpeningHours(formatOpeningHours(rows))).toEqual(rows)
      }),
    )
  })
})
