import { type Actor, systemActor } from '@autora/shared/actor'
import type { Clock } from '@autora/shared/request'
import type { Log } from '@autora/shared/telemetry'
import { SignedCaller, type SubgraphWays } from '../calls/index.js'

/** What a refusal is told with. */
export interface RefusalParts {
  readonly ways: SubgraphWays
  readonly clock: Clock
  readonly log: Log
}

/**
 * Tells identity that a key with the right secret was refused here, for the trail of its group. The key opens nothing
 * either way: where nobody can be told, the log alone has it.
 */
export async function tellKeyRefusal(
  { ways, clock, log }: RefusalParts,
  { id, tenantId, appId, storeIds }: Actor,
  told: { readonly reason: string; readonly requestId: string },
): Promise<void> {
  const { reason, requestId } = told
  const caller = new SignedCaller({ actor: systemActor, requestId }, ways.sealKey, clock)
  const storeId = storeIds.length === 1 ? (storeIds[0] ?? null) : null
  const body = JSON.stringify({ keyId: id, tenantId, appId, storeId, reason })
  try {
    const { status } = await ways.calls.identity.post(caller, { path: '/internal/keys/refused', body })
    if (status !== 200) log.error('key.refusalUntold', undefined, { requestId, status })
  } catch (error) {
    log.error('key.refusalUntold', error, { requestId })
  }
}
