import type { Random } from './random.js'

/** One minute in milliseconds. All instants of the demo are milliseconds of the epoch, whole minutes. */
export const minute = 60_000
/** One hour in milliseconds. */
export const hour = 60 * minute
/** One day in milliseconds. */
export const day = 24 * hour
/** South Africa and Namibia are two hours ahead of UTC, all year. */
export const offset = 2 * hour

/** From `start` on, before `end`. */
export interface Period {
  readonly start: number
  readonly end: number
}

const season = [0.92, 0.95, 1.05, 0.93, 0.98, 0.97, 1.03, 1.02, 1.06, 1.07, 1.12, 0.9]
const weekdays = [0.42, 1.08, 1.08, 1.08, 1.08, 1.08, 0.75] // Sunday first

/** Two peaks, 10 to 12 and 19 to 21; with the weekdays above 38 % fall outside store hours. */
const hours = [
  0.2, 0.1, 0.1, 0.1, 0.1, 0.3, 0.8, 1.5, 5, 7, 10, 10, 8, 6, 6, 6.5, 6, 4, 4, 7, 7, 4, 1.5, 0.6,
].map((weight, at) => [at, weight] as const)

/**
 * When leads of a period arrive: by season, weekday and hour, local time. Sorted, to the minute.
 *
 * @param count - how many.
 */
export function arrivalTimes(random: Random, period: Period, count: number): number[] {
  const days = daysOf(period)
  const total = days.at(-1)?.until ?? 0
  const times: number[] = []
  while (times.length < count) {
    const start = dayAt(days, random.unit() * total)
    const at = start + random.weighted(hours) * hour + random.below(60) * minute
    if (at >= period.start && at < period.end) times.push(at)
  }
  return times.sort((left, right) => left - right)
}

type WeightedDay = { start: number; until: number }

/** Local days of the period with the sum of the weights up to and with each. */
function daysOf(period: Period): WeightedDay[] {
  const days: WeightedDay[] = []
  let until = 0
  const first = Math.floor((period.start + offset) / day) * day - offset
  for (let start = first; start < period.end; start += day) {
    const local = new Date(start + offset)
    until += (season[local.getUTCMonth()] ?? 1) * (weekdays[local.getUTCDay()] ?? 1)
    days.push({ start, until })
  }
  return days
}

function dayAt(days: readonly WeightedDay[], weight: number): number {
  let [low, high] = [0, days.length - 1]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((days[middle]?.until ?? 0) > weight) high = middle
    else low = middle + 1
  }
  return days[low]?.start ?? 0
}
