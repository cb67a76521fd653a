import { createHash } from 'node:crypto'
import type { Actor } from '@autora/shared/actor'
import type { GatewaySettings } from '@autora/shared/config'
import type { Clock } from '@autora/shared/request'
import type { Log } from '@autora/shared/telemetry'
import { Refusal } from '../answers/index.js'
import { BoundedMemory } from '../bounded-memory.js'
import type { SubgraphWays } from '../calls/index.js'
import { type TokenClaims, TokenRefused, tokenLimits, verifyAccessToken } from './access-token.js'
import { readCredential } from './credential.js'
import { KeySet, KeysUnavailable } from './key-set.js'
import { type Admission, Principals } from './principals.js'
import { RevocationFeed } from './revocation-feed.js'

const MOST_TOKENS = 10_000

/** The one answer to everybody who is not known, or no longer: the reason stays in the log. */
export const unauthenticated = (logged: string) =>
  new Refusal(401, 'UNAUTHENTICATED', { headers: { 'www-authenticate': 'Bearer' }, logged })

/** What the authenticator works with. */
export interface AuthenticatorOptions {
  readonly settings: GatewaySettings
  readonly ways: SubgraphWays
  readonly clock: Clock
  readonly log: Log
}

/** Finds out who sent a request. */
export class Authenticator {
  private readonly tokens = new BoundedMemory<TokenClaims>(MOST_TOKENS)
  private readonly keys: KeySet
  private readonly principals: Principals
  private readonly settings: GatewaySettings
  private readonly clock: Clock
  /** What identity tells of withdrawn rights; while it is not started, identity is asked every time. */
  readonly feed: RevocationFeed

  constructor({ settings, ways, clock, log }: AuthenticatorOptions) {
    const url =
      settings.AUTORA_JWKS_URL ?? new URL('/.well-known/jwks.json', settings.AUTORA_IDENTITY_URL).href
    this.keys = new KeySet(url, log, () => this.tokens.clear())
    this.feed = new RevocationFeed(ways, clock, log)
    this.principals = new Principals(ways, clock, log, this.feed)
    this.settings = settings
    this.clock = clock
  }

  /**
   * The actor behind a request, as he stands now.
   *
   * @param rawHeaders - names and values in turn; only Authorization is read.
   * @throws {Refusal} 401 UNAUTHENTICATED - always the same, whatever was wrong.
   * @throws {Refusal} 503 SERVICE_UNAVAILABLE - nobody can be asked; never let in instead.
   */
  async authenticate(rawHeaders: readonly string[], requestId: string): Promise<Actor> {
    return (await this.admit(rawHeaders, requestId)).actor
  }

  /** The same, with the means to find out later whether he would still be let in. */
  async admit(rawHeaders: readonly string[], requestId: string): Promise<Admission> {
    const credential = readCredential(rawHeaders)
    if (typeof credential === 'string') throw unauthenticated(credential)
    const admission =
      credential.kind === 'KEY'
        ? await this.principals.ofKey(credential.key, requestId)
        : await this.principals.ofToken(await this.claims(credential.token), requestId)
    if (!admission) throw unauthenticated('PRINCIPAL_NOT_ACTIVE')
    return admission
  }

  /** The claims of a token; the signature of the very same bytes is checked once. */
  private async claims(token: string): Promise<TokenClaims> {
    const digest = createHash('sha256').update(token).digest('base64url')
    const now = this.clock.now()
    const known = this.tokens.get(digest)
    if (known) {
      this.keys.refreshWhenOld()
      if (known.expiresAt + tokenLimits.clockTolerance > now.getTime() / 1000) return known
      this.tokens.delete(digest)
      throw unauthenticated('ERR_JWT_EXPIRED')
    }
    try {
      const claims = await verifyAccessToken(token, {
        keys: this.keys.find,
        issuer: this.settings.AUTORA_ISSUER,
        audience: this.settings.AUTORA_AUDIENCE,
        now,
      })
      this.tokens.set(digest, claims)
      return claims
    } catch (error) {
      if (error instanceof TokenRefused) throw unauthenticated(error.reason)
      if (error instanceof KeysUnavailable)
        throw new Refusal(503, 'SERVICE_UNAVAILABLE', { headers: { 'retry-after': '1' }, logged: 'NO_KEYS' })
      throw error
    }
  }
}
