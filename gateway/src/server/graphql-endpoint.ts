import type { IncomingMessage } from 'node:http'
import { type Actor, accessProfile } from '@autora/shared/actor'
import type { Clock } from '@autora/shared/request'
import type { Log } from '@autora/shared/telemetry'
import { type Answer, Refusal } from '../answers/index.js'
import type { Authenticator } from '../authenticate/index.js'
import type { Asked, Authorizer } from '../authorize/index.js'
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
import { openView, VIEW_AS_HEADER, type View } from '../view-as/index.js'
import { withDeadline } from './deadline.js'
import { denyOperation } from './denial.js'
import type { RequestNotes } from './request-log.js'
import type { RunningRequests } from './running-requests.js'
import { tellTrail } from './trail.js'

/** Milliseconds that one request may take altogether. */
export const REQUEST_TIMEOUT_MS = 10_000

/** What answers GraphQL requests. */
export interface GraphqlParts {
  readonly authenticator: Authenticator
  readonly documents: Documents
  readonly authorizer: Authorizer
  readonly graphql: GraphqlServer
  readonly running: RunningRequests
  readonly ways: SubgraphWays
  readonly clock: Clock
  readonly log: Log
}

/** The view that a request asks for, told to the trail before anything is shown; null when it asks for none. */
async function viewFor(
  { authorizer, clock, ways, log }: GraphqlParts,
  request: IncomingMessage,
  sender: SignedCaller,
  asked: Asked,
): Promise<View | null> {
  const { actor, requestId } = sender.caller
  const now = clock.now()
  const view = openView(authorizer, request.headers[VIEW_AS_HEADER], { actor, asked, requestId, now })
  if (!view || view.actor === actor) return view // who may not view is refused, and that is told as a denial
  const { role, storeIds } = view.wish
  const body = { role, storeIds, document: asked.hash }
  await tellTrail(ways, log, { caller: sender, path: '/internal/view-as', body })
  return view
}

/** A request, and what is known of it so far. */
interface Received {
  readonly request: IncomingMessage
  readonly requestId: string
  readonly notes: RequestNotes
  readonly actor: Actor
  /** Monotonic milliseconds. */
  readonly startedAt: number
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
  const admission = await parts.authenticator.admit(request, requestId)
  const { actor } = admission
  notes.actor = actor
  return parts.running.carryOut(admission, (ended) =>
    answerActor(parts, { request, requestId, notes, actor, startedAt }, ended),
  )
}

/** What comes after the sender is known. @param ended - tells when he is no longer who he was. */
async function answerActor(parts: GraphqlParts, received: Received, ended: AbortSignal): Promise<Answer> {
  const { request, requestId, notes, actor, startedAt } = received
  const { query, operationName, variables } = readPayload(
    await readBody(request, graphqlAcceptance.mostBytes),
  )
  const checked = parts.documents.check(query)
  const operation = chooseOperation(checked, operationName)
  if (operation.name) notes.operationName = operation.name.value
  parts.documents.checkVariables(operation, variables)
  const asked = { ...checked, operation }
  const sender = new SignedCaller({ actor, requestId }, parts.ways.sealKey, parts.clock)
  const view = await viewFor(parts, request, sender, asked)
  const caller = view
    ? new SignedCaller({ actor: view.actor, requestId }, parts.ways.sealKey, parts.clock)
    : sender
  const profile = accessProfile(caller.caller.actor)
  if (!profile) throw new Refusal(403, 'ACCESS_DENIED')
  const program = parts.authorizer.program(asked, profile)
  const denials = view && view.denials.length > 0 ? view.denials : program.denials
  const viewAs = view?.report
  if (denials.length > 0) {
    notes.codes.add('ACCESS_DENIED')
    const policyVersion = actor.policy.version
    return denyOperation(parts.ways, parts.log, { denials, caller: sender, requestId, policyVersion, viewAs })
  }
  const { hash } = checked
  const { codes } = notes
  const execution = { caller, query, hash, operation, variables, program, viewAs, codes }
  return withDeadline(
    (signal) => parts.graphql.execute({ ...execution, signal }),
    REQUEST_TIMEOUT_MS - (performance.now() - startedAt),
    ended,
  )
}
