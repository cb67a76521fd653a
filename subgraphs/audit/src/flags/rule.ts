import type { LoggedEvent } from '../followers/index.js'

/** How bad a flag is taken to be before somebody looks. */
export type FlagSeverity = 'LOW' | 'MEDIUM' | 'HIGH' | 'CRITICAL'

/** What a rule may know besides the event. */
export interface Surroundings {
  /** Hour of day, 0 to 23, where the event happened: at its store, or where most stores of the group are. */
  localHour(event: LoggedEvent): number
  /** Stores of a support grant; null for one that was never seen to begin. */
  grantStores(tenantId: string, grantId: string): readonly string[] | null
}

/** One event that counts for a rule. */
export interface Hit {
  /** Whom or what is counted together, at most 80 characters: an id, never a name. */
  readonly about: string
  /** How much it counts; at least 1. */
  readonly weight: number
}

/**
 * A rule: which events count, whom for, and how many within which time are too many. Pure, so that a trail that is read
 * again raises the same flags.
 */
export interface FlagRule {
  /** Never changes meaning; another meaning is another version. */
  readonly id: string
  readonly version: number
  readonly severity: FlagSeverity
  /** What it finds, as people read it. */
  readonly description: string
  /** Seconds that are counted together. */
  readonly window: number
  /** Weight within the window from which on a flag is raised. */
  readonly threshold: number
  look(event: LoggedEvent, around: Surroundings): Hit | null
}
