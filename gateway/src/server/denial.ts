import { randomUUID } from 'node:crypto'
import { codes } from '@autora/shared/errors'
import type { Log } from '@autora/shared/telemetry'
import { type Answer, type OutwardError, Refusal } from '../answers/index.js'
import type { Denial } from '../authorize/index.js'
import type { SignedCaller, SubgraphWays } from '../calls/index.js'

const MOST_COORDINATES = 50

/** An operation that the matrix refuses, and who sent it. */
export interface DeniedOperation {
  readonly denials: readonly Denial[]
  readonly caller: SignedCaller
  readonly requestId: string
  readonly policyVersion: number
}

/** Tells the trail. @throws {Refusal} 503 when it cannot be told: a refusal that leaves no trace is none. */
async function tellTrail(ways: SubgraphWays, caller: SignedCaller, body: object, log: Log): Promise<void> {
  try {
    const call = { path: '/internal/denials', body: JSON.stringify(body), timeoutMs: 2_000 }
    const { status } = await ways.calls.audit.post(caller, call)
    if (status === 200) return
    log.error('denial.unrecorded', undefined, { status })
  } catch (error) {
    log.error('denial.unrecorded', error)
  }
  throw new Refusal(503, 'SERVICE_UNAVAILABLE', { headers: { 'retry-after': '1' }, logged: 'NO_TRAIL' })
}

/**
 * Refuses a whole operation before it is planned: one event in the trail, one entry of `errors` for each path. All of
 * them carry the decision's id, by which log and trail are found.
 *
 * @throws {Refusal} 503 SERVICE_UNAVAILABLE - the trail does not answer.
 */
export async function denyOperation(ways: SubgraphWays, log: Log, denied: DeniedOperation): Promise<Answer> {
  const { denials, caller, requestId, policyVersion } = denied
  const decisionId = `dec_${randomUUID().replaceAll('-', '')}`
  const coordinates = [...new Set(denials.map(({ coordinate }) => coordinate))].slice(0, MOST_COORDINATES)
  const reason = denials[0]?.reason ?? 'ROLE_NOT_ALLOWED'
  await tellTrail(ways, caller, { coordinates, reason, decisionId }, log)
  const errors = denials.map((denial): OutwardError => {
    const { path, coordinate, policy } = denial
    log.info('access.denied', {
      decisionId,
      requestId,
      coordinate,
      reason: denial.reason,
      policy,
      policyVersion,
    })
    return {
      message: codes.ACCESS_DENIED,
      path,
      extensions: { code: 'ACCESS_DENIED', coordinate, reason: denial.reason, decisionId },
    }
  })
  return { status: 403, body: JSON.stringify({ errors, data: null, extensions: { requestId } }) }
}
