import type { Log } from '../telemetry/index.js'
import type { TenantDatabase } from './tenant-database.js'
import { wallFaults } from './wall-check.js'

/** How long a proof that all walls stand is good for, in milliseconds. */
const PROOF_LIFE_MS = 30_000

/**
 * Ready is who reaches the database and finds every wall standing. The catalogue is asked at most every 30 s; a probe
 * that could not run proves nothing and is not kept.
 */
export function readiness(database: TenantDatabase, log: Log): () => Promise<boolean> {
  let provedAt = Number.NEGATIVE_INFINITY
  return async () => {
    try {
      if (performance.now() - provedAt < PROOF_LIFE_MS) {
        await database.probe('select 1')
        return true
      }
      const faults = await wallFaults((sql) => database.probe(sql))
      if (faults.length > 0) {
        log.warn('walls.down', { faults: faults.join('; ') })
        return false
      }
      provedAt = performance.now()
      return true
    } catch (error) {
      log.error('ready.failed', error)
      return false
    }
  }
}
