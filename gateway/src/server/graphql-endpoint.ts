import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { accessProfile } from '@autora/shared/actor'
import { codes } from '@autora/shared/errors'
import type { Clock } from '@autora/shared/request'
import type { Log } from '@autora/shared/telemetry'
import { type Answer, type OutwardError, Refusal } from '../answers/index.js'
import type { Authenticator } from '../authenticate/index.js'
import type { Authorizer, Denial } from '../authorize/index.js'
import { SignedCaller, type SubgraphWays } from '../calls/index.js'
import type { GraphqlServer } from '../plan/index.js'
import {
  checkHead,
  chooseOperation,
  type Documents,
  graphqlAcceptance,
  readBody,
  readPayload,
} from '../protect/index.js'
import { withDeadline } from './deadline.js'
import type { RequestNotes } from './request-log.js'

/** Milliseconds that one request may take altogether. */
export const REQUEST_TIMEOUT_MS = 10_000

/** What answers GraphQL requests. */
export interface GraphqlParts {
  readonly authenticator: Authenticator
  readonly documents: Documents
  readonly authorizer: Authorizer
  readonly graphql: GraphqlServer
  readonly ways: SubgraphWays
  readonly clock: Clock
  readonly log: Log
}

/** Refuses the whole operation before it is planned; each path gets a decision of its own, here and in the log. */
function denied(denials: readonly Denial[], requestId: string, policyVersion: number, log: Log): Answer {
  const errors = denials.map(({ path, coordinate, reason, policy }): OutwardError => {
    const decisionId = `dec_${randomUUID().replaceAll('-', '')}`
    log.info('access.denied', { decisionId, requestId, coordinate, reason, policy, policyVersion })
    return {
      message: codes.ACCESS_DENIED,
      path,
      extensions: { code: 'ACCESS_DENIED', coordinate, reason, decisionId },
    }
  })
  return { status: 403, body: JSON.stringify({ errors, data: null, extensions: { requestId } }) }
}

/**
 * The way of a GraphQL request: authenticate, protect, authorize, plan, execute. Each step may refuse.
 *
 * @throws {Refusal} with status and code.
 */
export async function answerGraphql(
  parts: GraphqlParts,
  request: IncomingMessage,
  requestId: string,
  notes: RequestNotes,
): Promise<Answer> {
  const startedAt = performance.now()
  checkHead(request, graphqlAcceptance)
  const actor = await parts.authenticator.authenticate(request.rawHeaders, requestId)
  notes.actor = actor
  const { query, operationName, variables } = readPayload(
    await readBody(request, graphqlAcceptance.mostBytes),
  )
  const checked = parts.documents.check(query)
  const operation = chooseOperation(checked, operationName)
  if (operation.name) notes.operationName = operation.name.value
  parts.documents.checkVariables(operation, variables)
  const profile = accessProfile(actor)
  if (!profile) throw new Refusal(403, 'ACCESS_DENIED')
  const program = parts.authorizer.program({ ...checked, operation }, profile)
  if (program.denials.length > 0) {
    notes.codes.add('ACCESS_DENIED')
    return denied(program.denials, requestId, actor.policy.version, parts.log)
  }
  const caller = new SignedCaller({ actor, requestId }, parts.ways.sealKey, parts.clock)
  return withDeadline(
    (signal) =>
      parts.graphql.execute({ caller, query, operation, variables, program, signal, codes: notes.codes }),
    REQUEST_TIMEOUT_MS - (performance.now() - startedAt),
  )
}
