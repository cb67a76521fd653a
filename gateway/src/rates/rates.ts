import { isIPv4 } from 'node:net'
import type { Actor } from '@autora/shared/actor'
import type { Log } from '@autora/shared/telemetry'
import { Refusal } from '../answers/index.js'
import { MemoryRateStore, type RateStore } from './rate-store.js'

/** Lengths of windows in seconds. A rate per second is averaged, so that a short burst is no offence. */
export const windows = { second: 10, day: 86_400, minute: 60 } as const

/** Reports of leaked keys that one address may send in a minute. */
const REPORTS_PER_MINUTE = 10

/** Pieces of the public log that one address may read in a minute: 150,000 batches, a fortnight and more. */
const PIECES_PER_MINUTE = 600

/** One limit: so many requests in a window. */
interface Limit {
  /** What is counted. */
  readonly name: string
  /** How the limit is called in the answer. */
  readonly policy: string
  readonly most: number
  readonly seconds: number
}

/**
 * The refusal of a request too many, with the fields of draft-ietf-httpapi-ratelimit-headers-10: `q` requests in `w`
 * seconds, `r` left, `t` seconds until there are more.
 */
function tooMany({ policy, most, seconds }: Limit, msLeft: number): Refusal {
  const wait = Math.max(1, Math.ceil(msLeft / 1_000))
  return new Refusal(429, 'TOO_MANY_REQUESTS', {
    headers: {
      'retry-after': String(wait),
      'ratelimit-policy': `"${policy}";q=${most};w=${seconds}`,
      ratelimit: `"${policy}";r=0;t=${wait}`,
    },
    logged: `RATE_${policy}`,
  })
}

/** Addresses of one holder: a single one of IPv4, a whole /64 of IPv6, which anybody gets. */
function neighbourhood(address: string | null): string {
  if (address === null) return 'unknown'
  if (isIPv4(address)) return address
  const [head = '', tail] = address.toLowerCase().split('::')
  const groups = head === '' ? [] : head.split(':')
  const rest = tail ? tail.split(':') : []
  const zeros = tail === undefined ? 0 : 8 - groups.length - rest.length
  const all = [...groups, ...Array.from({ length: Math.max(0, zeros) }, () => '0'), ...rest]
  return all
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')
}

/** How often somebody may ask. One HTTP request counts once, however much it asks for; what is in it has limits of its own. */
export class Rates {
  /** @param store - by default the memory of this process. */
  constructor(
    private readonly log: Log,
    private readonly store: RateStore = new MemoryRateStore(),
  ) {}

  /**
   * Counts a request of an API key: first against the key, then against all keys of its application together, so that a
   * key that has used itself up takes nothing from the others. People are not counted here.
   *
   * @throws {Refusal} 429 TOO_MANY_REQUESTS - with Retry-After.
   */
  async admit({ id, appId, key }: Actor): Promise<void> {
    if (!key) return
    const second = { seconds: windows.second, policy: 'second' } as const
    const day = { seconds: windows.day, policy: 'day' } as const
    await this.demand([
      { ...second, name: `key:${id}`, most: key.perSecond * windows.second },
      { ...day, name: `key:${id}`, most: key.perDay },
      { ...second, name: `app:${appId}`, policy: 'app-second', most: key.appPerSecond * windows.second },
      { ...day, name: `app:${appId}`, policy: 'app-day', most: key.appPerDay },
    ])
  }

  /** Counts a report of leaked keys. @throws {Refusal} 429 TOO_MANY_REQUESTS - with Retry-After. */
  async admitReport(address: string | null): Promise<void> {
    const limit = { seconds: windows.minute, policy: 'reports', most: REPORTS_PER_MINUTE }
    await this.demand([{ ...limit, name: `report:${neighbourhood(address)}` }])
  }

  /** Counts a piece of the public log that is read. @throws {Refusal} 429 TOO_MANY_REQUESTS - with Retry-After. */
  async admitReader(address: string | null): Promise<void> {
    const limit = { seconds: windows.minute, policy: 'public-log', most: PIECES_PER_MINUTE }
    await this.demand([{ ...limit, name: `reader:${neighbourhood(address)}` }])
  }

  /** Counts against one limit after the other, and stops at the first that is used up. */
  private async demand(limits: readonly Limit[]): Promise<void> {
    for (const limit of limits) {
      const { used, msLeft } = await this.store.count(limit.name, limit.seconds)
      if (used <= limit.most) continue
      if (used === limit.most + 1) this.log.warn('rate.usedUp', { name: limit.name, policy: limit.policy })
      throw tooMany(limit, msLeft)
    }
  }
}
