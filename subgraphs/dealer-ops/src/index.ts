import type { DealerOpsSettings } from '@autora/shared/config'
import { readiness, TenantDatabase } from '@autora/shared/database'
import { type RunningSubgraph, securedSchema, serveSubgraph, subgraphSdl } from '@autora/shared/graphql'
import type { Clock } from '@autora/shared/request'
import { createLog, type Log } from '@autora/shared/telemetry'
import { LocalKeyWrapping, SubjectVault, Vault } from '@autora/shared/vault'
import { appointmentResolvers } from './appointments/index.js'
import { conversationResolvers } from './conversations/index.js'
import { customerIdentityResolvers } from './customer-identity/index.js'
import { customerResolvers } from './customers/index.js'
import { inboxResolvers } from './inbox/index.js'
import { intakeResolvers, intakeRoute } from './intake/index.js'
import { leadResolvers } from './leads/index.js'
import { metricsResolvers } from './metrics/index.js'
import { revealResolvers } from './reveals/index.js'

export { leadResolvers } from './leads/index.js'

/** The schema text of this subgraph. */
export const dealerOpsSdl = (): string => subgraphSdl(__dirname)

const capabilitiesOf = (vault: Vault) => [
  customerResolvers,
  customerIdentityResolvers(vault),
  revealResolvers(vault),
  leadResolvers,
  conversationResolvers,
  inboxResolvers,
  appointmentResolvers,
  metricsResolvers,
  intakeResolvers(vault),
]

/**
 * Starts the dealer-ops subgraph.
 * @throws {Error} when a field of the schema is unguarded, the database is away, or the port is taken.
 */
export async function startDealerOps(
  settings: DealerOpsSettings,
  { log = createLog('dealer-ops'), clock = { now: () => new Date() } }: { log?: Log; clock?: Clock } = {},
): Promise<RunningSubgraph> {
  const { AUTORA_VAULT_KEY: key, AUTORA_VAULT_FURTHER_KEYS: furtherKeys } = settings
  const vault = new Vault(key, furtherKeys)
  const capabilities = capabilitiesOf(vault)
  const { schema } = securedSchema('dealer_ops', dealerOpsSdl(), capabilities)
  const database = await TenantDatabase.open({
    url: settings.DATABASE_URL,
    applicationName: 'autora-dealer-ops',
    vault: new SubjectVault(new LocalKeyWrapping(key, furtherKeys)),
    onConnectionError: (error) => log.error('database.connectionLost', error),
  })
  const running = await serveSubgraph(
    {
      name: 'dealer_ops',
      schema,
      database,
      hopKey: settings.AUTORA_HOP_KEY,
      log,
      clock,
      routes: { '/internal/intake/adf': intakeRoute(vault) },
      isReady: readiness(database, log),
      denialsPerMinute: settings.AUTORA_DENIALS_PER_MINUTE,
    },
    settings.AUTORA_HOST,
    settings.AUTORA_PORT,
  )
  return { ...running, close: () => running.close().then(() => database.close()) }
}
