import { DomainError } from '../errors/index.js'

/** A refusal of the business, as mutation payloads carry it. */
export interface UserError {
  readonly code: string
  readonly field: readonly string[] | null
  readonly message: string
}

/**
 * Runs a deed for a mutation: its result with no errors, or null results with the refusal. Refusals of access and
 * faults of ours pass through as top-level errors.
 *
 * @param payload - turns the result into the payload's own fields.
 */
export async function answer<Result, Payload extends object>(
  deed: Promise<Result>,
  payload: (result: Result) => Payload,
): Promise<(Payload | Record<never, never>) & { readonly userErrors: readonly UserError[] }> {
  try {
    return { ...payload(await deed), userErrors: [] }
  } catch (error) {
    if (!(error instanceof DomainError) || error.kind === 'FORBIDDEN' || error.kind === 'UNAUTHENTICATED')
      throw error
    return { userErrors: [{ code: error.code, field: error.details.field ?? null, message: error.message }] }
  }
}
