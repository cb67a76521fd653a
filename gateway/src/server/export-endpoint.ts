import type { IncomingMessage, ServerResponse } from 'node:http'
import { decideAction } from '@autora/shared/access'
import { accessProfile } from '@autora/shared/actor'
import { type Answer, Refusal, sendPieces } from '../answers/index.js'
import { SignedCaller } from '../calls/index.js'
import { type ExportWish, openExport, readWish, sentAnswer } from '../exports/index.js'
import { VIEW_AS_HEADER } from '../view-as/index.js'
import { withDeadline } from './deadline.js'
import { denyOperation } from './denial.js'
import type { GraphqlParts } from './graphql-endpoint.js'
import type { RequestNotes } from './request-log.js'

/** How long one export may take, in milliseconds. */
const EXPORT_TIMEOUT_MS = 15 * 60_000

/** Exports at once: each keeps one connection busy. */
const MOST_EXPORTS = 4

const ACTION = 'auditTrail:export'
let running = 0

/** @throws {Refusal} 405 METHOD_NOT_ALLOWED, 400 BAD_REQUEST. */
function checkExport({ method, headers }: IncomingMessage): void {
  if (method !== 'GET')
    throw new Refusal(405, 'METHOD_NOT_ALLOWED', { message: 'Use GET.', headers: { allow: 'GET' } })
  if (headers[VIEW_AS_HEADER] !== undefined)
    throw new Refusal(400, 'BAD_REQUEST', { message: 'An export is never a view.' })
}

/** Takes a place among the running exports. @throws {Refusal} 429 TOO_MANY_REQUESTS. */
async function inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
  if (running >= MOST_EXPORTS)
    throw new Refusal(429, 'TOO_MANY_REQUESTS', { headers: { 'retry-after': '10' }, logged: 'EXPORTS' })
  running += 1
  try {
    return await work()
  } finally {
    running -= 1
  }
}

/** Opens an export and sends it. What breaks after the first byte is told to the log; the client sees it break off. */
async function stream(
  { ways, log, notes }: Pick<GraphqlParts, 'ways' | 'log'> & { readonly notes: RequestNotes },
  to: {
    readonly response: ServerResponse
    readonly caller: SignedCaller
    readonly wish: ExportWish
    readonly signal: AbortSignal
  },
): Promise<Answer> {
  const { response, caller, wish, signal } = to
  const { requestId } = caller.caller
  const opened = await openExport(ways, caller, wish, signal)
  try {
    await sendPieces(response, opened, requestId, signal)
  } catch (error) {
    log.warn('export.broken', { requestId, error: error instanceof Error ? error.message : 'unknown' })
    notes.refusal = 'EXPORT_BROKEN'
  }
  return sentAnswer(200)
}

/**
 * `GET /audit/export`: the caller's trail up to the newest checkpoint, sent piece by piece. Who may not is refused as he
 * is for an operation of the graph, and that is told to the trail; who needs a second person names an approved request.
 *
 * @throws {Refusal} before the first byte; after it the connection breaks off.
 */
export async function answerExport(
  parts: GraphqlParts,
  request: IncomingMessage,
  response: ServerResponse,
  requestId: string,
  notes: RequestNotes,
): Promise<Answer> {
  const { authenticator, ways, clock, log, running: requests } = parts
  checkExport(request)
  const admission = await authenticator.admit(request, requestId)
  const { actor } = admission
  notes.actor = actor
  const wish = readWish(request.url ?? '')
  const caller = new SignedCaller({ actor, requestId }, ways.sealKey, clock)
  const profile = accessProfile(actor)
  if (!profile) throw new Refusal(403, 'ACCESS_DENIED')
  const decision = decideAction(ACTION, profile)
  if (!decision.allowed || (decision.needsApproval && !('request' in wish))) {
    const reason = decision.allowed ? 'APPROVAL_REQUIRED' : decision.reason
    notes.codes.add('ACCESS_DENIED')
    const denials = [
      { path: [], coordinate: 'Export.auditTrail', reason, policy: `action:${ACTION}` },
    ] as const
    return denyOperation(ways, log, { denials, caller, requestId, policyVersion: actor.policy.version })
  }
  return requests.carryOut(admission, (ended) =>
    withDeadline(
      (signal) => inTurn(() => stream({ ways, log, notes }, { response, caller, wish, signal })),
      EXPORT_TIMEOUT_MS,
      ended,
    ),
  )
}
