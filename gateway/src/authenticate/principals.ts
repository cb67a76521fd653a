import { createHash } from 'node:crypto'
import { type Actor, PLATFORM_TENANT, systemActor } from '@autora/shared/actor'
import type { Clock } from '@autora/shared/request'
import type { Log } from '@autora/shared/telemetry'
import { Refusal } from '../answers/index.js'
import { type CallAnswer, SignedCaller, type SubgraphWays } from '../calls/index.js'
import type { TokenClaims } from './access-token.js'
import { readAnswer } from './actor-form.js'
import type { ForeignClaims } from './foreign-token.js'
import { KEPT_FOR_MS, LookUps } from './look-ups.js'
import type { Principal } from './principal-memory.js'
import type { RevocationFeed } from './revocation-feed.js'
import { toldCode } from './told-code.js'

/** Who was let in, and how to find out whether he still would be. */
export interface Admission {
  readonly actor: Actor
  /** Names of the things this rests on, as the feed names them. */
  readonly restsOn: readonly string[]
  /** Who the same credential speaks for now; null for nobody. @throws {Refusal} 503 - identity does not answer. */
  again(): Promise<Actor | null>
}

/** A look-up must be over before the answer it would give is too old to use. */
const TIMEOUT_MS = 1_500

/** Asks identity who somebody is now: sessions, memberships, grants and keys can end at any time. */
export class Principals {
  private readonly lookUps: LookUps

  constructor(
    private readonly ways: SubgraphWays,
    private readonly clock: Clock,
    private readonly log: Log,
    feed: RevocationFeed,
  ) {
    this.lookUps = new LookUps(feed)
  }

  /** Who a verified token speaks for; null when session, membership or grant no longer hold. */
  ofToken(claims: TokenClaims, requestId: string): Promise<Admission | null> {
    const asked = {
      userId: claims.userId,
      sessionId: claims.sessionId,
      membershipId: claims.membershipId,
      membershipVersion: claims.membershipVersion,
      ...(claims.support && { grantId: claims.support.grantId, grantTenantId: claims.support.tenantId }),
      ...(claims.isAnalyst && { analyst: true }),
      ...(claims.assurance && { assurance: claims.assurance }),
    }
    const body = JSON.stringify(asked)
    const find = () =>
      this.lookUps.find(`user:${body}`, () => this.ask('/internal/principals/user', body, requestId))
    return admission(find, (actor) => fits(actor, claims))
  }

  /**
   * Who a verified token of a group's own provider speaks for; null for nobody. Never anybody of the platform.
   *
   * @param membershipId - which of his memberships; null: the only one.
   */
  ofForeign(
    claims: ForeignClaims,
    membershipId: string | null,
    requestId: string,
  ): Promise<Admission | null> {
    const { providerId, providerVersion, subject } = claims
    const body = JSON.stringify({ providerId, providerVersion, subject, membershipId })
    const find = () =>
      this.lookUps.find(`foreign:${body}`, () => this.ask('/internal/principals/external', body, requestId))
    return admission(find, isOfDealer)
  }

  /**
   * Who an API key speaks for, used from an address; null when it is unknown or revoked.
   * @throws {Refusal} 401 with the code that its holder is told: expired, too early, from a wrong address.
   */
  ofKey(key: string, address: string | null, requestId: string): Promise<Admission | null> {
    const digest = createHash('sha256').update(key).digest('base64url')
    const body = JSON.stringify({ key, address })
    const find = () =>
      this.lookUps.find(`key:${digest}:${address ?? ''}`, () =>
        this.ask('/internal/principals/key', body, requestId),
      )
    return admission(find, (actor) => actor.kind === 'KEY' && actor.principal === 'PARTNER')
  }

  private async ask(path: string, body: string, requestId: string): Promise<Principal | null> {
    const caller = new SignedCaller({ actor: systemActor, requestId }, this.ways.sealKey, this.clock)
    const askedAt = performance.now()
    let answer: CallAnswer
    try {
      answer = await this.ways.calls.identity.post(caller, {
        path,
        body,
        timeoutMs: TIMEOUT_MS,
        isRepeatable: true,
      })
    } catch (error) {
      this.log.error('principal.unresolved', error, { requestId })
      throw new Refusal(503, 'SERVICE_UNAVAILABLE', { headers: { 'retry-after': '1' } })
    }
    const isKnownNot = answer.status === 401 || answer.status === 403 || answer.status === 404
    if (isKnownNot && !answer.body.includes('CONTEXT_REFUSED')) {
      const code = toldCode(answer)
      if (code) throw new Refusal(401, code, { headers: { 'www-authenticate': 'Bearer' }, logged: code })
      return null
    }
    const found = answer.status === 200 ? readAnswer(answer.body) : null
    if (found) {
      const { actor, restsOn, validForMs } = found
      return { actor, restsOn, goodUntil: askedAt + Math.min(KEPT_FOR_MS, validForMs) }
    }
    this.log.error('principal.unresolved', undefined, { requestId, status: answer.status })
    throw new Refusal(503, 'SERVICE_UNAVAILABLE', { headers: { 'retry-after': '1' } })
  }
}

/** What a look-up found, if it is one of those who may come this way. */
async function admission(
  lookUp: () => Promise<Principal | null>,
  isTheirs: (actor: Actor) => boolean,
): Promise<Admission | null> {
  const find = async () => {
    const found = await lookUp()
    return found && isTheirs(found.actor) ? found : null
  }
  const found = await find()
  if (!found) return null
  const again = async () => {
    try {
      return (await find())?.actor ?? null
    } catch (error) {
      if (error instanceof Refusal && error.status === 401) return null
      throw error
    }
  }
  return { actor: found.actor, restsOn: found.restsOn, again }
}

/** What a foreign issuer can make of anybody, at most. */
const isOfDealer = ({ kind, grant, principal, reach, tenantId }: Actor): boolean =>
  kind === 'USER' &&
  grant === null &&
  principal.startsWith('DEALER_') &&
  reach !== 'PLATFORM' &&
  tenantId !== PLATFORM_TENANT

/** Whether identity spoke of the one who was asked about. */
function fits(actor: Actor, claims: TokenClaims): boolean {
  if (actor.kind !== 'USER' || actor.id !== claims.userId) return false
  if (claims.isAnalyst && actor.principal !== 'ANALYST') return false
  if (!claims.support) return actor.grant === null
  return actor.grant?.id === claims.support.grantId && actor.tenantId === claims.support.tenantId
}
