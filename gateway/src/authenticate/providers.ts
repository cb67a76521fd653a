import { systemActor } from '@autora/shared/actor'
import type { Clock } from '@autora/shared/request'
import type { Log } from '@autora/shared/telemetry'
import { z } from 'zod'
import { SignedCaller, type SubgraphWays } from '../calls/index.js'
import type { Change, FeedReader, RevocationFeed } from './revocation-feed.js'

const providerForm = z.object({
  id: z.uuid(),
  version: z.int(),
  issuer: z.string().min(1),
  audience: z.string().min(1),
  jwksUri: z.url(),
  algorithms: z.array(z.enum(['ES256', 'EdDSA', 'PS256', 'RS256'])).min(1),
  subjectClaim: z.string().min(1),
  tokenType: z.enum(['AT_JWT', 'JWT']),
})
const answerForm = z.object({ providers: z.array(providerForm).max(5_000) })

/** A dealer group's own provider, as identity tells gateways. */
export type Provider = z.infer<typeof providerForm>

/** Milliseconds between two questions: while the feed is stale, and at least. */
const times = { whileStale: 1_000, least: 100, answer: 1_500 } as const

/** Nobody can say which providers there are. */
export class ProvidersUnavailable extends Error {}

/**
 * Which foreign issuers there are. Identity tells of changes; whoever gets in by an old entry is refused all the same,
 * because identity looks at the provider's version again for every principal.
 */
export class Providers implements FeedReader {
  private byIssuer: ReadonlyMap<string, readonly Provider[]> | undefined
  private text = ''
  private isOld = true
  private askedAt = Number.NEGATIVE_INFINITY
  private pending: Promise<void> | undefined

  /** @param onChange - called when the list is, or may be, another one: what was verified by it counts no more. */
  constructor(
    private readonly ways: SubgraphWays,
    private readonly clock: Clock,
    private readonly log: Log,
    private readonly feed: RevocationFeed,
    private readonly onChange: () => void,
  ) {
    feed.follow(this)
  }

  changed(change: Change): void {
    if (change !== null && !change.startsWith('provider:')) return
    this.isOld = true
    this.onChange()
  }

  /**
   * The provider that vouches for a token: the one with this issuer and one of these audiences. Two of them are none.
   * @throws {ProvidersUnavailable} when the list was never had.
   */
  async find(issuer: string, audiences: readonly string[]): Promise<Provider | null> {
    if (!this.feed.isStarted) return null
    const waited = performance.now() - this.askedAt
    const isDue = this.isOld ? waited >= times.least : !this.feed.isFresh && waited >= times.whileStale
    if (isDue || this.pending !== undefined) await this.load()
    if (!this.byIssuer) throw new ProvidersUnavailable('no list of providers')
    const fitting = (this.byIssuer.get(issuer) ?? []).filter(({ audience }) => audiences.includes(audience))
    return fitting.length === 1 ? (fitting[0] ?? null) : null
  }

  /** One question at a time. Never throws: the list is there or not. */
  private load(): Promise<void> {
    this.pending ??= this.ask().finally(() => {
      this.pending = undefined
    })
    return this.pending
  }

  private async ask(): Promise<void> {
    this.askedAt = performance.now()
    this.isOld = false // whatever changes while the answer is on its way makes it old again
    try {
      const caller = new SignedCaller(
        { actor: systemActor, requestId: 'identity-providers' },
        this.ways.sealKey,
        this.clock,
      )
      const call = { path: '/internal/providers', body: '{}', timeoutMs: times.answer, isRepeatable: true }
      const { status, body } = await this.ways.calls.identity.post(caller, call)
      if (status !== 200) throw new Error(`identity answered ${status}`)
      this.take(body.toString('utf8'))
    } catch (error) {
      this.isOld = true
      this.log.error('providers.unknown', error)
    }
  }

  private take(text: string): void {
    if (text === this.text) return
    const { providers } = answerForm.parse(JSON.parse(text))
    const byIssuer = new Map<string, Provider[]>()
    for (const provider of providers)
      byIssuer.set(provider.issuer, [...(byIssuer.get(provider.issuer) ?? []), provider])
    this.byIssuer = byIssuer
    this.text = text
    this.onChange()
  }
}
