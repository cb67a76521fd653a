import { randomUUID } from 'node:crypto'
import { type RunningGateway, startGateway } from '../src/index.js'
import { goodClaims, keySetOf, newKey, sign } from './issuer.js'
import { dealerOpsResponder, identityResponder } from './sample-services.js'
import { actorOf, type FakeService, fakeService, keptLog, testSettings } from './services.js'

/** An answer as a client sees it. */
export interface ClientAnswer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  // biome-ignore lint/suspicious/noExplicitAny: an answer has the shape of its query
  readonly json: any
}

/** A gateway over the sample graph with fake services behind it. */
export class TestGateway {
  readonly log = keptLog()
  actor = actorOf('DEALER_SALES')
  token = ''
  private readonly key = newKey('k1')
  identity!: FakeService
  dealerOps!: FakeService
  audit!: FakeService
  running!: RunningGateway

  /** Starts everything. */
  async start(supergraphSdl: string): Promise<this> {
    const keys = await keySetOf(this.key)
    this.identity = await fakeService('identity', () => ({}), { '/.well-known/jwks.json': () => keys })
    this.dealerOps = await fakeService('dealer_ops', dealerOpsResponder)
    this.audit = await fakeService('audit', () => ({ data: { auditEvents: [] } }))
    const urls = { identity: this.identity.url, dealer_ops: this.dealerOps.url, audit: this.audit.url }
    this.running = await startGateway(testSettings(urls), { supergraphSdl, log: this.log })
    return this
  }

  /** Everything answers well again, nothing has been asked, a salesperson is asking. */
  async reset(): Promise<void> {
    await this.as('DEALER_SALES')
    this.identity.respond = (call, response) =>
      call.path === '/graphql' ? identityResponder(call, response) : { actor: this.actor }
    this.dealerOps.respond = dealerOpsResponder
    for (const service of [this.identity, this.dealerOps, this.audit]) service.calls.length = 0
    this.log.lines.length = 0
  }

  /** From now on requests come from somebody of this kind; a new session, so that nothing is remembered. */
  async as(principal: Parameters<typeof actorOf>[0]): Promise<void> {
    this.actor = actorOf(principal)
    this.token = `Bearer ${await sign(this.key, { ...goodClaims(), sid: randomUUID() })}`
  }

  /** Sends a body. */
  async post(
    path: string,
    body: string | Buffer,
    headers: Record<string, string> = {},
  ): Promise<ClientAnswer> {
    const response = await fetch(`${this.running.url}${path}`, {
      method: 'POST',
      body: new Uint8Array(Buffer.from(body)),
      headers: { authorization: this.token, 'content-type': 'application/json', ...headers },
    })
    const text = await response.text()
    return { status: response.status, headers: response.headers, text, json: text ? JSON.parse(text) : null }
  }

  /** Sends an operation. */
  ask(query: string, variables: object = {}, headers: Record<string, string> = {}): Promise<ClientAnswer> {
    return this.post('/graphql', JSON.stringify({ query, variables }), headers)
  }

  /** Stops everything. */
  async close(): Promise<void> {
    await this.running.close()
    await Promise.all([this.identity.close(), this.dealerOps.close(), this.audit.close()])
  }
}

/** Code of the first error of an answer. */
export const codeOf = ({ json }: ClientAnswer): string | undefined => json.errors?.[0]?.extensions.code
