import { createHash } from 'node:crypto'
import type { Actor } from '@autora/shared/actor'
import type { GatewaySettings } from '@autora/shared/config'
import type { Clock } from '@autora/shared/request'
import type { Log } from '@autora/shared/telemetry'
import { Refusal } from '../answers/index.js'
import { BoundedMemory } from '../bounded-memory.js'
import type { SubgraphWays } from '../calls/index.js'
import {
  checkSpelling,
  type TokenClaims,
  TokenRefused,
  tokenLimits,
  verifyAccessToken,
} from './access-token.js'
import { readCredential, readMembership } from './credential.js'
import { ForeignIssuers } from './foreign-issuers.js'
import { type ForeignClaims, unverifiedOrigin } from './foreign-token.js'
import { fetchKeys } from './key-fetch.js'
import { KeySet, KeysUnavailable } from './key-set.js'
import { type Admission, Principals } from './principals.js'
import { ProvidersUnavailable } from './providers.js'
import { RevocationFeed } from './revocation-feed.js'

const MOST_TOKENS = 10_000

/** Of a token of ours, or of a dealer group's own provider. */
type Claims = TokenClaims | ForeignClaims

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
  private readonly tokens = new BoundedMemory<Claims>(MOST_TOKENS)
  private changes = 0
  private readonly foreign: ForeignIssuers
  private readonly keys: KeySet
  private readonly principals: Principals
  private readonly settings: GatewaySettings
  private readonly clock: Clock
  /** What identity tells of withdrawn rights; while it is not started, identity is asked every time. */
  readonly feed: RevocationFeed

  constructor({ settings, ways, clock, log }: AuthenticatorOptions) {
    const url =
      settings.AUTORA_JWKS_URL ?? new URL('/.well-known/jwks.json', settings.AUTORA_IDENTITY_URL).href
    this.keys = new KeySet(() => fetchKeys(url), log, this.forgetTokens)
    this.feed = new RevocationFeed(ways, clock, log)
    this.principals = new Principals(ways, clock, log, this.feed)
    const onChange = this.forgetTokens
    this.foreign = new ForeignIssuers({ settings, ways, clock, log, feed: this.feed, onChange })
    this.settings = settings
    this.clock = clock
  }

  /**
   * The actor behind a request, as he stands now.
   *
   * @param rawHeaders - names and values in turn; Authorization is read, and which membership of a foreign issuer's person.
   * @throws {Refusal} 401 UNAUTHENTICATED - always the same, whatever was wrong.
   * @throws {Refusal} 503 SERVICE_UNAVAILABLE - nobody can be asked; never let in instead.
   */
  async authenticate(rawHeaders: readonly string[], requestId: string): Promise<Actor> {
    return (await this.admit(rawHeaders, requestId)).actor
  }

  /** The same, with the means to find out later whether he would still be let in. */
  async admit(rawHeaders: readonly string[], requestId: string): Promise<Admission> {
    const admission = await this.admitted(rawHeaders, requestId)
    if (!admission) throw unauthenticated('PRINCIPAL_NOT_ACTIVE')
    return admission
  }

  /** Starts to follow what identity tells. */
  start(): void {
    this.feed.start()
  }

  /** Ends that, and every connection to foreign issuers. */
  async stop(): Promise<void> {
    this.feed.stop()
    await this.foreign.close()
  }

  private async admitted(rawHeaders: readonly string[], requestId: string): Promise<Admission | null> {
    const credential = readCredential(rawHeaders)
    if (typeof credential === 'string') throw unauthenticated(credential)
    if (credential.kind === 'KEY') return this.principals.ofKey(credential.key, requestId)
    const claims = await this.claims(credential.token)
    if (!('providerId' in claims)) return this.principals.ofToken(claims, requestId)
    const membershipId = readMembership(rawHeaders)
    if (membershipId === undefined) throw unauthenticated('MEMBERSHIP_FORM')
    return this.principals.ofForeign(claims, membershipId, requestId)
  }

  /** The claims of a token; the signature of the very same bytes is checked once. */
  private async claims(token: string): Promise<Claims> {
    const digest = createHash('sha256').update(token).digest('base64url')
    const now = this.clock.now()
    const known = this.tokens.get(digest)
    if (known) {
      if ('providerId' in known) this.foreign.refreshWhenOld(known)
      else this.keys.refreshWhenOld()
      if (known.expiresAt + tokenLimits.clockTolerance > now.getTime() / 1000) return known
      this.tokens.delete(digest)
      throw unauthenticated('ERR_JWT_EXPIRED')
    }
    const { changes } = this
    try {
      const claims = await this.verify(token, now)
      // keys or providers that changed meanwhile do not vouch for it
      if (changes === this.changes) this.tokens.set(digest, claims)
      return claims
    } catch (error) {
      if (error instanceof TokenRefused) throw unauthenticated(error.reason)
      if (error instanceof KeysUnavailable || error instanceof ProvidersUnavailable)
        throw new Refusal(503, 'SERVICE_UNAVAILABLE', { headers: { 'retry-after': '1' }, logged: 'NO_KEYS' })
      throw error
    }
  }

  /** Our own issuer's tokens by our own keys; whatever else a token claims to be of, by that provider's. */
  private verify(token: string, now: Date): Promise<Claims> {
    checkSpelling(token)
    const { AUTORA_ISSUER: issuer, AUTORA_AUDIENCE: audience } = this.settings
    const origin = unverifiedOrigin(token)
    if (origin && origin.issuer !== issuer) return this.foreign.verify(token, origin.issuer, origin.audiences)
    return verifyAccessToken(token, { keys: this.keys.find, issuer, audience, now })
  }

  private readonly forgetTokens = () => {
    this.changes += 1
    this.tokens.clear()
  }
}
