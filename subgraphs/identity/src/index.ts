import type { IdentitySettings } from '@autora/shared/config'
import { readiness, TenantDatabase } from '@autora/shared/database'
import { type PublicSite, type RunningSubgraph, serveSubgraph } from '@autora/shared/graphql'
import type { Clock } from '@autora/shared/request'
import { createLog, type Log } from '@autora/shared/telemetry'
import { LocalKeyWrapping, SubjectVault } from '@autora/shared/vault'
import { apiKeyRoutes } from './api-keys/index.js'
import { providerRoutes } from './identity-providers/index.js'
import { type Interactions, type Issuer, openIssuer } from './issuer/index.js'
import { publicKeySet } from './key-set.js'
import { type MailSender, mailSenderOf } from './mail/index.js'
import { KeyUses, principalRoutes } from './principals/index.js'
import { RevocationFeed } from './revocations/index.js'
import { identitySchema } from './schema.js'
import { openSignIn } from './sign-in/index.js'
import { joinSites } from './sites.js'

export { type Interactions, type Issuer, type IssuerToolSettings, withIssuerTools } from './issuer/index.js'
export type { MailMessage, MailSender } from './mail/index.js'
export { identitySdl } from './schema.js'
export { storeResolvers } from './stores/index.js'
export { userResolvers } from './users/index.js'
export { viewerResolvers } from './viewer/index.js'

/** What a caller may replace: the log, the time, and the outside world. */
export interface IdentityOptions {
  readonly log?: Log
  readonly clock?: Clock
  /** The sign-in pages, under `/sign-in/`; by default those that people see. */
  readonly pages?: (interactions: Interactions) => PublicSite
  /** Who carries mail; by default what the settings name. */
  readonly mail?: MailSender
}

/** What the subgraph is made of once it is connected. */
interface Parts {
  readonly database: TenantDatabase
  readonly issuer: Issuer
  readonly clock: Clock
  readonly log: Log
  readonly mail: MailSender
  readonly options: IdentityOptions
}

/** Opens what has to be closed again: the database and the issuer. */
async function openParts(settings: IdentitySettings, clock: Clock, log: Log) {
  const developmentKeys = settings.AUTORA_ISSUER_JWKS
  const furtherKeys = developmentKeys ? publicKeySet(developmentKeys).keys : []
  const vault = new SubjectVault(
    new LocalKeyWrapping(settings.AUTORA_VAULT_KEY, settings.AUTORA_VAULT_FURTHER_KEYS),
  )
  const database = await TenantDatabase.open({
    url: settings.DATABASE_URL,
    applicationName: 'autora-identity',
    vault,
    onConnectionError: (error) => log.error('database.connectionLost', error),
  })
  try {
    const issuer = await openIssuer({ settings, clock, log, furtherKeys, vault })
    return { database, issuer, close: () => issuer.close().finally(() => database.close()) }
  } catch (error) {
    await database.close()
    throw error
  }
}

/** What the gateway asks beside GraphQL. */
const internalRoutes = (
  { AUTORA_KEY_PEPPER: pepper, AUTORA_ISSUER_JWKS }: IdentitySettings,
  uses: KeyUses,
  mail: MailSender,
) => ({
  ...principalRoutes({ pepper, uses }, AUTORA_ISSUER_JWKS === undefined),
  ...apiKeyRoutes({ pepper, mail }),
  ...providerRoutes,
})

const providerRules = (settings: IdentitySettings) => ({
  ownIssuer: settings.AUTORA_ISSUER,
  isDevelopment: settings.AUTORA_PROFILE === 'development',
})

/** What serves people: the graph, and the pages they sign in on. */
function openFaces(settings: IdentitySettings, parts: Parts) {
  const { database, issuer, clock, log, mail, options } = parts
  const { database: accounts, interactions } = issuer
  const pages =
    options.pages?.(interactions) ??
    openSignIn({ settings, database: accounts, interactions, clock, log, mail })
  const { schema } = identitySchema({
    pepper: settings.AUTORA_KEY_PEPPER,
    post: { mail, issuer: settings.AUTORA_ISSUER },
    providerRules: providerRules(settings),
  })
  return { schema, site: joinSites(issuer.site, pages), isReady: readiness(database, log) }
}

/**
 * Starts the identity subgraph.
 *
 * @param settings - checked settings; port 0 picks a free one, see `url` of the answer.
 * @throws {Error} when the settings, the schema or the database do not allow a start.
 */
export async function startIdentity(
  settings: IdentitySettings,
  options: IdentityOptions = {},
): Promise<RunningSubgraph> {
  const log = options.log ?? createLog('identity')
  const clock = options.clock ?? { now: () => new Date() }
  const { database, issuer, close } = await openParts(settings, clock, log)
  const feed = RevocationFeed.open({ databaseUrl: settings.DATABASE_URL, log })
  try {
    const uses = new KeyUses()
    const mail = options.mail ?? mailSenderOf(settings, log)
    const running = await serveSubgraph(
      {
        name: 'identity',
        ...openFaces(settings, { database, issuer, clock, log, mail, options }),
        ...{ database, log, clock, hopKey: settings.AUTORA_HOP_KEY },
        denialsPerMinute: settings.AUTORA_DENIALS_PER_MINUTE,
        routes: internalRoutes(settings, uses, mail),
        streams: { '/internal/revocations': feed.join },
      },
      settings.AUTORA_HOST,
      settings.AUTORA_PORT,
    )
    const end = () => uses.settled().finally(close)
    return { ...running, close: () => feed.close().then(running.close).finally(end) }
  } catch (error) {
    await feed.close()
    await close()
    throw error
  }
}
