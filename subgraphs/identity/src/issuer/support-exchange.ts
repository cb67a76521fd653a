import type { Clock } from '@autora/shared/request'
import { createLocalJWKSet, errors as joseErrors, jwtVerify } from 'jose'
import { errors, type Provider, type TokenEndpointGrantContext } from 'oidc-provider'
import type { KeyRing } from './key-service.js'
import { lifetimes } from './lifetimes.js'
import type { Sessions } from './session-service.js'
import type { GrantType } from './site.js'
import type { ConsumedSession, Presenter, SupportExchange } from './support-exchange-service.js'
import { ACCESS_TOKEN_TYPE, SUPPORT_TOKEN_TYPE, TOKEN_EXCHANGE } from './token-types.js'

/** What an exchange works with, for one set of keys. */
export interface ExchangeParts {
  readonly issuer: string
  readonly audience: string
  readonly sessions: Sessions
  readonly exchange: SupportExchange
  readonly clock: Clock
}

/** A parameter that must be there once. @throws {errors.InvalidRequest} */
function parameter(ctx: TokenEndpointGrantContext, name: string): string {
  const value = ctx.oidc.params[name]
  if (typeof value === 'string' && value !== '') return value
  throw new errors.InvalidRequest(`missing required parameter ${name}`)
}

/**
 * Who stands behind an actor token: a person with an access token of this client that acts for nobody else. What
 * carries `act` or a grant already is refused: rights are never passed on a second time.
 *
 * @throws {errors.InvalidGrant} anything else.
 */
async function presenter(
  { issuer, audience, clock }: ExchangeParts,
  ring: KeyRing,
  ctx: TokenEndpointGrantContext,
): Promise<Presenter> {
  const keys = createLocalJWKSet({ keys: ring.map(({ publicJwk }) => ({ ...publicJwk, kty: 'EC' })) })
  try {
    const { payload } = await jwtVerify(parameter(ctx, 'actor_token'), keys, {
      algorithms: ['ES256'],
      typ: 'at+jwt',
      issuer,
      audience,
      requiredClaims: ['sub', 'sid', 'exp', 'client_id'],
      currentDate: clock.now(),
    })
    const { sub, sid, client_id, act, grant } = payload
    const isPlain = act === undefined && grant === undefined && client_id === ctx.oidc.client.clientId
    if (isPlain && sub && typeof sid === 'string') return { userId: sub, sessionId: sid }
  } catch (error) {
    if (!(error instanceof joseErrors.JOSEError)) throw error
  }
  throw new errors.InvalidGrant('the actor token is not acceptable')
}

/** Opens the session of an exchange and makes its access token: never longer than the grant, never refreshed. */
async function accessToken(
  provider: Provider,
  { audience, sessions }: ExchangeParts,
  { client }: TokenEndpointGrantContext['oidc'],
  consumed: ConsumedSession,
) {
  const { accountId, secondsLeft, assurance, authenticatedAt } = consumed
  const authorization = new provider.Grant({ accountId, clientId: client.clientId })
  authorization.addResourceScope(audience, 'api')
  const grantId = await authorization.save()
  await sessions.start({
    membership: {
      membershipId: consumed.membershipId,
      tenantId: consumed.membershipTenantId,
      userId: consumed.userId,
      role: consumed.role,
      storeId: null,
    },
    ...{ accountId, grantId, assurance, authenticatedAt },
    clientId: client.clientId,
    browserUid: null,
    isAnalyst: false,
    lifeSeconds: secondsLeft,
    supportGrantId: consumed.grantId,
  })
  const token = new provider.AccessToken({ accountId, client, grantId, gty: 'token_exchange', scope: 'api' })
  token.resourceServer = new provider.ResourceServer(audience, {
    audience,
    scope: 'api',
    accessTokenFormat: 'jwt',
    accessTokenTTL: Math.min(lifetimes.accessToken, secondsLeft),
    jwt: { sign: { alg: 'ES256' } },
  })
  return token
}

/**
 * Token exchange for support sessions (RFC 8693): the one-use token of `supportSessionStart` as subject, the
 * supporter's own access token as actor. The result acts for the dealer group (`sub`) by the supporter (`act.sub`)
 * under the grant, for five minutes; another one takes another start.
 */
export const supportExchange = (parts: ExchangeParts, ring: KeyRing): GrantType => ({
  name: TOKEN_EXCHANGE,
  parameters: [
    'subject_token',
    'subject_token_type',
    'actor_token',
    'actor_token_type',
    'requested_token_type',
  ],
  async handle(provider, ctx) {
    const subjectToken = parameter(ctx, 'subject_token')
    if (parameter(ctx, 'subject_token_type') !== SUPPORT_TOKEN_TYPE)
      throw new errors.InvalidRequest('subject_token_type is not supported')
    if (parameter(ctx, 'actor_token_type') !== ACCESS_TOKEN_TYPE)
      throw new errors.InvalidRequest('actor_token_type is not supported')
    const requested = ctx.oidc.params.requested_token_type
    if (requested !== undefined && requested !== ACCESS_TOKEN_TYPE)
      throw new errors.InvalidRequest('requested_token_type is not supported')
    const consumed = await parts.exchange.consume(subjectToken, await presenter(parts, ring, ctx))
    if (!consumed) throw new errors.InvalidGrant('the subject token is not acceptable')
    const token = await accessToken(provider, parts, ctx.oidc, consumed)
    ctx.body = {
      access_token: await token.save(),
      issued_token_type: ACCESS_TOKEN_TYPE,
      token_type: 'Bearer',
      expires_in: token.expiration,
      scope: 'api',
    }
  },
})
