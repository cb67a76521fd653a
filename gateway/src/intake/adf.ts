import type { IncomingMessage } from 'node:http'
import type { Actor } from '@autora/shared/actor'
import type { Log } from '@autora/shared/telemetry'
import { type Answer, jsonAnswer, passedRefusal, Refusal } from '../answers/index.js'
import { type CallAnswer, CallFailed, type SignedCaller, type SubgraphWays } from '../calls/index.js'
import { type Acceptance, readBody } from '../protect/index.js'

/** What partners may send: ADF XML in the types that lead providers use. */
export const adfAcceptance: Acceptance = {
  mediaType:
    /^(?:application\/(?:x-adf\+)?xml|text\/(?:xml|plain))(?:[ \t]*;[ \t]*charset="?[\w-]{1,20}"?)?[ \t]*$/i,
  mostBytes: 256 * 1024,
}

const storeCodeHeader = 'x-autora-store-code'
const storeCodeForm = /^[A-Za-z0-9._-]{1,64}$/

/** Statuses that dealer-ops may answer with and that mean the same to a partner. */
const passed: ReadonlySet<number> = new Set([403, 413, 415, 422])

/** Only partners send leads here. @throws {Refusal} 403 ACCESS_DENIED. */
function checkPartner(actor: Actor): void {
  if (actor.kind !== 'KEY' || actor.principal !== 'PARTNER')
    throw new Refusal(403, 'ACCESS_DENIED', { message: 'Leads are sent with the API key of a partner.' })
}

/** What the intake needs. */
export interface IntakeOptions {
  readonly ways: SubgraphWays
  readonly log: Log
}

/**
 * Takes one ADF document: the raw bytes go on as they came, signed for the partner, and are kept before anything reads
 * them. Sending the same document again is answered with the first result (`isRepeat`).
 *
 * @returns 202 with id, state, leadIds, reason, diagnostics and isRepeat.
 * @throws {Refusal} 403, 413, 415, 422 with their codes; 503 SERVICE_UNAVAILABLE - send it again.
 */
export async function takeAdf(
  { ways, log }: IntakeOptions,
  request: IncomingMessage,
  caller: SignedCaller,
  signal: AbortSignal,
): Promise<Answer> {
  checkPartner(caller.caller.actor)
  const storeCode = request.headers[storeCodeHeader]
  if (storeCode !== undefined && (typeof storeCode !== 'string' || !storeCodeForm.test(storeCode)))
    throw new Refusal(400, 'BAD_REQUEST', { message: `${storeCodeHeader} has the wrong form.` })
  const body = await readBody(request, adfAcceptance.mostBytes)
  if (body.length === 0) throw new Refusal(400, 'BAD_REQUEST', { message: 'The body is empty.' })
  let answer: CallAnswer
  try {
    answer = await ways.calls.dealer_ops.post(caller, {
      path: '/internal/intake/adf',
      signal,
      body,
      contentType: 'application/octet-stream',
      ...(storeCode && { headers: { [storeCodeHeader]: storeCode } }),
    })
  } catch (error) {
    if (!(error instanceof CallFailed)) throw error
    log.warn('intake.failed', { requestId: caller.caller.requestId, fault: error.fault })
    throw new Refusal(503, 'SERVICE_UNAVAILABLE', { headers: { 'retry-after': '1' } })
  }
  if (answer.status !== 200) throw passedRefusal(answer.status, answer.body, passed)
  const { id, state, leadIds, reason, diagnostics, isRepeat } = JSON.parse(
    answer.body.toString('utf8'),
  ) as Record<string, unknown>
  return jsonAnswer(202, { id, state, leadIds, reason, diagnostics, isRepeat })
}
