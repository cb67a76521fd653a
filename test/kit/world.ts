import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { startAudit } from '@autora/audit'
import { type DemoNetwork, demoNetwork } from '@autora/cli'
import { startDealerOps } from '@autora/dealer-ops'
import { startGateway } from '@autora/gateway'
import { type IdentityOptions, type MailMessage, startIdentity } from '@autora/identity'
import { hopKey, type Subgraph } from '@autora/shared/actor'
import type { GatewaySettings, IdentitySettings } from '@autora/shared/config'
import { withClient } from '@autora/shared/database'
import type { Clock } from '@autora/shared/request'
import { createLog, type Log } from '@autora/shared/telemetry'
import { freshDatabase, roleUrlOf } from './database.js'
import { People } from './people.js'
import { testKeys } from './secrets.js'
import { type IssuerKey, keySet, newIssuerKey, testAudience, testIssuer, testRedirect } from './tokens.js'

/** The whole platform on a database of its own, over real HTTP: two dealer groups, `north` and `south`. */
export interface World {
  readonly gatewayUrl: string
  readonly urls: Readonly<Record<Subgraph, string>>
  readonly network: DemoNetwork
  readonly people: People
  readonly issuerKey: IssuerKey
  /** What identity runs with, for a second process beside it. */
  readonly identitySettings: IdentitySettings
  /** Every log line of every process so far. */
  readonly logLines: readonly string[]
  /** Every mail that was sent so far. */
  readonly mails: readonly MailMessage[]
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

/** How a world differs from the usual one. */
export interface WorldOptions {
  /** The issuer speaks to browsers under its own address, and no development token is accepted. */
  readonly issuer?: boolean
  /** The sign-in pages. */
  readonly pages?: IdentityOptions['pages']
  /** The time of identity. */
  readonly clock?: Clock
  /** Development also takes foreign issuers on loopback; default production. */
  readonly profile?: Profile
  /** Denials of one actor that are events of their own in a minute; by default all that a test can make. */
  readonly denialsPerMinute?: number
}

/** A port that is free now. */
async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** Starts the three subgraphs on a database. */
async function startSubgraphs(
  adminUrl: string,
  issuerKey: IssuerKey,
  log: Logger,
  options: WorldOptions & { readonly mails: MailMessage[] },
) {
  const settings = (subgraph: Subgraph) => ({
    AUTORA_PROFILE: options.profile ?? 'production',
    AUTORA_HOST: '127.0.0.1',
    AUTORA_PORT: 0,
    DATABASE_URL: roleUrlOf(adminUrl, subgraph),
    AUTORA_HOP_KEY: hopKey(testKeys.hopSecret, subgraph),
    AUTORA_VAULT_KEY: testKeys.vault,
    AUTORA_VAULT_FURTHER_KEYS: [],
    AUTORA_DENIALS_PER_MINUTE: options.denialsPerMinute ?? 1_000_000,
  })
  const { pages, clock, mails } = options
  const port = options.issuer ? await freePort() : 0
  const identitySettings: IdentitySettings = {
    ...settings('identity'),
    ...issuerSettings(adminUrl),
    ...(options.issuer && { AUTORA_PORT: port, AUTORA_ISSUER: `http://127.0.0.1:${port}` }),
    AUTORA_KEY_PEPPER: testKeys.pepper,
    AUTORA_ISSUER_JWKS: options.issuer ? undefined : await keySet(issuerKey),
  }
  const identity = await startIdentity(identitySettings, {
    log: log('identity'),
    mail: { send: async (mail) => void mails.push(mail) },
    ...(pages && { pages }),
    ...(clock && { clock }),
  })
  const dealer_ops = await startDealerOps(settings('dealer_ops'), { log: log('dealer-ops') })
  const audit = await startAudit(
    { ...settings('audit'), AUTORA_STREAM_KEY: testKeys.vault, AUTORA_STREAM_LOOPBACK: true },
    { log: log('audit') },
  )
  return { identitySettings, subgraphs: { identity, dealer_ops, audit } }
}

/** Settings of the issuer inside identity. */
export const issuerSettings = (adminUrl: string) => ({
  AUTORA_ISSUER: testIssuer,
  AUTORA_AUDIENCE: testAudience,
  AUTORA_ISSUER_DATABASE_URL: roleUrlOf(adminUrl, 'issuer'),
  AUTORA_ISSUER_SEAL_KEY: testKeys.issuerSeal,
  AUTORA_ISSUER_KEY: testKeys.issuer,
  AUTORA_VAULT_KEY: testKeys.vault,
  AUTORA_VAULT_FURTHER_KEYS: [] as readonly Buffer[],
  AUTORA_CLIENT_REDIRECTS: [
    { clientId: 'autora-web', uri: testRedirect },
    { clientId: 'autora-mobile', uri: 'http://127.0.0.1/mobile' },
    { clientId: 'autora-mobile', uri: 'com.example.autora:/callback' },
  ],
})

/** Settings of a gateway over these subgraphs. */
const gatewaySettingsFor = (
  urls: Readonly<Record<Subgraph, string>>,
  { issuer, profile = 'production' }: WorldOptions,
): GatewaySettings => ({
  AUTORA_PROFILE: profile,
  AUTORA_HOST: '127.0.0.1',
  AUTORA_PORT: 0,
  AUTORA_IDENTITY_URL: urls.identity,
  AUTORA_DEALER_OPS_URL: urls.dealer_ops,
  AUTORA_AUDIT_URL: urls.audit,
  AUTORA_SEAL_KEY: testKeys.seal,
  AUTORA_HOP_SECRET: testKeys.hopSecret,
  AUTORA_ISSUER: issuer ? urls.identity : testIssuer,
  AUTORA_AUDIENCE: testAudience,
  AUTORA_JWKS_URL: undefined,
})

/** Starts a world. Close it in `afterAll`. */
export async function startWorld(options: WorldOptions = {}): Promise<World> {
  const adminUrl = await freshDatabase('template_demo')
  const logLines: string[] = []
  const mails: MailMessage[] = []
  const log: Logger = (service) => createLog(service, (line) => logLines.push(line))
  const issuerKey = newIssuerKey()
  const { identitySettings, subgraphs } = await startSubgraphs(adminUrl, issuerKey, log, {
    ...options,
    mails,
  })
  const urls = {
    identity: subgraphs.identity.url,
    dealer_ops: subgraphs.dealer_ops.url,
    audit: subgraphs.audit.url,
  }
  const gateway = await startGateway(gatewaySettingsFor(urls, options), { log: log('gateway') })
  const network = demoNetwork('XS')
  return {
    gatewayUrl: gateway.url,
    urls,
    network,
    people: new People(network, gateway.url, issuerKey),
    issuerKey,
    identitySettings,
    logLines,
    mails,
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
