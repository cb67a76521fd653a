import type { IncomingMessage } from 'node:http'
import { systemActor } from '@autora/shared/actor'
import { parseApiKey } from '@autora/shared/api-key'
import type { Clock } from '@autora/shared/request'
import type { Log } from '@autora/shared/telemetry'
import { z } from 'zod'
import { type Answer, jsonAnswer, Refusal } from '../answers/index.js'
import { SignedCaller, type SubgraphWays } from '../calls/index.js'
import { type Acceptance, graphqlAcceptance, readBody } from '../protect/index.js'

/** Reports come as JSON. */
export const leakAcceptance: Acceptance = graphqlAcceptance

const MOST_REPORTS = 100

/** What scanners for leaked secrets send (GitHub secret scanning partner programme: `token`), and the shorter `key`. */
const reportForm = z.union([
  z.object({ token: z.string().max(1_000) }).transform(({ token }) => token),
  z.object({ key: z.string().max(1_000) }).transform(({ key }) => key),
])
const bodyForm = z.union([z.array(reportForm).max(MOST_REPORTS), reportForm.transform((text) => [text])])

/** The one answer to every report: who sends one learns nothing about what he sent. */
const taken = jsonAnswer(202, { accepted: true })

/** The keys of a report, each once; none in a body of another form. */
function keysIn(body: Buffer): readonly string[] {
  let value: unknown
  try {
    value = JSON.parse(body.toString('utf8'))
  } catch {
    return [] // no JSON, no keys: answered like every other report
  }
  const texts = bodyForm.safeParse(value)
  return texts.success ? [...new Set(texts.data)].filter((text) => parseApiKey(text) !== null) : []
}

/** What reports are handed on with. */
export interface LeakParts {
  readonly ways: SubgraphWays
  readonly clock: Clock
  readonly log: Log
}

/**
 * Takes a public report of leaked keys: each that is real is revoked. Anybody may send one, because whoever has a key
 * can do worse with it.
 *
 * @returns 202 with the same bytes, whatever was sent.
 * @throws {Refusal} 413 PAYLOAD_TOO_LARGE. 503 SERVICE_UNAVAILABLE - nothing was done: send it again.
 */
export async function takeLeaks(
  { ways, clock, log }: LeakParts,
  request: IncomingMessage,
  requestId: string,
): Promise<Answer> {
  const keys = keysIn(await readBody(request, leakAcceptance.mostBytes))
  if (keys.length === 0) return taken
  const caller = new SignedCaller({ actor: systemActor, requestId }, ways.sealKey, clock)
  try {
    const body = JSON.stringify({ keys })
    const { status } = await ways.calls.identity.post(caller, { path: '/internal/keys/leaked', body })
    if (status === 200) return taken
    log.error('leak.undone', undefined, { requestId, status })
  } catch (error) {
    log.error('leak.undone', error, { requestId })
  }
  throw new Refusal(503, 'SERVICE_UNAVAILABLE', { headers: { 'retry-after': '1' } })
}
