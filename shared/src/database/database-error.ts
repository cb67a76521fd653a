import { conflict, DomainError, forbidden, invalid, notFound } from '../errors/index.js'

/** A failure of the database itself: the client is told to come back, the log gets the cause. */
export class DatabaseUnavailable extends Error {
  constructor(cause: unknown) {
    super('the database does not answer', { cause })
    this.name = 'DatabaseUnavailable'
  }
}

/** Lost, full, shutting down, or stopped for taking too long: to come back is all a client can do. */
const unavailable = /^(08|0A000|53|55000|57014|57P0|25P03)|^(ECONN|ETIMEDOUT|EPIPE)/

/** How drivers say that a connection is gone: most of them have no code. */
const lost =
  /Connection terminated|not queryable|timeout exceeded when trying to connect|runner already released/i

const stateOf = (error: unknown): string => {
  const known = error as { code?: unknown; driverError?: { code?: unknown } } | null
  return String(known?.driverError?.code ?? known?.code ?? '')
}

/** Whether a statement failed because its kept plan is older than the schema (`cached plan must not change result type`). */
export const isStalePlan = (error: unknown): boolean => stateOf(error) === '0A000'

/**
 * Turns what PostgreSQL says into what the platform says. Neither a constraint's name nor a value leaves here: a
 * uniqueness error of another's row would otherwise tell that the row exists.
 *
 * @throws always: a DomainError, DatabaseUnavailable, or the error itself (masked further out).
 */
export function translateDatabaseError(error: unknown): never {
  if (error instanceof DomainError) throw error
  const state = stateOf(error)
  if (state === '23P01') throw conflict('TIME_TAKEN')
  if (state === '23505' || state === '40001' || state === '40P01') throw conflict('CONFLICT', {})
  if (state === '22021' || state === '22P05')
    throw invalid('BAD_USER_INPUT', { message: 'NUL characters are not accepted.' })
  if (state === '22P02' || state === '22007' || state === '22008') throw invalid('BAD_USER_INPUT')
  if (state === 'AU005') throw forbidden({ reason: 'CAPABILITY_MISSING' })
  if (state === 'AU007') throw conflict('GRANT_ALREADY_ACTIVE')
  if (state === 'AU021') throw conflict('SUBJECT_HELD')
  if (state === 'AU020') throw conflict('STATE_NOT_ALLOWED')
  if (state === 'AU006') throw conflict('GRANT_NOT_ACTIVE')
  const message = error instanceof Error ? error.message : ''
  // a reference to nothing and one across a wall are one answer: absent and foreign must not differ
  if (state === '23503' || (state === '42501' && /row-level security .*"(?!event")/.test(message)))
    throw notFound()
  if (unavailable.test(state) || lost.test(message)) throw new DatabaseUnavailable(error)
  throw error
}
