import { apportion } from './apportion.js'
import { type DemoNetwork, type DemoStore, groupBy, seedOf } from './network-shape.js'
import { profiles } from './profiles.js'
import { Random } from './random.js'
import { StoreCalendar } from './store-calendar.js'
import { volumeOf } from './volume.js'

/** How many rows a store gets, its special rows not counted. */
export interface StoreQuota {
  readonly leads: number
  readonly customers: number
  readonly conversations: number
  readonly appointments: number
}

/** A store with everything its rows are made of. */
export interface StoreWorld {
  readonly store: DemoStore
  /** Where the random numbers of the store begin. */
  readonly seed: string
  readonly quota: StoreQuota
  /** People in sales who work there now; never empty. */
  readonly sales: readonly string[]
  /** Names of people by their id. */
  readonly names: ReadonlyMap<string, string>
  readonly appId: string
  /** The key that delivers the partner's leads. */
  readonly keyId: string
  /** Median minutes until the store answers. */
  readonly answerMedian: number
  readonly calendar: StoreCalendar
}

/** What a special row takes from the totals of its profile. */
export type SpecialCounts = ReadonlyMap<string, StoreQuota>

/** Every store with its share of the profile's rows. @param special - per store id, rows made otherwise. */
export function storeWorlds(network: DemoNetwork, special: SpecialCounts): StoreWorld[] {
  const quotas = quotasOf(network, special)
  const names = new Map(network.users.map((user) => [user.id, user.displayName]))
  const active = new Set(network.users.filter((user) => user.status === 'ACTIVE').map((user) => user.id))
  const posts = groupBy(
    network.memberships.filter((one) => one.role === 'DEALER_SALES' && one.endedDaysAgo === null),
    (one) => one.storeId ?? '',
  )
  return network.stores.map((store, index): StoreWorld => {
    const seed = `${seedOf(network.profile)}/store/${store.code}`
    const key = network.apiKeys.find((one) => one.kind === 'STORE' && one.storeIds.includes(store.id))
    const quota = quotas[index]
    if (!key || !quota) throw new RangeError(`store ${store.code} has no key`)
    return {
      store,
      seed,
      quota,
      sales: (posts.get(store.id) ?? []).map((one) => one.userId).filter((id) => active.has(id)),
      names,
      appId: key.appId,
      keyId: key.id,
      answerMedian: Math.exp(new Random(`${seed}/answer`).between(Math.log(4), Math.log(240))),
      calendar: new StoreCalendar(quota.appointments),
    }
  })
}

function quotasOf(network: DemoNetwork, special: SpecialCounts): StoreQuota[] {
  const sizes = profiles[network.profile]
  const made = (count: keyof StoreQuota) =>
    [...special.values()].reduce((sum, counts) => sum + counts[count], 0)
  const leads = apportion(
    sizes.leads - made('leads'),
    network.stores.map((store) => volumeOf(network.profile, store)),
  )
  const customers = apportion(sizes.customers - made('customers'), leads)
  const conversations = apportion(sizes.conversations - made('conversations'), leads)
  const appointments = apportion(sizes.appointments - made('appointments'), leads)
  return leads.map((count, index) => ({
    leads: count,
    customers: customers[index] ?? 0,
    conversations: conversations[index] ?? 0,
    appointments: appointments[index] ?? 0,
  }))
}
