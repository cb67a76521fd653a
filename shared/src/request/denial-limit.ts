import type { Actor } from '../actor/index.js'
import type { TenantDatabase } from '../database/index.js'
import type { Log } from '../telemetry/index.js'

/** Denials that one actor can cause as often as he likes. */
export type RepeatableDenial = 'access.denied' | 'access.refused'

/** What a limit needs. */
export interface DenialLimitParts {
  readonly database: TenantDatabase
  readonly log: Log
  readonly clock: { now(): Date }
  /** Events of their own for each actor and kind in a minute; default 20. */
  readonly perMinute?: number | undefined
}

/** The denials of one actor in one minute. */
interface Minute {
  readonly action: RepeatableDenial
  /** Unix milliseconds. */
  readonly since: number
  until: number
  admitted: number
  /** Not told one by one. */
  repeated: number
  /** Of the latest of them. */
  seal: string
}

const MINUTE_MS = 60_000
const USUAL_PER_MINUTE = 20
/** Actors that are counted at once. Denials of any further ones are events of their own. */
const MOST_MINUTES = 10_000
/** Milliseconds between two looks for minutes that are over. */
const SWEEP_MS = 5_000
/** Milliseconds for which the database takes the seal of a count, less some. */
const LONGEST_LATE_MS = 4 * MINUTE_MS
const MOST_AT_ONCE = 50

/**
 * Keeps an actor from filling the trail: the first 20 denials of a kind in a minute are an event each, the further ones
 * become one event with their count when the minute is over, and when the process stops. A process that is killed loses
 * the count of its last minute. Under a support grant each one stays an event: its receipt counts them.
 */
export class DenialLimit {
  private readonly minutes = new Map<string, Minute>()
  private unwritten: Minute[] = []
  private timer: NodeJS.Timeout | null = null

  constructor(private readonly parts: DenialLimitParts) {}

  /** Whether a denial is to be an event of its own. */
  admits(actor: Actor, seal: string, action: RepeatableDenial): boolean {
    if (actor.grant) return true
    const now = this.parts.clock.now().getTime()
    const key = `${actor.tenantId}|${actor.id}|${actor.principal}|${action}`
    const minute = this.minuteOf(key, action, now)
    if (!minute) return true
    if (minute.admitted < (this.parts.perMinute ?? USUAL_PER_MINUTE)) {
      minute.admitted += 1
      return true
    }
    minute.repeated += 1
    minute.until = now
    minute.seal = seal
    this.timer ??= setInterval(() => void this.settle(), SWEEP_MS).unref()
    return false
  }

  /** Writes the counts of all minutes that are over. */
  async settle(): Promise<void> {
    const now = this.parts.clock.now().getTime()
    this.endMinutes((minute) => now - minute.since >= MINUTE_MS)
    await this.write(now)
    if (this.minutes.size > 0 || this.unwritten.length > 0 || !this.timer) return
    clearInterval(this.timer)
    this.timer = null
  }

  /** Writes every count there is, for a process that stops. */
  async close(): Promise<void> {
    if (this.timer) clearInterval(this.timer)
    this.timer = null
    this.endMinutes(() => true)
    await this.write(this.parts.clock.now().getTime())
    if (this.unwritten.length > 0) this.lose(this.unwritten)
    this.unwritten = []
  }

  private minuteOf(key: string, action: RepeatableDenial, now: number): Minute | null {
    const known = this.minutes.get(key)
    if (known && now - known.since < MINUTE_MS) return known
    if (known) this.end(key, known)
    else if (this.minutes.size >= MOST_MINUTES) {
      this.endMinutes((minute) => now - minute.since >= MINUTE_MS)
      if (this.minutes.size >= MOST_MINUTES) return null
    }
    const minute = { action, since: now, until: now, admitted: 0, repeated: 0, seal: '' }
    this.minutes.set(key, minute)
    return minute
  }

  private endMinutes(isOver: (minute: Minute) => boolean): void {
    for (const [key, minute] of this.minutes) if (isOver(minute)) this.end(key, minute)
  }

  private end(key: string, minute: Minute): void {
    this.minutes.delete(key)
    if (minute.repeated > 0) this.unwritten.push(minute)
  }

  private async write(now: number): Promise<void> {
    const due = this.unwritten
    this.unwritten = []
    for (let at = 0; at < due.length; at += MOST_AT_ONCE) {
      const some = due.slice(at, at + MOST_AT_ONCE)
      try {
        this.lose(await this.record(some))
      } catch (error) {
        this.parts.log.error('denials.unwritten', error, { counts: some.length })
        const isLate = (minute: Minute) => now - minute.until > LONGEST_LATE_MS
        this.lose(some.filter(isLate))
        this.unwritten.push(...some.filter((minute) => !isLate(minute)))
      }
    }
  }

  /** @returns those whose seal the database does not take any more. */
  private async record(minutes: readonly Minute[]): Promise<readonly Minute[]> {
    const [row] = await this.parts.database.append<{ written: readonly boolean[] }>(RECORD, [
      minutes.map(({ seal }) => seal),
      minutes.map(({ action }) => action),
      minutes.map(({ repeated, since, until }) =>
        JSON.stringify({
          repeated,
          since: new Date(since).toISOString(),
          until: new Date(until).toISOString(),
        }),
      ),
    ])
    return minutes.filter((_minute, place) => !row?.written[place])
  }

  private lose(minutes: readonly Minute[]): void {
    if (minutes.length === 0) return
    const denials = minutes.reduce((sum, { repeated }) => sum + repeated, 0)
    this.parts.log.error('denials.lost', undefined, { counts: minutes.length, denials })
  }
}

const RECORD = `select audit.record_repeated_denials($1, $2, $3) as written`
