import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { type ApolloServer, HeaderMap } from '@apollo/server'
import type { GraphQLSchema } from 'graphql'
import { type Caller, hopHeaders, NonceMemory, type Subgraph, verifyHop } from '../actor/index.js'
import { DatabaseUnavailable, type TenantDatabase } from '../database/index.js'
import { codes, DomainError, type ErrorCode } from '../errors/index.js'
import { type Clock, DenialLimit, type RequestContext, requestContext } from '../request/index.js'
import type { Log } from '../telemetry/index.js'
import { readBody } from './read-body.js'
import { ReadRecorder } from './read-recorder.js'
import { takeOperation } from './told-operation.js'
import { TrailGuard, type TrailLimits } from './trail-guard.js'

/** A route beside GraphQL that only the gateway calls. @returns what is sent as JSON with status 200. */
export type InternalRoute = (
  context: RequestContext,
  body: Buffer,
  headers: IncomingMessage['headers'],
) => Promise<unknown>

/** A signed call that is answered bit by bit, for as long as both sides want. Takes over the response. */
export type StreamRoute = (context: RequestContext, response: ServerResponse) => void

/** A part of the service that faces the public and guards itself. */
export interface PublicSite {
  /** Whether a path, without its query, is the site's to answer. */
  owns(path: string): boolean
  handle(request: IncomingMessage, response: ServerResponse): Promise<void> | void
}

/** What a subgraph needs to serve. */
export interface SubgraphServerOptions {
  readonly name: Subgraph
  readonly schema: GraphQLSchema
  readonly database: TenantDatabase
  readonly hopKey: Buffer
  readonly log: Log
  readonly clock: Clock
  /** By path, such as `/internal/principal`. */
  readonly routes?: Readonly<Record<string, InternalRoute>>
  /** Long answers to the gateway alone, by path. */
  readonly streams?: Readonly<Record<string, StreamRoute>>
  /** Pages and protocols that browsers and clients reach without a signature: the issuer's. */
  readonly site?: PublicSite
  /** How far the log may be behind the trail; default an hour or a million events. */
  readonly trailLimits?: TrailLimits
  /** Denials of one actor that are events of their own in a minute; default 20. */
  readonly denialsPerMinute?: number | undefined
  /** Whether the process may serve; asked by `/health/ready`. */
  readonly isReady: () => Promise<boolean>
}

/** A subgraph that listens. */
export interface RunningSubgraph {
  readonly url: string
  readonly server: Server
  /** Refuses new connections, waits for running requests, then returns. */
  close(): Promise<void>
}

const MOST_BODY_BYTES = 1024 * 1024

const send = (response: ServerResponse, status: number, body: unknown): void => {
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-store',
  })
  response.end(JSON.stringify(body))
}

/** Answers with a code of the catalogue and nothing else. */
export const refuse = (response: ServerResponse, status: number, code: ErrorCode): void =>
  send(response, status, { errors: [{ message: codes[code], extensions: { code } }] })

const header = (request: IncomingMessage, name: string): string => {
  const value = request.headers[name]
  return typeof value === 'string' ? value : ''
}

/** The request handler of a subgraph: every path but health and public documents demands the gateway's signature. */
export class SubgraphHandler {
  private readonly nonces = new NonceMemory()
  private readonly recorder: ReadRecorder
  private readonly denials: DenialLimit
  private readonly trail: TrailGuard

  constructor(
    private readonly options: SubgraphServerOptions,
    private readonly apollo: ApolloServer<RequestContext>,
  ) {
    const { database, log, clock, trailLimits, denialsPerMinute: perMinute } = options
    this.recorder = new ReadRecorder(database, log)
    this.denials = new DenialLimit({ database, log, clock, perMinute })
    this.trail = new TrailGuard(database, clock, log, trailLimits)
  }

  /** Writes what is still only counted. Call it when no request runs any more. */
  close(): Promise<void> {
    return this.denials.close()
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { options } = this
    const path = (request.url ?? '').split('?')[0] ?? ''
    if (path === '/health/live') return send(response, 200, { status: 'ok' })
    if (path === '/health/ready') {
      const isReady = await options.isReady()
      return send(response, isReady ? 200 : 503, { status: isReady ? 'ready' : 'not ready' })
    }
    if (options.site?.owns(path)) return options.site.handle(request, response)
    const body = await readBody(request, MOST_BODY_BYTES)
    if (!body) return refuse(response, 413, 'PAYLOAD_TOO_LARGE')
    const caller = this.verify(request, path, body)
    if (!caller) return refuse(response, 401, 'CONTEXT_REFUSED')
    const seal = header(request, hopHeaders.seal)
    const isTrailBehind = path === '/graphql' && (await this.trail.check())
    const parts = { ...options, denials: this.denials, isTrailBehind }
    const context = requestContext(caller, seal, options.database, parts)
    const route = options.routes?.[path]
    if (route) return this.runRoute(route, context, body, request, response)
    const stream = options.streams?.[path]
    if (stream) return stream(context, response)
    if (path !== '/graphql' || request.method !== 'POST') return refuse(response, 404, 'NOT_FOUND')
    return this.execute(context, seal, body, response)
  }

  private verify(request: IncomingMessage, path: string, body: Buffer): Caller | null {
    const parts = {
      audience: this.options.name,
      path,
      caller: header(request, hopHeaders.caller),
      seal: header(request, hopHeaders.seal),
      body,
    }
    const now = this.options.clock.now().getTime() / 1000
    const verdict = verifyHop(
      this.options.hopKey,
      parts,
      header(request, hopHeaders.signature),
      now,
      this.nonces,
    )
    if ('caller' in verdict) return verdict.caller
    this.options.log.warn('hop.refused', { refusal: verdict.refusal, path })
    return null
  }

  private async runRoute(
    route: InternalRoute,
    context: RequestContext,
    body: Buffer,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    try {
      send(response, 200, await route(context, body, request.headers))
    } catch (error) {
      if (error instanceof DomainError) {
        const status = { INVALID: 422, NOT_FOUND: 404, CONFLICT: 409, FORBIDDEN: 403, UNAUTHENTICATED: 401 }[
          error.kind
        ]
        return send(response, status, {
          errors: [
            { message: error.message, extensions: { code: error.code, reason: error.details.reason } },
          ],
        })
      }
      this.options.log.error('route.failed', error, { requestId: context.requestId })
      refuse(
        response,
        error instanceof DatabaseUnavailable ? 503 : 500,
        error instanceof DatabaseUnavailable ? 'SERVICE_UNAVAILABLE' : 'INTERNAL_SERVER_ERROR',
      )
    }
  }

  private async execute(
    context: RequestContext,
    seal: string,
    body: Buffer,
    response: ServerResponse,
  ): Promise<void> {
    const headers = new HeaderMap([['content-type', 'application/json']])
    const asked = JSON.parse(body.toString('utf8')) as unknown
    takeOperation(context, asked)
    const answer = await this.apollo.executeHTTPGraphQLRequest({
      httpGraphQLRequest: {
        method: 'POST',
        headers,
        search: '',
        body: asked,
      },
      context: async () => context,
    })
    const refused = await this.recorder.refusal(context, seal)
    if (refused) return refuse(response, refused === 'GRANT_NOT_ACTIVE' ? 200 : 503, refused)
    response.writeHead(answer.status ?? 200, Object.fromEntries(answer.headers))
    response.end(answer.body.kind === 'complete' ? answer.body.string : '')
  }
}
