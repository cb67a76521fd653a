import type { LoggedEvent } from '../followers/index.js'
import type { Surroundings } from './rule.js'

/** Where nothing else is known: where the platform is. */
export const PLATFORM_ZONE = 'Africa/Johannesburg'

/** A store and its time zone, as IANA names it. */
export interface StoreZone {
  readonly tenantId: string
  readonly storeId: string
  readonly zone: string
}

const formats = new Map<string, Intl.DateTimeFormat>()

/** Hour of day in a time zone, 0 to 23. */
function hourIn(zone: string, at: Date): number {
  let format = formats.get(zone)
  if (!format) {
    format = new Intl.DateTimeFormat('en-ZA', { timeZone: zone, hour: 'numeric', hourCycle: 'h23' })
    formats.set(zone, format)
  }
  return Number(format.format(at))
}

/** What rules know besides an event, of the stores and grants there are. */
export class KnownSurroundings implements Surroundings {
  private readonly ofStore = new Map<string, string>()
  private readonly ofTenant = new Map<string, string>()
  private readonly grants = new Map<string, readonly string[]>()

  constructor(zones: readonly StoreZone[]) {
    const most = new Map<string, Map<string, number>>()
    for (const { tenantId, storeId, zone } of zones) {
      this.ofStore.set(storeId, zone)
      const counts = most.get(tenantId) ?? new Map<string, number>()
      most.set(tenantId, counts.set(zone, (counts.get(zone) ?? 0) + 1))
    }
    for (const [tenantId, counts] of most) {
      const [usual] = [...counts].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1))
      if (usual) this.ofTenant.set(tenantId, usual[0])
    }
  }

  /** Remembers the stores of a grant. */
  grant(tenantId: string, grantId: string, stores: readonly string[]): void {
    this.grants.set(`${tenantId}/${grantId}`, stores)
  }

  grantStores(tenantId: string, grantId: string): readonly string[] | null {
    return this.grants.get(`${tenantId}/${grantId}`) ?? null
  }

  localHour({ storeId, tenantId, recordedAt }: LoggedEvent): number {
    const zone = (storeId && this.ofStore.get(storeId)) ?? this.ofTenant.get(tenantId) ?? PLATFORM_ZONE
    return hourIn(zone, recordedAt)
  }
}
