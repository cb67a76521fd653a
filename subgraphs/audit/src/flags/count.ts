import type { FlagRule, Hit } from './rule.js'

/** Parts into which a window is counted: what is older than the window by a part at most still counts. */
const PARTS = 10

/** What was counted in one part of the time: when it began (Unix seconds), how much, and by which event first. */
type Part = readonly [start: number, weight: number, first: string]

/** What a rule remembers of somebody: at most eleven parts, and the flag that was raised last. */
export interface RuleState {
  readonly parts: readonly Part[]
  readonly flag: { readonly first: string; readonly until: number } | null
}

/** Somebody who was never counted. */
export const emptyState: RuleState = { parts: [], flag: null }

/** What became of one hit. */
export interface Counted {
  readonly state: RuleState
  /**
   * The flag this hit raises or adds to: made known by the event it began with. `amount` is what is added to it, all of
   * the window for a new one.
   */
  readonly raised: { readonly first: string; readonly amount: number; readonly isNew: boolean } | null
}

/**
 * Counts one hit. Pure: the same state and hit give the same answer. A flag takes every further hit that comes within a
 * window after the last one, and a later one begins another flag.
 *
 * @param at - when the event was recorded.
 * @param eventId - the event's number in the trail of its tenant.
 */
export function count(
  state: RuleState,
  hit: Hit,
  {
    rule,
    at,
    eventId,
  }: { readonly rule: Pick<FlagRule, 'window' | 'threshold'>; readonly at: Date; readonly eventId: string },
): Counted {
  const now = at.getTime() / 1000
  if (state.flag && now <= state.flag.until) {
    const { first } = state.flag
    return {
      state: { parts: [], flag: { first, until: now + rule.window } },
      raised: { first, amount: hit.weight, isNew: false },
    }
  }
  const width = rule.window / PARTS
  const start = Math.floor(now / width) * width
  const kept = state.parts.filter((part) => part[0] + width > now - rule.window)
  const last = kept.at(-1)
  const parts: Part[] =
    last && last[0] === start
      ? [...kept.slice(0, -1), [start, last[1] + hit.weight, last[2]]]
      : [...kept, [start, hit.weight, eventId]]
  const amount = parts.reduce((sum, part) => sum + part[1], 0)
  if (amount < rule.threshold) return { state: { parts, flag: null }, raised: null }
  const first = parts[0]?.[2] ?? eventId
  return {
    state: { parts: [], flag: { first, until: now + rule.window } },
    raised: { first, amount, isNew: true },
  }
}
