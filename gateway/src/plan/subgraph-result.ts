import { codes, type ErrorCode } from '@autora/shared/errors'

/** An error of a subgraph as far as it may go on. */
export interface SubgraphError {
  readonly message: string
  readonly path?: readonly (string | number)[]
  readonly extensions: Readonly<Record<string, unknown>> & { readonly code: ErrorCode }
}

/** What a subgraph answered, checked. */
export interface SubgraphResult {
  readonly data: Record<string, unknown> | null
  readonly errors?: readonly SubgraphError[]
}

/** Whether a code may leave the platform. */
export const isCode = (code: unknown): code is ErrorCode =>
  typeof code === 'string' && Object.hasOwn(codes, code)

/** Codes that name a fault of ours: only their sentence goes out, whatever the message was. */
const ours: ReadonlySet<ErrorCode> = new Set(['INTERNAL_SERVER_ERROR', 'SERVICE_UNAVAILABLE', 'TIMEOUT'])

/** Codes between gateway and subgraph that mean nothing to a client. */
const inner: ReadonlySet<ErrorCode> = new Set([
  'CONTEXT_REFUSED',
  'UNAUTHENTICATED',
  'GRAPHQL_VALIDATION_FAILED',
])

/** A fault of ours without any detail. */
export const fault = (code: ErrorCode, path?: readonly (string | number)[]): SubgraphError => ({
  message: codes[code],
  ...(path && path.length > 0 && { path }),
  extensions: { code },
})

interface Unchecked {
  readonly message?: unknown
  readonly path?: unknown
  readonly extensions?: { readonly code?: unknown; readonly reason?: unknown; readonly field?: unknown }
}

/**
 * What may go on of an error: its path; code, message, reason and field when the code is one of the catalogue. Anything
 * else becomes INTERNAL_SERVER_ERROR: service names, addresses, SQL and stacks stay behind.
 */
export function outwardError(error: unknown): SubgraphError {
  const { message, path, extensions } = (error ?? {}) as Unchecked
  const kept = Array.isArray(path) ? (path as (string | number)[]) : undefined
  const code = extensions?.code
  if (!isCode(code) || inner.has(code)) return fault('INTERNAL_SERVER_ERROR', kept)
  if (ours.has(code) || typeof message !== 'string') return fault(code, kept)
  const { reason, field } = extensions ?? {}
  return {
    message,
    ...(kept && { path: kept }),
    extensions: {
      code,
      ...(typeof reason === 'string' && { reason }),
      ...(Array.isArray(field) && { field }),
    },
  }
}
