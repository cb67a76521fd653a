import type { SystemDatabase } from '@autora/shared/database'
import type { Log } from '@autora/shared/telemetry'
import { makePartitions } from './repository.js'

/** Makes the months to come. Without one the default partition takes its events, so a failure waits; it is told. */
export async function makeMonths(database: SystemDatabase, log: Log): Promise<void> {
  try {
    if (await makePartitions(database)) log.warn('sequencer.eventsOutsideMonths', {})
  } catch (error) {
    log.error('sequencer.monthsNotMade', error)
  }
}
