import type { IdentitySettings } from '@autora/shared/config'
import type { PublicSite } from '@autora/shared/graphql'
import type { Clock } from '@autora/shared/request'
import type { Log } from '@autora/shared/telemetry'
import type { SubjectVault } from '@autora/shared/vault'
import type { Provider } from 'oidc-provider'
import { IssuerDatabase } from '../issuer-database.js'
import { redirectsOf } from './applications.js'
import { artifactStores, sweep } from './artifact-service.js'
import { Clients } from './client-service.js'
import type { Interactions } from './interaction.js'
import { ProviderInteractions } from './interactions.js'
import { type KeyRing, SigningKeys } from './key-service.js'
import { KeyWatch } from './key-watch.js'
import { IssuerSecrets } from './secrets.js'
import { Sessions } from './session-service.js'
import { createProvider, type GrantType, IssuerSite } from './site.js'
import { supportExchange } from './support-exchange.js'
import { SupportExchange } from './support-exchange-service.js'

/** What the issuer is opened with. */
export interface IssuerOptions {
  readonly settings: IdentitySettings
  readonly clock: Clock
  readonly log: Log
  /** Published beside the issuer's own keys: those of development tokens. */
  readonly furtherKeys: readonly object[]
  /** Keeps where somebody signed in from, erasably. */
  readonly vault: SubjectVault
  readonly grantTypes?: readonly GrantType[]
}

/** The issuer of tokens, ready to answer. */
export interface Issuer {
  /** Discovery, key set and the protocol. */
  readonly site: PublicSite
  /** For the sign-in pages. */
  readonly interactions: Interactions
  /** For grant types: opens the session that a token stands on, and ends it. */
  readonly sessions: Sessions
  readonly clients: Clients
  readonly keys: SigningKeys
  readonly database: IssuerDatabase
  readonly secrets: IssuerSecrets
  /** The library's provider with the keys of now; ask again for every request. */
  provider(): Promise<Provider>
  /** The public keys of now. */
  keySet(): Promise<{ readonly keys: readonly object[] }>
  /** Ends timers and connections. */
  close(): Promise<void>
}

/** Artifacts that ended are deleted so often, in milliseconds. */
const SWEEP_EVERY = 60_000

/** Deletes what is over, from time to time; what a failure leaves, the next time takes. */
const sweepEvery = (ms: number, database: IssuerDatabase, keys: SigningKeys, log: Log): NodeJS.Timeout =>
  setInterval(() => {
    Promise.all([sweep(database), keys.destroyRetired()]).catch((error: unknown) =>
      log.error('issuer.sweepFailed', error),
    )
  }, ms).unref()

/**
 * Opens the OpenID Connect issuer.
 *
 * @throws {Error} the issuer's role cannot reach its database, or its keys do not open with `AUTORA_ISSUER_KEY`.
 */
export async function openIssuer(options: IssuerOptions): Promise<Issuer> {
  const { settings, clock, log, furtherKeys, vault, grantTypes = [] } = options
  const database = await IssuerDatabase.open({
    url: settings.AUTORA_ISSUER_DATABASE_URL,
    ...{ applicationName: 'autora-issuer', vault },
    poolSize: 5,
    onConnectionError: (error) => log.error('database.connectionLost', error),
    sealKey: settings.AUTORA_ISSUER_SEAL_KEY,
    clock,
  })
  const secrets = new IssuerSecrets(settings.AUTORA_ISSUER_KEY)
  const sessions = new Sessions(database, secrets, clock)
  const clients = new Clients(database, secrets)
  const keys = new SigningKeys(database, secrets, clock)
  const parts = {
    issuer: settings.AUTORA_ISSUER,
    ...{ audience: settings.AUTORA_AUDIENCE, proxies: settings.AUTORA_PROXIES ?? 0 },
    redirects: redirectsOf(settings),
    adapter: artifactStores({ database, secrets, sessions, clients }),
    ...{ secrets, sessions, clients, clock, log, exchange: new SupportExchange(database) },
  }
  const granted = (ring: KeyRing) => [...grantTypes, supportExchange(parts, ring)]
  const make = (ring: KeyRing) => createProvider({ ...parts, grantTypes: granted(ring) }, ring)
  const watch = new KeyWatch(keys, clock, log, make)
  const provider = () => watch.current().then((current) => current.made)
  const keySet = async () => ({
    keys: [...(await watch.current()).ring.map(({ publicJwk }) => publicJwk), ...furtherKeys],
  })
  await provider().catch((error: unknown) => database.close().then(() => Promise.reject(error)))
  const timer = sweepEvery(SWEEP_EVERY, database, keys, log)
  return {
    ...{ sessions, clients, keys, database, secrets, provider, keySet },
    site: new IssuerSite(settings.AUTORA_ISSUER, provider, keySet),
    interactions: new ProviderInteractions(provider, sessions, clock),
    async close() {
      clearInterval(timer)
      await database.close()
    },
  }
}
