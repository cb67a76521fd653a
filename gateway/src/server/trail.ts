import type { Log } from '@autora/shared/telemetry'
import { Refusal } from '../answers/index.js'
import type { SignedCaller, SubgraphWays } from '../calls/index.js'

/** Something that only the gateway knows and the trail has to hold. */
export interface Told {
  /** Who did it: his own, never a narrowed one. */
  readonly caller: SignedCaller
  /** Where the audit subgraph takes it. */
  readonly path: '/internal/denials' | '/internal/view-as'
  readonly body: object
}

/** Tells the trail. @throws {Refusal} 503 when it cannot be told: what leaves no trace does not happen. */
export async function tellTrail(ways: SubgraphWays, log: Log, { caller, path, body }: Told): Promise<void> {
  try {
    const { status } = await ways.calls.audit.post(caller, { path, body: JSON.stringify(body) })
    if (status === 200) return
    log.error('trail.untold', undefined, { path, status })
  } catch (error) {
    log.error('trail.untold', error, { path })
  }
  throw new Refusal(503, 'SERVICE_UNAVAILABLE', { headers: { 'retry-after': '1' }, logged: 'NO_TRAIL' })
}
