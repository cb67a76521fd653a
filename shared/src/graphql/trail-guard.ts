import type { DataClass } from '../access/index.js'
import type { TenantDatabase } from '../database/index.js'
import { conflict, type DomainError } from '../errors/index.js'
import type { Clock, RequestContext } from '../request/index.js'
import type { Log } from '../telemetry/index.js'

/** How far the log may be behind the trail before what only the log makes acceptable is refused. */
export interface TrailLimits {
  /** Age of the oldest event without a leaf. */
  readonly seconds: number
  /** Events without a leaf. */
  readonly events: number
}

/** An hour, or a million events. */
export const trailLimits: TrailLimits = { seconds: 3600, events: 1_000_000 }

/** Between two looks at the lag, in milliseconds: while all is well, and while people are kept waiting. */
const LOOK_EVERY_MS = { keepingUp: 10_000, behind: 1_000 } as const

/**
 * Whether the log is too far behind the trail. One statement every ten seconds at most, and while the log keeps up
 * only the first request ever waits for it: what was found last is answered meanwhile, also while the database does not
 * answer. While the log is behind, each second one request looks whether it still is, so nobody is refused for longer.
 */
export class TrailGuard {
  private isBehind = false
  private lookedAt = Number.NEGATIVE_INFINITY
  private looking: Promise<void> | null = null
  private hasLooked = false

  constructor(
    private readonly database: Pick<TenantDatabase, 'probe'>,
    private readonly clock: Clock,
    private readonly log: Log,
    private readonly limits: TrailLimits = trailLimits,
  ) {}

  /** Whether it is; at most ten seconds and one request old. */
  async check(): Promise<boolean> {
    const now = this.clock.now().getTime()
    const pause = this.isBehind ? LOOK_EVERY_MS.behind : LOOK_EVERY_MS.keepingUp
    if (!this.looking && now - this.lookedAt >= pause) {
      this.lookedAt = now
      this.looking = this.look().finally(() => {
        this.looking = null
      })
    }
    if (!this.hasLooked || this.isBehind) await this.looking
    return this.isBehind
  }

  private async look(): Promise<void> {
    const { seconds, events } = this.limits
    try {
      const [lag] = await this.database.probe<{ seconds: number; events: string }>(
        `select seconds, events from audit.trail_lag(${events})`,
      )
      const wasBehind = this.isBehind
      this.isBehind = lag !== undefined && (lag.seconds > seconds || Number(lag.events) >= events)
      if (this.isBehind !== wasBehind)
        this.log.warn(this.isBehind ? 'trail.behind' : 'trail.caughtUp', { seconds: lag?.seconds ?? 0 })
      this.hasLooked = true
    } catch (error) {
      this.log.error('trail.unknown', error)
    }
  }
}

/** What of a request decides whether it has to wait. */
interface TrailContext extends Pick<RequestContext, 'isTrailBehind'> {
  readonly actor: { readonly grant: unknown }
}

/** Classes that tell of a person: who reads them must be provable. */
const personal: ReadonlySet<DataClass> = new Set<DataClass>([
  'CONTACT',
  'IDENTITY',
  'FINANCIAL',
  'BODY',
  'BEHAVIOUR',
])

/** Deeds by which support access begins. */
const beginsSupport: ReadonlySet<string> = new Set([
  'supportSessionStart',
  'supportGrantTakeUp',
  'breakGlassStart',
])

/** What ends support access, or tells of a fault: never refused. */
const alwaysFree: ReadonlySet<string> = new Set(['supportGrantRevoke', 'incidentReport'])

/**
 * Why a field is not answered while the log is too far behind: support sees nothing, and nobody reads of a person. What
 * trade does goes on, and its answers with it. Null when it is answered.
 */
export function refusedRead(
  context: TrailContext,
  dataClass: DataClass,
  operation: string,
): DomainError | null {
  if (!context.isTrailBehind || operation !== 'query') return null
  return context.actor.grant || personal.has(dataClass) ? conflict('TRAIL_BEHIND') : null
}

/** Why a deed is not done while the log is too far behind; null when it is. */
export function refusedDeed(context: TrailContext, mutation: string): DomainError | null {
  if (!context.isTrailBehind || alwaysFree.has(mutation)) return null
  return context.actor.grant || beginsSupport.has(mutation) ? conflict('TRAIL_BEHIND') : null
}
