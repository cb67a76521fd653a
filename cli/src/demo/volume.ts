import { brandOf } from './brands.js'
import type { Province } from './group-plans.js'
import { type DemoStore, seedOf } from './network-shape.js'
import type { DemoProfile } from './profiles.js'
import { Random } from './random.js'

/** How much of the country's trade a province has; Namibia counts as one of the rest. */
const metro: Readonly<Record<Province, number>> = { GP: 0.42, WC: 0.19, KZN: 0.17, REST: 0.22, NA: 0.22 }

/**
 * How busy a store is, in proportion to the others: log-normal (sigma 0.65) × brand × metro. Brand and metro enter by
 * their square root, since strong brands and big cities also have more stores to share the trade.
 */
export function volumeOf(profile: DemoProfile, store: DemoStore): number {
  const normal = new Random(`${seedOf(profile)}/store/${store.code}/volume`).normal()
  const units = store.brands.reduce((sum, code) => sum + brandOf(code).units, 0)
  const luck = Math.exp(0.65 * Math.max(-1.5, Math.min(1.5, normal)))
  return luck * Math.sqrt(units) * Math.sqrt(metro[store.province])
}
