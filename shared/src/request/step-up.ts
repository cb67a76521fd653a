import { DomainError } from '../errors/index.js'
import type { RequestContext } from './context.js'

/** How old a sign-in with a second factor may be for a sensitive act, in seconds. */
export const STEP_UP_SECONDS = 300

/**
 * Lets a sensitive act through only after a recent sign-in with a second factor (RFC 9470). Clients answer the refusal
 * by sending the person to the issuer with `acr_values=urn:autora:acr:mfa` and `max_age=0`.
 *
 * @throws {DomainError} ACCESS_DENIED-kind refusal with the code STEP_UP_REQUIRED.
 */
export function demandStepUp({ actor, clock }: RequestContext): void {
  const { assurance } = actor
  const now = clock.now().getTime() / 1000
  if (assurance?.level === 'MFA' && now - assurance.at <= STEP_UP_SECONDS) return
  throw new DomainError('FORBIDDEN', 'STEP_UP_REQUIRED')
}
