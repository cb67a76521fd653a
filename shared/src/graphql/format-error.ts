import type { GraphQLFormattedError } from 'graphql'
import { GraphQLError } from 'graphql'
import { DatabaseUnavailable } from '../database/index.js'
import { codes, DomainError, type ErrorCode } from '../errors/index.js'
import type { Log } from '../telemetry/index.js'

const isCode = (code: unknown): code is ErrorCode => typeof code === 'string' && Object.hasOwn(codes, code)

/** The error somebody threw, below the wrappers of graphql-js. */
function rootOf(error: unknown): unknown {
  let current = error
  while (current instanceof GraphQLError && current.originalError) current = current.originalError
  return current
}

/** Code, message and reason that may leave the platform for an error. */
function outward(
  error: unknown,
  formatted: GraphQLFormattedError,
): { code: ErrorCode; message: string; reason?: string; field?: readonly string[] } {
  const root = rootOf(error)
  if (root instanceof DomainError) {
    const { reason, field } = root.details
    return { code: root.code, message: root.message, ...(reason && { reason }), ...(field && { field }) }
  }
  if (root instanceof DatabaseUnavailable)
    return { code: 'SERVICE_UNAVAILABLE', message: codes.SERVICE_UNAVAILABLE }
  const code = formatted.extensions?.code
  if (root instanceof GraphQLError && isCode(code) && code !== 'INTERNAL_SERVER_ERROR')
    return { code, message: formatted.message }
  return { code: 'INTERNAL_SERVER_ERROR', message: codes.INTERNAL_SERVER_ERROR }
}

/**
 * Makes the error a subgraph sends: a code of the catalogue and a sentence. What we did not mean to say (SQL, stacks,
 * addresses) goes to the log with its cause and never further.
 */
export function errorFormatter(
  log: Log,
): (formatted: GraphQLFormattedError, error: unknown) => GraphQLFormattedError {
  return (formatted, error) => {
    const { code, message, reason, field } = outward(error, formatted)
    if (code === 'INTERNAL_SERVER_ERROR' || code === 'SERVICE_UNAVAILABLE')
      log.error('resolver.failed', rootOf(error), { path: formatted.path?.join('.') })
    return {
      message,
      ...(formatted.path && { path: formatted.path }),
      ...(formatted.locations && { locations: formatted.locations }),
      extensions: { code, ...(reason && { reason }), ...(field && { field }) },
    }
  }
}
