import { startAudit } from '@autora/audit'
import { type DemoNetwork, demoNetwork } from '@autora/cli'
import { startDealerOps } from '@autora/dealer-ops'
import { startGateway } from '@autora/gateway'
import { startIdentity } from '@autora/identity'
import { hopKey, type Subgraph } from '@autora/shared/actor'
import type { GatewaySettings } from '@autora/shared/config'
import { withClient } from '@autora/shared/database'
import { createLog, type Log } from '@autora/shared/telemetry'
import { freshDatabase, roleUrlOf } from './database.js'
import { People } from './people.js'
import { testKeys } from './secrets.js'
import { type IssuerKey, keySet, newIssuerKey, testAudience, testIssuer } from './tokens.js'

/** The whole platform on a database of its own, over real HTTP: two dealer groups, `north` and `south`. */
export interface World {
  readonly gatewayUrl: string
  readonly urls: Readonly<Record<Subgraph, string>>
  readonly network: DemoNetwork
  readonly people: People
  readonly issuerKey: IssuerKey
  /** Every log line of every process so far. */
  readonly logLines: readonly string[]
  /** Connection string of a login role. */
  roleUrl(subgraph: Subgraph): string
  /** Superuser connection string of this world's database: past every wall. */
  readonly adminUrl: string
  /** Asks the database past every wall. */
  sql<Row extends object>(text: string, values?: readonly unknown[]): Promise<Row[]>
  close(): Promise<void>
}

type Profile = GatewaySettings['AUTORA_PROFILE']
type Logger = (service: string) => Log

/** Starts the three subgraphs on a database. */
async function startSubgraphs(adminUrl: string, issuerKey: IssuerKey, log: Logger, profile: Profile) {
  const settings = (subgraph: Subgraph) => ({
    AUTORA_PROFILE: profile,
    AUTORA_HOST: '127.0.0.1',
    AUTORA_PORT: 0,
    DATABASE_URL: roleUrlOf(adminUrl, subgraph),
    AUTORA_HOP_KEY: hopKey(testKeys.hopSecret, subgraph),
  })
  const jwks = await keySet(issuerKey)
  const identity = await startIdentity(
    {
      ...settings('identity'),
      ...issuerSettings(adminUrl),
      AUTORA_KEY_PEPPER: testKeys.pepper,
      AUTORA_ISSUER_JWKS: jwks,
    },
    { log: log('identity') },
  )
  const dealer_ops = await startDealerOps(
    { ...settings('dealer_ops'), AUTORA_VAULT_KEY: testKeys.vault },
    { log: log('dealer-ops') },
  )
  const audit = await startAudit(settings('audit'), { log: log('audit') })
  return { identity, dealer_ops, audit }
}

/** Settings of the issuer inside identity. */
export const issuerSettings = (adminUrl: string) => ({
  AUTORA_ISSUER: testIssuer,
  AUTORA_AUDIENCE: testAudience,
  AUTORA_ISSUER_DATABASE_URL: roleUrlOf(adminUrl, 'issuer'),
  AUTORA_ISSUER_SEAL_KEY: testKeys.issuerSeal,
  AUTORA_ISSUER_KEY: testKeys.issuer,
})

/** Settings of a gateway over these subgraphs. */
const gatewaySettingsFor = (urls: Readonly<Record<Subgraph, string>>, profile: Profile): GatewaySettings => ({
  AUTORA_PROFILE: profile,
  AUTORA_HOST: '127.0.0.1',
  AUTORA_PORT: 0,
  AUTORA_IDENTITY_URL: urls.identity,
  AUTORA_DEALER_OPS_URL: urls.dealer_ops,
  AUTORA_AUDIT_URL: urls.audit,
  AUTORA_SEAL_KEY: testKeys.seal,
  AUTORA_HOP_SECRET: testKeys.hopSecret,
  AUTORA_ISSUER: testIssuer,
  AUTORA_AUDIENCE: testAudience,
  AUTORA_JWKS_URL: undefined,
})

/** Starts a world. Close it in `afterAll`. @param profile - development also takes foreign issuers on loopback. */
export async function startWorld(profile: Profile = 'production'): Promise<World> {
  const adminUrl = await freshDatabase('template_demo')
  const logLines: string[] = []
  const log: Logger = (service) => createLog(service, (line) => logLines.push(line))
  const issuerKey = newIssuerKey()
  const subgraphs = await startSubgraphs(adminUrl, issuerKey, log, profile)
  const urls = {
    identity: subgraphs.identity.url,
    dealer_ops: subgraphs.dealer_ops.url,
    audit: subgraphs.audit.url,
  }
  const gateway = await startGateway(gatewaySettingsFor(urls, profile), { log: log('gateway') })
  const network = demoNetwork('XS')
  return {
    gatewayUrl: gateway.url,
    urls,
    network,
    people: new People(network, gateway.url, issuerKey),
    issuerKey,
    logLines,
    adminUrl,
    roleUrl: (subgraph) => roleUrlOf(adminUrl, subgraph),
    sql: <Row extends object>(text: string, values?: readonly unknown[]) =>
      withClient(adminUrl, async (db) => (await db.query<Row>(text, values as unknown[])).rows),
    async close() {
      await gateway.close()
      await Promise.all(Object.values(subgraphs).map((subgraph) => subgraph.close()))
    },
  }
}
