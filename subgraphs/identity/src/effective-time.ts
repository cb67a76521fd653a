import { invalid } from '@autora/shared/errors'

/** How far ahead a policy or rule may be dated, in days. */
export const MOST_DAYS_AHEAD = 90

/**
 * When something that is published now begins to hold.
 *
 * @param wanted - null: at once.
 * @throws {DomainError} INVALID - the time has passed or lies more than `MOST_DAYS_AHEAD` days ahead.
 */
export function effectiveTime(wanted: Date | null | undefined, now: Date): Date {
  if (!wanted) return now
  const ahead = wanted.getTime() - now.getTime()
  if (ahead >= 0 && ahead <= MOST_DAYS_AHEAD * 86_400_000) return wanted
  throw invalid('INVALID', {
    field: ['effectiveFrom'],
    message: `effectiveFrom must lie in the future, at most ${MOST_DAYS_AHEAD} days ahead.`,
  })
}
