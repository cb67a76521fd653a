import { invalid } from '../errors/index.js'

/** The reason of a deed, in one's own words. @throws {DomainError} REASON_REQUIRED - it does not have 10 to 500 characters. */
export function demandReason(text: string | null | undefined, field = 'reason'): string {
  const reason = (text ?? '').trim()
  const { length } = [...reason] // code points, as the database counts
  if (length >= 10 && length <= 500 && !/[^\P{Cc}\n]|\p{Surrogate}/u.test(reason)) return reason
  throw invalid('REASON_REQUIRED', { field: [field] })
}
