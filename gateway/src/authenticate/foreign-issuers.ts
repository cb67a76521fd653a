import type { GatewaySettings } from '@autora/shared/config'
import type { Clock } from '@autora/shared/request'
import type { Log } from '@autora/shared/telemetry'
import { BoundedMemory } from '../bounded-memory.js'
import type { SubgraphWays } from '../calls/index.js'
import { TokenRefused } from './access-token.js'
import { type ForeignClaims, verifyForeignToken } from './foreign-token.js'
import { ForeignKeys } from './key-fetch.js'
import { KeySet } from './key-set.js'
import { type Provider, Providers } from './providers.js'
import type { RevocationFeed } from './revocation-feed.js'

/** Key sets at once; the one that was used longest ago is fetched again when it is needed. */
const MOST_KEY_SETS = 500

/** Fetches of one key set in a row: a provider that has just been asked and then rotates is asked again at once. */
const FETCHES_IN_A_ROW = 3

/** What foreign tokens are verified with. */
export interface ForeignIssuersOptions {
  readonly settings: GatewaySettings
  readonly ways: SubgraphWays
  readonly clock: Clock
  readonly log: Log
  readonly feed: RevocationFeed
  /** Called when what was verified before may not be true any more. */
  onChange(): void
}

/** Verifies tokens of the dealer groups' own providers, each with the keys of that provider alone. */
export class ForeignIssuers {
  private readonly providers: Providers
  private readonly fetcher: ForeignKeys
  private readonly keySets = new BoundedMemory<{ readonly jwksUri: string; readonly keys: KeySet }>(
    MOST_KEY_SETS,
  )

  constructor(private readonly options: ForeignIssuersOptions) {
    const { ways, clock, log, feed, onChange, settings } = options
    this.providers = new Providers(ways, clock, log, feed, onChange)
    this.fetcher = new ForeignKeys(settings.AUTORA_PROFILE === 'development')
  }

  /**
   * The claims of a token of a known provider.
   *
   * @throws {TokenRefused} with a reason for the log.
   * @throws {KeysUnavailable | ProvidersUnavailable} when nobody can say.
   */
  async verify(token: string, issuer: string, audiences: readonly string[]): Promise<ForeignClaims> {
    const provider = await this.providers.find(issuer, audiences)
    if (!provider) throw new TokenRefused('ISSUER_UNKNOWN')
    return verifyForeignToken(token, provider, this.keysOf(provider).find, this.options.clock.now())
  }

  /** Sees to it that keys which vouched for a known token are looked at again in time. */
  refreshWhenOld({ providerId }: ForeignClaims): void {
    this.keySets.get(providerId)?.keys.refreshWhenOld()
  }

  /** Ends all connections. */
  close(): Promise<void> {
    return this.fetcher.close()
  }

  /** Keys belong to one registration: the same key id of another issuer is another key. */
  private keysOf({ id, jwksUri }: Provider): KeySet {
    const known = this.keySets.get(id)
    if (known?.jwksUri === jwksUri) return known.keys
    const { log, onChange } = this.options
    const keys = new KeySet(() => this.fetcher.fetch(jwksUri), log, onChange, FETCHES_IN_A_ROW)
    this.keySets.set(id, { jwksUri, keys })
    return keys
  }
}
