import type { IncomingMessage, ServerResponse } from 'node:http'
import type { PublicSite } from '@autora/shared/graphql'
import type { Log } from '@autora/shared/telemetry'
import { type KoaContextWithOIDC, Provider, type TokenEndpointGrantContext } from 'oidc-provider'
import type { Clients } from './client-service.js'
import { type ConfigurationParts, configuration } from './configuration.js'
import type { KeyRing } from './key-service.js'
import type { Sessions } from './session-service.js'

/** A grant type beside those of the library; the token that it makes stands on an authorization with a session. */
export interface GrantType {
  /** Such as `urn:ietf:params:oauth:grant-type:token-exchange`. */
  readonly name: string
  readonly parameters: readonly string[]
  /** Answers the token request by setting `ctx.body`. */
  handle(provider: Provider, ctx: TokenEndpointGrantContext): Promise<void>
}

/** What a provider is made with. */
export interface ProviderParts extends ConfigurationParts {
  readonly clients: Clients
  readonly grantTypes: readonly GrantType[]
  readonly log: Log
}

const keySetPath = '/.well-known/jwks.json'
const discoveryPaths = ['/.well-known/openid-configuration', '/.well-known/oauth-authorization-server']

/** Whether a path is the issuer's. */
export const isIssuerPath = (path: string): boolean =>
  path.startsWith('/oidc/') || path === keySetPath || discoveryPaths.includes(path)

/** RFC 7009 answers with nothing: nothing has no type, and clients refuse one that is not JSON. */
async function withoutEmptyType(ctx: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> {
  await next()
  if (ctx.body === '') ctx.remove('content-type')
}

/** Ends the sessions of a browser when its person signs out; before the answer, so that nobody is told too early. */
const endWithBrowser =
  (sessions: Sessions) =>
  async (ctx: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> => {
    await next()
    const session = ctx.oidc?.route === 'end_session_confirm' ? ctx.oidc.session : undefined
    if (session && 'destroyed' in session && session.destroyed) await sessions.endBrowser(session.uid)
  }

/** What was refused goes to the log as a code, what failed with its error; never a token, a name or a body. */
function keepLog(provider: Provider, log: Log): void {
  const refused =
    (endpoint: string) =>
    (_ctx: unknown, error: { readonly error?: string; readonly error_detail?: string | undefined }) =>
      log.warn('issuer.refused', { endpoint, code: error.error ?? '', detail: error.error_detail ?? '' })
  provider.on('authorization.error', refused('authorization'))
  provider.on('grant.error', refused('token'))
  provider.on('introspection.error', refused('introspection'))
  provider.on('revocation.error', refused('revocation'))
  provider.on('end_session.error', refused('sign-out'))
  provider.on('server_error', (_ctx, error) => log.error('issuer.failed', error))
  const koa: NodeJS.EventEmitter = provider
  koa.on('error', (error: unknown) => log.error('issuer.failed', error))
}

/** A provider for one set of keys. The library keeps its keys for good, so other keys mean another provider. */
export function createProvider(parts: ProviderParts, ring: KeyRing): Provider {
  const provider = new Provider(parts.issuer, configuration(parts, ring))
  provider.Client.prototype.compareClientSecret = function (presented: string) {
    return parts.clients.isSecret(presented, this.clientSecret ?? '')
  }
  // this service never speaks TLS itself: where people reach it by https there is a proxy, see IssuerSite
  provider.proxy = parts.issuer.startsWith('https:')
  provider.use(endWithBrowser(parts.sessions))
  provider.use(withoutEmptyType)
  for (const { name, parameters, handle } of parts.grantTypes)
    provider.registerGrantType(name, (ctx) => handle(provider, ctx), [...parameters])
  keepLog(provider, parts.log)
  return provider
}

/** The issuer as browsers and applications see it. */
export class IssuerSite implements PublicSite {
  private readonly handlers = new WeakMap<Provider, ReturnType<Provider['callback']>>()

  private readonly headers: Readonly<Record<string, string>>

  /**
   * @param issuer - how people reach it.
   * @param provider - the one that works with the keys of now.
   * @param keySet - the public keys of now.
   */
  constructor(
    private readonly issuer: string,
    private readonly provider: () => Promise<Provider>,
    private readonly keySet: () => Promise<unknown>,
  ) {
    const isSecure = issuer.startsWith('https:')
    this.headers = {
      'x-frame-options': 'DENY',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      ...(isSecure && { 'strict-transport-security': 'max-age=31536000' }),
    }
  }

  owns(path: string): boolean {
    return isIssuerPath(path)
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.url?.split('?')[0] === keySetPath && request.method === 'GET') {
      const body = JSON.stringify(await this.keySet())
      response.writeHead(200, {
        'content-type': 'application/json; charset=utf-8',
        'cache-control': 'public, max-age=300',
        'access-control-allow-origin': '*', // public keys, and no cookie goes with it
      })
      response.end(body)
      return
    }
    // said by the setting, not by whoever sent the request
    request.headers['x-forwarded-proto'] = new URL(this.issuer).protocol.slice(0, -1)
    request.headers.host = new URL(this.issuer).host
    delete request.headers['x-forwarded-host']
    for (const [name, value] of Object.entries(this.headers)) response.setHeader(name, value)
    const provider = await this.provider()
    let handler = this.handlers.get(provider)
    if (!handler) {
      handler = provider.callback()
      this.handlers.set(provider, handler)
    }
    await handler(request, response)
  }
}
