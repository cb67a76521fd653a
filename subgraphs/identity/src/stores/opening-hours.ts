/** Days of the week as texts of opening hours name them, Monday first. */
export const weekdays = ['Mo', 'Tu', 'We', 'Th', 'Fr', 'Sa', 'Su'] as const

/** A day of the week. */
export type Weekday = (typeof weekdays)[number]

/** One stretch of time that a store is open. Local time, `HH:MM`; `24:00` is the end of the day. */
export interface OpeningTimes {
  readonly day: Weekday
  readonly opens: string
  readonly closes: string
}

const time = '(?:[01]\\d|2[0-3]):[0-5]\\d'
const stretch = new RegExp(`^(${time})-(${time}|24:00)$`)
const MOST_STRETCHES = 4
const names: readonly string[] = weekdays

/** The days of `Mo-Fr,Su`; null when they are none, or run backwards. */
function daysOf(text: string): readonly Weekday[] | null {
  const days: Weekday[] = []
  for (const part of text.split(',')) {
    const [first = '', last = first, ...rest] = part.split('-')
    const from = names.indexOf(first)
    const to = names.indexOf(last)
    if (from < 0 || to < from || rest.length > 0) return null
    days.push(...weekdays.slice(from, to + 1))
  }
  return days
}

/** The stretches of `08:00-12:00,13:00-17:30`, one after the other; null when they are none, or overlap. */
function stretchesOf(text: string): readonly (readonly [string, string])[] | null {
  const stretches: (readonly [string, string])[] = []
  for (const part of text.split(',')) {
    const [, opens, closes] = stretch.exec(part) ?? []
    if (!opens || !closes || opens >= closes) return null
    stretches.push([opens, closes])
  }
  stretches.sort(([left], [right]) => (left < right ? -1 : 1))
  const overlaps = stretches.some(([opens], index) => index > 0 && opens <= (stretches[index - 1]?.[1] ?? ''))
  return overlaps || stretches.length > MOST_STRETCHES ? null : stretches
}

/**
 * Reads opening hours such as `Mo-Fr 08:00-17:30; Sa 08:30-13:00`: rules of days and times, each day in one rule at
 * most, at most 4 stretches a day; a day without a rule is closed. Rows come in the order of the week.
 *
 * @returns null when the text says anything else: hours are never guessed.
 */
export function parseOpeningHours(text: string): readonly OpeningTimes[] | null {
  const known = new Map<Weekday, readonly (readonly [string, string])[]>()
  for (const rule of text.trim().split(/ *; */)) {
    const [days = '', times = '', ...rest] = rule.split(/ +/)
    const [on, open] = [daysOf(days), stretchesOf(times)]
    if (!on || !open || rest.length > 0) return null
    for (const day of on) {
      if (known.has(day)) return null
      known.set(day, open)
    }
  }
  return weekdays.flatMap((day) => (known.get(day) ?? []).map(([opens, closes]) => ({ day, opens, closes })))
}

/** Writes opening hours in the one form there is for them: days that follow each other and are alike in one rule. */
export function formatOpeningHours(rows: readonly OpeningTimes[]): string {
  const rules: { days: [Weekday, Weekday]; times: string; last: number }[] = []
  for (const [index, day] of weekdays.entries()) {
    const times = rows
      .filter((row) => row.day === day)
      .map(({ opens, closes }) => `${opens}-${closes}`)
      .join(',')
    if (times === '') continue
    const before = rules.at(-1)
    if (before?.times === times && before.last === index - 1) {
      before.days[1] = day
      before.last = index
    } else rules.push({ days: [day, day], times, last: index })
  }
  return rules
    .map(({ days: [from, to], times }) => `${from === to ? from : `${from}-${to}`} ${times}`)
    .join('; ')
}
