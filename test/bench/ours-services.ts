import { startAudit } from '@autora/audit'
import { startDealerOps } from '@autora/dealer-ops'
import { startIdentity } from '@autora/identity'
import { hopKey, type Subgraph } from '@autora/shared/actor'
import { roleUrlOf } from '../kit/database.js'
import { testKeys } from '../kit/secrets.js'
import { issuerSettings } from '../kit/world.js'
import { serveOrders } from './child.js'

/** What our three subgraphs are started with. */
export interface OurServicesOrder {
  /** Only the names of host, port and database are taken from it. */
  readonly adminUrl: string
  readonly issuerKeySet: string
}

/** Where they listen. */
export type OurServices = Readonly<Record<Subgraph, string>>

serveOrders(async ({ adminUrl, issuerKeySet }: OurServicesOrder): Promise<OurServices> => {
  const settings = (subgraph: Subgraph) => ({
    AUTORA_PROFILE: 'production' as const,
    AUTORA_HOST: '127.0.0.1',
    AUTORA_PORT: 0,
    DATABASE_URL: roleUrlOf(adminUrl, subgraph),
    AUTORA_HOP_KEY: hopKey(testKeys.hopSecret, subgraph),
    AUTORA_VAULT_KEY: testKeys.vault,
    AUTORA_VAULT_FURTHER_KEYS: [],
  })
  const [identity, dealerOps, audit] = await Promise.all([
    startIdentity({
      ...settings('identity'),
      AUTORA_KEY_PEPPER: testKeys.pepper,
      AUTORA_ISSUER_JWKS: issuerKeySet,
      ...issuerSettings(adminUrl),
    }),
    startDealerOps(settings('dealer_ops')),
    startAudit({ ...settings('audit'), AUTORA_STREAM_LOOPBACK: false }),
  ])
  return { identity: identity.url, dealer_ops: dealerOps.url, audit: audit.url }
})
