import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { usualPolicy } from '@autora/shared/access'
import {
  type Actor,
  type Caller,
  hopHeaders,
  hopKey,
  NonceMemory,
  type Subgraph,
  verifyHop,
} from '@autora/shared/actor'
import type { GatewaySettings } from '@autora/shared/config'
import type { Log } from '@autora/shared/telemetry'
import { audience, issuer } from './issuer.js'

/** Secrets of a test installation. */
export const hopSecret = Buffer.alloc(32, 8)

/** One signed call that a fake service took. */
export interface TakenCall {
  readonly path: string
  readonly body: string
  readonly bytes: Buffer
  readonly caller: Caller
  readonly headers: IncomingMessage['headers']
}

/** What a fake service does with a signed call: its JSON answer, or anything it likes with the response. */
export type Responder = (call: TakenCall, response: ServerResponse) => unknown

/** A service that listens and checks signatures as a subgraph does. */
export interface FakeService {
  readonly url: string
  readonly calls: TakenCall[]
  respond: Responder
  /** Whether calls for the revocation feed reach `respond`; false: there is none, and gateways ask every time. */
  tellsRevocations: boolean
  readonly server: Server
  close(): Promise<void>
}

async function bytesOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk)
  return Buffer.concat(chunks)
}

/** The caller of a signed call; null when the signature is not the gateway's. */
function verifiedCaller(
  name: Subgraph,
  request: IncomingMessage,
  body: Buffer,
  nonces: NonceMemory,
): Caller | null {
  const header = (key: string) => String(request.headers[key] ?? '')
  const { caller, seal, signature } = hopHeaders
  const parts = { audience: name, path: request.url ?? '', caller: header(caller), seal: header(seal), body }
  const verdict = verifyHop(hopKey(hopSecret, name), parts, header(signature), Date.now() / 1000, nonces)
  return 'caller' in verdict ? verdict.caller : null
}

/** Starts a fake service. `documents` are answered unsigned, by path. */
export async function fakeService(
  name: Subgraph,
  respond: Responder,
  documents: Record<string, () => string> = {},
): Promise<FakeService> {
  const nonces = new NonceMemory()
  const calls: TakenCall[] = []
  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    const path = request.url ?? ''
    const document = documents[path] ?? (path === '/health/ready' ? () => '{}' : undefined)
    if (document) return response.end(document())
    if (path === '/internal/revocations' && !service.tellsRevocations) return response.writeHead(404).end()
    const bytes = await bytesOf(request)
    const caller = verifiedCaller(name, request, bytes, nonces)
    if (!caller) return response.writeHead(401).end()
    const call = { path, body: bytes.toString('utf8'), bytes, caller, headers: request.headers }
    calls.push(call)
    const answer = await service.respond(call, response)
    if (response.headersSent || response.destroyed || answer === undefined) return response
    return response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer))
  }
  const server = createServer((request, response) => void handle(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const service: FakeService = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    respond,
    tellsRevocations: false,
    server,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return service
}

/** An actor as identity resolves him; every part can be replaced. */
export const actorOf = (principal: Actor['principal'], parts: Partial<Actor> = {}): Actor => ({
  kind: principal === 'PARTNER' ? 'KEY' : 'USER',
  principal,
  id: '11111111-1111-4111-8111-111111111111',
  tenantId: '44444444-4444-4444-8444-444444444444',
  reach: 'STORES',
  storeIds: ['55555555-5555-4555-8555-555555555555'],
  membershipId: null,
  sessionId: null,
  assurance: null,
  appId: null,
  grant: null,
  scopes: [],
  purpose: 'SALES_ENQUIRY',
  policy: { version: 3, ...usualPolicy },
  ...parts,
})

/** Settings of a gateway in a test. */
export const testSettings = (urls: Record<Subgraph, string>): GatewaySettings => ({
  AUTORA_PROFILE: 'production',
  AUTORA_HOST: '127.0.0.1',
  AUTORA_PORT: 0,
  AUTORA_IDENTITY_URL: urls.identity,
  AUTORA_DEALER_OPS_URL: urls.dealer_ops,
  AUTORA_AUDIT_URL: urls.audit,
  AUTORA_SEAL_KEY: { id: 'k1', secret: Buffer.alloc(32, 7) },
  AUTORA_HOP_SECRET: hopSecret,
  AUTORA_ISSUER: issuer,
  AUTORA_AUDIENCE: audience,
  AUTORA_JWKS_URL: undefined,
})

/** A log that keeps its lines. */
export function keptLog(): Log & { readonly lines: { event: string; fields: Record<string, unknown> }[] } {
  const lines: { event: string; fields: Record<string, unknown> }[] = []
  const keep = (event: string, fields: object = {}) => void lines.push({ event, fields: { ...fields } })
  return {
    lines,
    info: keep,
    warn: keep,
    error: (event, cause, fields) => keep(event, { ...fields, cause: String(cause) }),
  }
}
