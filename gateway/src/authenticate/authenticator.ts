import { createHash } from 'node:crypto'
import type { Actor } from '@autora/shared/actor'
import type { GatewaySettings } from '@autora/shared/config'
import type { Clock } from '@autora/shared/request'
import type { Log } from '@autora/shared/telemetry'
import { Refusal } from '../answers/index.js'
import { BoundedMemory } from '../bounded-memory.js'
import type { SubgraphWays } from '../calls/index.js'
import type { Rates } from '../rates/index.js'
import {
  checkSpelling,
  type TokenClaims,
  TokenRefused,
  tokenLimits,
  verifyAccessToken,
} from './access-token.js'
import { ClientAddress } from './client-address.js'
import { headerOf, type KeyCredential, type Knock, readCredential, readMembership } from './credential.js'
import { ForeignIssuers } from './foreign-issuers.js'
import { type ForeignClaims, unverifiedOrigin } from './foreign-token.js'
import { fetchKeys } from './key-fetch.js'
import { tellKeyRefusal } from './key-refusals.js'
import { KeySet, KeysUnavailable } from './key-set.js'
import { type Admission, Principals } from './principals.js'
import { Proofs, proofAlgorithms } from './proof.js'
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
  readonly rates: Rates
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
  private readonly addresses: ClientAddress
  private readonly proofs: Proofs
  /** What identity tells of withdrawn rights; while it is not started, identity is asked every time. */
  readonly feed: RevocationFeed

  constructor(private readonly parts: AuthenticatorOptions) {
    const { settings, ways, clock, log } = parts
    const url =
      settings.AUTORA_JWKS_URL ?? new URL('/.well-known/jwks.json', settings.AUTORA_IDENTITY_URL).href
    this.keys = new KeySet(() => fetchKeys(url), log, this.forgetTokens)
    this.feed = new RevocationFeed(ways, clock, log)
    this.principals = new Principals(ways, clock, log, this.feed)
    const onChange = this.forgetTokens
    this.foreign = new ForeignIssuers({ settings, ways, clock, log, feed: this.feed, onChange })
    this.settings = settings
    this.addresses = new ClientAddress(settings.AUTORA_TRUSTED_PROXIES)
    this.clock = clock
    this.proofs = new Proofs(settings.AUTORA_PUBLIC_URL, clock)
  }

  /**
   * The actor behind a request, as he stands now.
   *
   * @param request - its headers as they came, and where its connection comes from; Authorization is read, and which
   *   membership of a foreign issuer's person.
   * @throws {Refusal} 401 UNAUTHENTICATED - the same, whatever was wrong.
   * @throws {Refusal} 401 with a code of its own - to the holder of a key that is expired, too early, misplaced or unproven.
   * @throws {Refusal} 429 TOO_MANY_REQUESTS - a key was used more often than it may.
   * @throws {Refusal} 503 SERVICE_UNAVAILABLE - nobody can be asked; never let in instead.
   */
  async authenticate(request: Knock, requestId: string): Promise<Actor> {
    return (await this.admit(request, requestId)).actor
  }

  /** The same, with the means to find out later whether he would still be let in. */
  async admit(request: Knock, requestId: string): Promise<Admission> {
    const credential = readCredential(request.rawHeaders)
    if (typeof credential === 'string') throw unauthenticated(credential)
    const admission =
      credential.kind === 'KEY'
        ? await this.principals.ofKey(credential.key, this.addressOf(request), requestId)
        : await this.admitToken(request, credential.token, requestId)
    if (!admission) throw unauthenticated('PRINCIPAL_NOT_ACTIVE')
    const { actor } = admission
    if (credential.kind === 'KEY') await this.demandProof(request, credential, actor, requestId)
    await this.parts.rates.admit(actor)
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

  private async admitToken(request: Knock, token: string, requestId: string): Promise<Admission | null> {
    const claims = await this.claims(token)
    if (!('providerId' in claims)) return this.principals.ofToken(claims, requestId)
    const membershipId = readMembership(request.rawHeaders)
    if (membershipId === undefined) throw unauthenticated('MEMBERSHIP_FORM')
    return this.principals.ofForeign(claims, membershipId, requestId)
  }

  /** Where a request comes from, as far as it can be known. */
  addressOf({ rawHeaders, socket }: Knock): string | null {
    return this.addresses.of(socket?.remoteAddress, headerOf(rawHeaders, 'x-forwarded-for'))
  }

  /**
   * A key that is bound to a key pair is taken with a proof and not without; any other one not with a proof, which would
   * prove nothing (RFC 9449, section 7.1).
   */
  private async demandProof(
    request: Knock,
    { key, hasProof }: KeyCredential,
    actor: Actor,
    requestId: string,
  ): Promise<void> {
    const jkt = actor.key?.jkt ?? null
    if (jkt === null && !hasProof) return
    const fault =
      jkt === null
        ? 'PROOF_UNBOUND'
        : hasProof
          ? await this.proofs.fault({ request, key, jkt })
          : 'PROOF_MISSING'
    if (fault === null) return
    await tellKeyRefusal(this.parts, actor, { reason: fault, requestId })
    const challenge = `DPoP error="invalid_dpop_proof", algs="${proofAlgorithms.join(' ')}"`
    throw new Refusal(401, 'KEY_PROOF_REFUSED', { headers: { 'www-authenticate': challenge }, logged: fault })
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
