import type { IncomingMessage, ServerResponse } from 'node:http'
import { type Answer, jsonAnswer, Refusal, refusalAnswer, send } from '../answers/index.js'
import { SignedCaller } from '../calls/index.js'
import { type Readiness, requestIdOf } from '../health/index.js'
import { adfAcceptance, takeAdf } from '../intake/index.js'
import { leakAcceptance, takeLeaks } from '../leaks/index.js'
import { checkHead, checkHeaderCount } from '../protect/index.js'
import { type PublicLog, TRAIL_PREFIX } from '../public-log/index.js'
import type { Rates } from '../rates/index.js'
import { withDeadline } from './deadline.js'
import { explorerPage } from './explorer-page.js'
import { answerExport } from './export-endpoint.js'
import { answerGraphql, type GraphqlParts, REQUEST_TIMEOUT_MS } from './graphql-endpoint.js'
import { logRequest, type RequestNotes } from './request-log.js'

/** What the front hands requests to. */
export interface FrontParts extends GraphqlParts {
  readonly readiness: Readiness
  readonly rates: Rates
  readonly publicLog: PublicLog
  /** Serves the explorer page to loopback; never in production. */
  readonly hasExplorer: boolean
}

const loopback = /^(?:127\.|::1$|::ffff:127\.)/
/** A secret in an address ends up in logs and histories: it is no credential here, and the log says that it came. */
const credentialInUrl = /[?&](?:api_?key|access_token|token|authorization|key)=|autora_live_/i

const paths: ReadonlySet<string> = new Set([
  '/graphql',
  '/intake/adf',
  '/audit/export',
  '/keys/leaked',
  '/health/live',
  '/health/ready',
])

/** The one handler of all requests: finds the path, turns refusals into answers, writes the log line. */
export class Front {
  private isDraining = false

  constructor(private readonly parts: FrontParts) {}

  /** From now on new requests are sent elsewhere. */
  drain(): void {
    this.isDraining = true
  }

  /** Answers one request. Never rejects. */
  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const startedAt = performance.now()
    const requestId = requestIdOf(request.headers['x-request-id'])
    const url = request.url ?? ''
    const end = url.indexOf('?')
    const path = end < 0 ? url : url.slice(0, end)
    const notes: RequestNotes = { codes: new Set() }
    if (end >= 0 && credentialInUrl.test(url.slice(end))) notes.hasCredentialInUrl = true
    const answer = await this.answer(request, response, path, requestId, notes)
    if (!answer.isSent)
      send(request, response, this.isDraining ? { ...answer, closes: true } : answer, requestId)
    if (path.startsWith('/health/')) return
    logRequest(
      this.parts.log,
      {
        method: request.method ?? '',
        path: paths.has(path) ? path : path.startsWith(TRAIL_PREFIX) ? '/trail' : '(other)',
        status: answer.status,
        startedAt,
        requestId,
      },
      notes,
    )
  }

  private async answer(
    request: IncomingMessage,
    response: ServerResponse,
    path: string,
    requestId: string,
    notes: RequestNotes,
  ): Promise<Answer> {
    try {
      checkHeaderCount(request)
      if (path === '/health/live') return jsonAnswer(200, { status: 'ok' })
      if (path === '/health/ready') return this.parts.readiness.answer()
      if (this.isDraining) throw new Refusal(503, 'SHUTTING_DOWN', { headers: { 'retry-after': '1' } })
      if (path === '/graphql') {
        if (this.isExplorer(request)) return explorerPage
        return await answerGraphql(this.parts, request, requestId, notes)
      }
      if (path === '/intake/adf') return await this.intake(request, requestId, notes)
      if (path === '/audit/export') return await answerExport(this.parts, request, response, requestId, notes)
      if (path === '/keys/leaked') return await this.leaks(request, requestId)
      if (path.startsWith(TRAIL_PREFIX)) return await this.piece(request, path)
      throw new Refusal(404, 'NOT_FOUND')
    } catch (error) {
      return this.refused(error, requestId, notes)
    }
  }

  private async intake(request: IncomingMessage, requestId: string, notes: RequestNotes): Promise<Answer> {
    const { authenticator, ways, clock, running } = this.parts
    checkHead(request, adfAcceptance)
    const admission = await authenticator.admit(request, requestId)
    const { actor } = admission
    notes.actor = actor
    const caller = new SignedCaller({ actor, requestId }, ways.sealKey, clock)
    return running.carryOut(admission, (ended) =>
      withDeadline((signal) => takeAdf(this.parts, request, caller, signal), REQUEST_TIMEOUT_MS, ended),
    )
  }

  private async leaks(request: IncomingMessage, requestId: string): Promise<Answer> {
    const { authenticator, rates } = this.parts
    checkHead(request, leakAcceptance)
    await rates.admitReport(authenticator.addressOf(request))
    return takeLeaks(this.parts, request, requestId)
  }

  /** A piece of the public log: who asks is nobody's business, how often is. */
  private async piece(request: IncomingMessage, path: string): Promise<Answer> {
    if (request.method !== 'GET')
      throw new Refusal(405, 'METHOD_NOT_ALLOWED', { message: 'Use GET.', headers: { allow: 'GET' } })
    await this.parts.rates.admitReader(this.parts.authenticator.addressOf(request))
    return this.parts.publicLog.answer(path)
  }

  private isExplorer({ method, headers, socket }: IncomingMessage): boolean {
    return (
      this.parts.hasExplorer &&
      method === 'GET' &&
      (headers.accept ?? '').includes('text/html') &&
      loopback.test(socket.remoteAddress ?? '')
    )
  }

  private refused(error: unknown, requestId: string, notes: RequestNotes): Answer {
    const refusal = error instanceof Refusal ? error : new Refusal(500, 'INTERNAL_SERVER_ERROR')
    if (refusal !== error) this.parts.log.error('request.failed', error, { requestId })
    for (const { extensions } of refusal.errors) notes.codes.add(extensions.code)
    if (refusal.details.logged) notes.refusal = refusal.details.logged
    return refusalAnswer(refusal, requestId)
  }
}
