import { setTimeout as sleep } from 'node:timers/promises'
import { advisoryLocks, Lead, type SystemDatabase } from '@autora/shared/database'
import type { Log } from '@autora/shared/telemetry'
import { type ProbeTargets, runProbes } from './probe-service.js'
import { keepReports, knownSuspects } from './status-service.js'

/** Between two checks, in milliseconds: a result that is older than a minute is shown as STALE. */
export const PROBE_EVERY_MS = 15_000

const STEP_MS = 100

/** What the prober works with. */
export interface ProberOptions {
  readonly url: string
  readonly targets: ProbeTargets
  readonly log: Log
  /** Default `PROBE_EVERY_MS`. */
  readonly everyMs?: number
}

/** Checks the security controls again and again for as long as this process leads. */
export class ControlProber {
  private readonly lead: Lead

  constructor(private readonly options: ProberOptions) {
    const { url, log } = options
    this.lead = new Lead({
      url,
      log,
      applicationName: 'autora-control-prober',
      lock: advisoryLocks.controls,
      work: (database, isOver) => this.work(database, isOver),
    })
  }

  /** Whether this one checks, or waits for the lead. */
  get isReady(): boolean {
    return this.lead.isReady
  }

  /** Begins; returns at once. */
  start(): void {
    this.lead.start()
  }

  /** Finishes the check that runs and gives up the lead. */
  stop(): Promise<void> {
    return this.lead.stop()
  }

  private async work(database: SystemDatabase, isOver: () => boolean): Promise<void> {
    const { targets, log, everyMs = PROBE_EVERY_MS } = this.options
    while (!isOver()) {
      const reports = await runProbes(database, targets, await knownSuspects(database))
      for (const { control, findings } of reports)
        for (const { part, fault } of findings) log.warn('control.found', { control, part, fault })
      await keepReports(database, reports)
      for (let waited = 0; waited < everyMs && !isOver(); waited += STEP_MS) await sleep(STEP_MS)
    }
  }
}
