import { randomUUID } from 'node:crypto'
import { codes } from '@autora/shared/errors'
import type { Log } from '@autora/shared/telemetry'
import type { Answer, OutwardError } from '../answers/index.js'
import type { Denial } from '../authorize/index.js'
import type { SignedCaller, SubgraphWays } from '../calls/index.js'
import type { ViewReport } from '../view-as/index.js'
import { tellTrail } from './trail.js'

const MOST_COORDINATES = 50

/** An operation that the matrix refuses, and who sent it. */
export interface DeniedOperation {
  readonly denials: readonly Denial[]
  readonly caller: SignedCaller
  readonly requestId: string
  readonly policyVersion: number
  /** Set when it was asked for as a view. */
  readonly viewAs?: ViewReport | undefined
}

/**
 * Refuses a whole operation before it is planned: one event in the trail, one entry of `errors` for each path. All of
 * them carry the decision's id, by which log and trail are found.
 *
 * @throws {Refusal} 503 SERVICE_UNAVAILABLE - the trail does not answer.
 */
export async function denyOperation(ways: SubgraphWays, log: Log, denied: DeniedOperation): Promise<Answer> {
  const { denials, caller, requestId, policyVersion, viewAs } = denied
  const decisionId = `dec_${randomUUID().replaceAll('-', '')}`
  const coordinates = [...new Set(denials.map(({ coordinate }) => coordinate))].slice(0, MOST_COORDINATES)
  const reason = denials[0]?.reason ?? 'ROLE_NOT_ALLOWED'
  await tellTrail(ways, log, { caller, path: '/internal/denials', body: { coordinates, reason, decisionId } })
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
  return {
    status: 403,
    body: JSON.stringify({
      errors,
      data: null,
      extensions: { requestId, ...(viewAs && { access: { viewAs } }) },
    }),
  }
}
