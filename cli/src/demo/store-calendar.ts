import { day, hour, offset } from './arrival-times.js'
import type { Random } from './random.js'

/** An hour of one resource of a store. */
export interface Slot {
  readonly resource: string
  readonly startsAt: number
  readonly endsAt: number
}

const kinds = ['Demo vehicle', 'Sales desk', 'Showroom']

/** The bookable hours of a store. Each is given away once, so appointments can never overlap. */
export class StoreCalendar {
  readonly #resources: readonly string[]
  readonly #taken = new Set<number>()

  /** @param expected - appointments of the whole period; the more, the more resources. */
  constructor(expected: number) {
    const each = 2 + Math.ceil(expected / 600)
    this.#resources = kinds.flatMap((kind) =>
      Array.from({ length: each }, (_, index) => `${kind} ${index + 1}`),
    )
  }

  /** Takes the first free business hour at or after `earliest`, on a resource of chance. */
  reserve(random: Random, earliest: number): Slot {
    const count = this.#resources.length
    for (let at = Math.ceil(earliest / hour); ; at += 1) {
      if (!isBusinessHour(at * hour)) continue
      const first = random.below(count)
      for (let step = 0; step < count; step += 1) {
        const index = (first + step) % count
        const key = at * count + index
        const resource = this.#resources[index]
        if (resource === undefined || this.#taken.has(key)) continue
        this.#taken.add(key)
        return { resource, startsAt: at * hour, endsAt: (at + 1) * hour }
      }
    }
  }
}

/** Monday to Friday 8 to 17, Saturday 9 to 13, local time. */
function isBusinessHour(at: number): boolean {
  const local = new Date(at + offset)
  const hourOfDay = Math.floor(((at + offset) % day) / hour)
  const weekday = local.getUTCDay()
  if (weekday === 0) return false
  return weekday === 6 ? hourOfDay >= 9 && hourOfDay < 13 : hourOfDay >= 8 && hourOfDay < 17
}
