import { type RunningGateway, startGateway } from '@autora/gateway'
import { type Subgraph, subgraphs } from '@autora/shared/actor'
import type { GatewaySettings } from '@autora/shared/config'
import { createLog } from '@autora/shared/telemetry'
import { People } from '../kit/people.js'
import { testKeys } from '../kit/secrets.js'
import { testAudience, testIssuer } from '../kit/tokens.js'
import type { World } from '../kit/world.js'
import { Link } from './link.js'

/** A second gateway of a world, whose ways to the subgraphs can be cut. */
export interface LinkedGateway {
  readonly running: RunningGateway
  readonly links: Readonly<Record<Subgraph, Link>>
  readonly people: People
  readonly lines: readonly string[]
  close(): Promise<void>
}

/**
 * Starts it.
 * @param identityUrl - another way to identity than the straight one.
 * @param settings - in place of the usual ones.
 */
export async function linkGateway(
  world: World,
  identityUrl: string = world.urls.identity,
  settings: Partial<GatewaySettings> = {},
): Promise<LinkedGateway> {
  const [identity, dealer_ops, audit] = await Promise.all([
    Link.to(identityUrl),
    Link.to(world.urls.dealer_ops),
    Link.to(world.urls.audit),
  ])
  const links = { identity, dealer_ops, audit }
  const lines: string[] = []
  const running = await startGateway(
    {
      AUTORA_PROFILE: 'production',
      AUTORA_HOST: '127.0.0.1',
      AUTORA_PORT: 0,
      AUTORA_IDENTITY_URL: identity.url,
      AUTORA_DEALER_OPS_URL: dealer_ops.url,
      AUTORA_AUDIT_URL: audit.url,
      AUTORA_SEAL_KEY: testKeys.seal,
      AUTORA_HOP_SECRET: testKeys.hopSecret,
      AUTORA_ISSUER: testIssuer,
      AUTORA_AUDIENCE: testAudience,
      AUTORA_JWKS_URL: undefined,
      ...settings,
    },
    { log: createLog('gateway', (line) => lines.push(line)) },
  )
  return {
    running,
    links,
    lines,
    people: new People(world.network, running.url, world.issuerKey),
    async close() {
      await running.close()
      await Promise.all(subgraphs.map((name) => links[name].close()))
    },
  }
}
