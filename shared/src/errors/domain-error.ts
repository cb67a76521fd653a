import { codes, type ErrorCode } from './codes.js'

/** The five ways a deed is refused. The GraphQL adapter turns the first three into `userErrors`. */
export type ErrorKind = 'INVALID' | 'NOT_FOUND' | 'CONFLICT' | 'FORBIDDEN' | 'UNAUTHENTICATED'

/** What the client may be told beside the code. Never a value of personal data, never another tenant's word. */
export interface ErrorDetails {
  /** Path of the input that is at fault, outermost first. */
  readonly field?: readonly string[]
  /** A sentence that is more exact than the one of the catalogue. */
  readonly message?: string
  /** Machine-readable cause within the code, such as `GRANT_REQUIRED`. */
  readonly reason?: string
}

/** A refusal that the platform meant. Anything else that is thrown is our fault and is masked. */
export class DomainError extends Error {
  readonly kind: ErrorKind
  readonly code: ErrorCode
  readonly details: ErrorDetails

  constructor(kind: ErrorKind, code: ErrorCode, details: ErrorDetails = {}, options?: { cause?: unknown }) {
    super(details.message ?? codes[code], options)
    this.name = 'DomainError'
    this.kind = kind
    this.code = code
    this.details = details
  }
}

/** A value the caller sent is not acceptable. */
export const invalid = (code: ErrorCode, details?: ErrorDetails) => new DomainError('INVALID', code, details)

/** Absent or somebody else's: one answer for both, so that the answer never says which. */
export const notFound = () => new DomainError('NOT_FOUND', 'NOT_FOUND')

/** The state of the thing does not allow the deed now. */
export const conflict = (code: ErrorCode, details?: ErrorDetails) =>
  new DomainError('CONFLICT', code, details)

/** The actor may not do this, whatever the row. */
export const forbidden = (details?: ErrorDetails) => new DomainError('FORBIDDEN', 'ACCESS_DENIED', details)

/** Nobody we know is asking. */
export const unauthenticated = () => new DomainError('UNAUTHENTICATED', 'UNAUTHENTICATED')
