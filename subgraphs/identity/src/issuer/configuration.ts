import {
  type Adapter,
  type Client,
  type Configuration,
  errors,
  type KoaContextWithOIDC,
  type ResourceServer,
} from 'oidc-provider'
import { applications, type Redirect } from './applications.js'
import { acrs } from './assurance.js'
import { fillAccessToken } from './claims.js'
import { SERVICE_AUDIENCE, SERVICE_SCOPE } from './client-service.js'
import { Decisions } from './decision-service.js'
import { signInPath } from './interactions.js'
import type { KeyRing } from './key-service.js'
import { lifetimes } from './lifetimes.js'
import { showError, showSignedOut, showSignOut } from './pages.js'
import { prompts } from './prompts.js'
import type { IssuerSecrets } from './secrets.js'
import type { Sessions } from './session-service.js'

/** What the library is configured with. */
export interface ConfigurationParts {
  readonly issuer: string
  readonly audience: string
  readonly redirects: readonly Redirect[]
  /** Our own proxies in front of the issuer. */
  readonly proxies: number
  readonly secrets: IssuerSecrets
  readonly sessions: Sessions
  readonly adapter: (model: string) => Adapter
}

/** Where the protocol is spoken; everything else of the issuer stands under `/.well-known`. */
const routes = {
  authorization: '/oidc/authorize',
  token: '/oidc/token',
  revocation: '/oidc/revoke',
  introspection: '/oidc/introspect',
  end_session: '/oidc/sign-out',
  jwks: '/.well-known/jwks.json',
} as const

const isService = (client: Client): boolean => client.grantTypeAllowed('client_credentials')

/** One audience a kind of client, whatever it asks for. @throws {errors.InvalidTarget} another one was named. */
const resourceServer =
  (audience: string) =>
  (_ctx: KoaContextWithOIDC, resource: string, client: Client): ResourceServer => {
    if (isService(client) && resource === SERVICE_AUDIENCE)
      return {
        audience: SERVICE_AUDIENCE,
        scope: SERVICE_SCOPE,
        accessTokenFormat: 'opaque', // it can be asked about and revoked, and is no token to a gateway
        accessTokenTTL: lifetimes.serviceToken,
      }
    if (isService(client) || resource !== audience) throw new errors.InvalidTarget()
    return {
      audience,
      scope: 'api',
      accessTokenFormat: 'jwt',
      accessTokenTTL: lifetimes.accessToken,
      jwt: { sign: { alg: 'ES256' } },
    }
  }

/** A client decides about its own tokens and learns nothing about others. */
const isOwnToken = (
  _ctx: KoaContextWithOIDC,
  client: Client,
  token: { readonly clientId?: string | undefined },
) => token.clientId === client.clientId

const features = (audience: string): NonNullable<Configuration['features']> => ({
  devInteractions: { enabled: false },
  dPoP: { enabled: false },
  pushedAuthorizationRequests: { enabled: false },
  userinfo: { enabled: false },
  clientCredentials: { enabled: true },
  revocation: { enabled: true, allowedPolicy: isOwnToken },
  introspection: {
    enabled: true,
    // a public client proves nothing: it is told that nothing is active
    allowedPolicy: (ctx, client, token) =>
      client.clientAuthMethod !== 'none' && isOwnToken(ctx, client, token),
  },
  rpInitiatedLogout: {
    enabled: true,
    logoutSource: showSignOut,
    postLogoutSuccessSource: showSignedOut,
  },
  resourceIndicators: {
    enabled: true,
    defaultResource: (_ctx, client) => (isService(client) ? SERVICE_AUDIENCE : audience),
    useGrantedResource: () => true,
    getResourceServerInfo: resourceServer(audience),
  },
})

const ttl: Configuration['ttl'] = {
  AccessToken: lifetimes.accessToken,
  AuthorizationCode: lifetimes.authorizationCode,
  ClientCredentials: lifetimes.serviceToken,
  IdToken: lifetimes.idToken,
  Interaction: lifetimes.interaction,
  Session: lifetimes.browser,
  Grant: lifetimes.authorization,
  // rotation renews a token, never the end of what it came from
  RefreshToken: (_ctx, token, client) => {
    const whole = client.applicationType === 'native' ? lifetimes.session.native : lifetimes.session.web
    return Math.max(1, whole - token.totalLifetime())
  },
}

const cookies = ({ issuer, secrets }: ConfigurationParts): Configuration['cookies'] => {
  const isSecure = issuer.startsWith('https:')
  // the prefix makes browsers refuse a cookie of the same name from another host or without TLS
  const prefix = isSecure ? '__Host-' : ''
  const options = { httpOnly: true, sameSite: 'lax', signed: true, secure: isSecure } as const
  return {
    keys: [...secrets.cookieKeys],
    names: { session: `${prefix}autora_session`, interaction: 'autora_interaction', resume: 'autora_resume' },
    long: options,
    short: options,
  }
}

/** The origin of a registered redirect and no other. */
const isOwnOrigin = (_ctx: KoaContextWithOIDC, origin: string, client: Client): boolean =>
  (client.redirectUris ?? []).some((uri) => /^https?:/.test(uri) && new URL(uri).origin === origin)

/** The whole configuration, for one set of keys. */
export function configuration(parts: ConfigurationParts, ring: KeyRing): Configuration {
  const { audience, sessions } = parts
  return {
    adapter: parts.adapter,
    clients: applications(parts.redirects),
    clientDefaults: { id_token_signed_response_alg: 'ES256' },
    clientAuthMethods: ['none', 'client_secret_basic'],
    clientBasedCORS: isOwnOrigin,
    jwks: { keys: ring.map(({ privateJwk }) => privateJwk) },
    enabledJWA: { idTokenSigningAlgValues: ['ES256'] },
    responseTypes: ['code'],
    scopes: ['openid', 'offline_access', SERVICE_SCOPE],
    acrValues: Object.values(acrs),
    pkce: { required: () => true },
    allowOmittingSingleRegisteredRedirectUri: false,
    extraParams: ['membership', 'analyst'],
    rotateRefreshToken: true,
    issueRefreshToken: (_ctx, client) => client.grantTypeAllowed('refresh_token'),
    expiresWithSession: () => false, // a sign-out ends the sessions of the browser itself, see site.ts
    routes,
    ttl,
    cookies: cookies(parts),
    features: features(audience),
    formats: { customizers: { jwt: fillAccessToken(sessions) } },
    interactions: {
      policy: prompts({ decisions: new Decisions(sessions), sessions, audience, proxies: parts.proxies }),
      url: (_ctx, { uid }) => signInPath(uid),
    },
    renderError: showError,
    // before anything is used up: what a token would stand on must hold
    async findAccount(_ctx, accountId, token) {
      const grantId = token && 'grantId' in token ? token.grantId : undefined
      if (grantId && !(await sessions.live(grantId))) return undefined
      if (!(await sessions.isAccountActive(accountId))) return undefined
      return { accountId, claims: () => ({ sub: accountId }) }
    },
  }
}
