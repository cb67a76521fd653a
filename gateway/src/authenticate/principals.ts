import { createHash } from 'node:crypto'
import { type Actor, systemActor } from '@autora/shared/actor'
import type { Clock } from '@autora/shared/request'
import type { Log } from '@autora/shared/telemetry'
import { Refusal } from '../answers/index.js'
import { BoundedMemory } from '../bounded-memory.js'
import { type CallAnswer, SignedCaller, type SubgraphWays } from '../calls/index.js'
import type { TokenClaims } from './access-token.js'
import { readActor } from './actor-form.js'
import { toldCode } from './told-code.js'

/** How long an answer of identity is good, in milliseconds: a withdrawn right ends within twice that. */
const GOOD_FOR_MS = 1_000

/** A look-up must be over before the answer it would give is too old to use. */
const TIMEOUT_MS = 1_500

const MOST_PRINCIPALS = 10_000

/** Asks identity who somebody is now: sessions, memberships, grants and keys can end at any time. */
export class Principals {
  private readonly memory = new BoundedMemory<{
    readonly askedAt: number
    readonly actor: Promise<Actor | null>
  }>(MOST_PRINCIPALS)

  constructor(
    private readonly ways: SubgraphWays,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  /** Who a verified token speaks for; null when session, membership or grant no longer hold. */
  async ofToken(claims: TokenClaims, requestId: string): Promise<Actor | null> {
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
    const actor = await this.remembered(`user:${body}`, '/internal/principals/user', body, requestId)
    return actor && fits(actor, claims) ? actor : null
  }

  /**
   * Who an API key speaks for, used from an address; null when it is unknown or revoked.
   * @throws {Refusal} 401 with the code that its holder is told: expired, too early, from a wrong address.
   */
  async ofKey(key: string, address: string | null, requestId: string): Promise<Actor | null> {
    const digest = createHash('sha256').update(key).digest('base64url')
    const body = JSON.stringify({ key, address })
    const name = `key:${digest}:${address ?? ''}`
    const actor = await this.remembered(name, '/internal/principals/key', body, requestId)
    return actor?.kind === 'KEY' && actor.principal === 'PARTNER' ? actor : null
  }

  private remembered(name: string, path: string, body: string, requestId: string): Promise<Actor | null> {
    const known = this.memory.get(name)
    if (known && performance.now() - known.askedAt < GOOD_FOR_MS) return known.actor
    const actor = this.ask(path, body, requestId)
    const entry = { askedAt: performance.now(), actor }
    this.memory.set(name, entry)
    const forget = () => {
      if (this.memory.get(name) === entry) this.memory.delete(name)
    }
    actor.then((found) => found ?? forget(), forget)
    return actor
  }

  private async ask(path: string, body: string, requestId: string): Promise<Actor | null> {
    const caller = new SignedCaller({ actor: systemActor, requestId }, this.ways.sealKey, this.clock)
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
    const actor = answer.status === 200 ? readActor(answer.body) : null
    if (actor) return actor
    this.log.error('principal.unresolved', undefined, { requestId, status: answer.status })
    throw new Refusal(503, 'SERVICE_UNAVAILABLE', { headers: { 'retry-after': '1' } })
  }
}

/** Whether identity spoke of the one who was asked about. */
function fits(actor: Actor, claims: TokenClaims): boolean {
  if (actor.kind !== 'USER' || actor.id !== claims.userId) return false
  if (claims.isAnalyst && actor.principal !== 'ANALYST') return false
  if (!claims.support) return actor.grant === null
  return actor.grant?.id === claims.support.grantId && actor.tenantId === claims.support.tenantId
}
