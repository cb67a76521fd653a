import type { SealKey, Subgraph } from '@autora/shared/actor'
import type { GatewaySettings } from '@autora/shared/config'
import { SubgraphCalls } from './subgraph-calls.js'

export { CallFailed, type CallFault } from './call-failed.js'
export { SignedCaller } from './signed-caller.js'
export { type Call, type CallAnswer, callLimits, SubgraphCalls } from './subgraph-calls.js'

/** The ways to all subgraphs, and the key that callers are sealed with. */
export interface SubgraphWays {
  readonly calls: Readonly<Record<Subgraph, SubgraphCalls>>
  readonly sealKey: SealKey
}

/** Opens the ways to the subgraphs that the settings name. No connection is made before the first call. */
export function subgraphWays(settings: GatewaySettings): SubgraphWays {
  const { AUTORA_HOP_SECRET: secret } = settings
  return {
    calls: {
      identity: new SubgraphCalls('identity', settings.AUTORA_IDENTITY_URL, secret),
      dealer_ops: new SubgraphCalls('dealer_ops', settings.AUTORA_DEALER_OPS_URL, secret),
      audit: new SubgraphCalls('audit', settings.AUTORA_AUDIT_URL, secret),
    },
    sealKey: settings.AUTORA_SEAL_KEY,
  }
}
