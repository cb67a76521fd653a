import type { Reader } from '../log-nodes/index.js'
import { type PrunedRun, prunedOtherwise, prunedRuns } from './pruned-repository.js'

/** Knows which events are gone by right: whoever hashes the trail again finds leaves without events in pruned months. */
export class PrunedLeaves {
  private readonly runs = new Map<string, readonly PrunedRun[]>()

  /** @param db - reads prunings, events and leaves of every tenant. Lasts for one look: nothing is asked twice. */
  constructor(private readonly db: Reader) {}

  /** Whether the event of a leaf went with its month, and the tenant's own trail says that the month was pruned. */
  async has(tenantId: string, index: number): Promise<boolean> {
    let runs = this.runs.get(tenantId)
    if (!runs) {
      runs = await prunedRuns(this.db, tenantId)
      this.runs.set(tenantId, runs)
    }
    return runs.some(({ from, to }) => index >= from && index < to)
  }

  /** Months, `YYYY-MM`, whose leaves are not those that the log held when they were pruned. */
  changedMonths(tenantId: string): Promise<string[]> {
    return prunedOtherwise(this.db, tenantId)
  }
}
