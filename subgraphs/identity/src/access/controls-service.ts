import type { Log } from '@autora/shared/telemetry'
import { type Probe, readCatalogue } from './catalogue-repository.js'
import { controls, type FieldCoverage } from './control-faults.js'
import type { Catalogue, SecurityControl } from './entity.js'

/** How long a result is shown before the database is asked again. */
const FRESH_MILLISECONDS = 30_000

/** Checks the core controls against the running system. */
export interface ControlService {
  /** Controls in their order, at most 30 seconds old. Never fails: what could not be checked is UNKNOWN. */
  current(): Promise<readonly SecurityControl[]>
}

/** What a check of the controls needs. */
export interface ControlParts {
  readonly probe: Probe
  readonly coverage: FieldCoverage
  readonly clock: { now(): Date }
  readonly log: Log
}

/** One check of everything; each fault is logged, none is told outside. */
async function check({ probe, coverage, clock, log }: ControlParts): Promise<readonly SecurityControl[]> {
  const checkedAt = clock.now()
  const catalogue = await readCatalogue(probe).catch((cause: unknown): Catalogue | null => {
    log.error('control.unchecked', cause)
    return null
  })
  return controls.map(({ code, name, check: find }) => {
    if (!find) return { code, name, status: 'NOT_YET_SERVED', checkedAt: null }
    if (!catalogue) return { code, name, status: 'UNKNOWN', checkedAt }
    const faults = find(catalogue, coverage)
    for (const fault of faults) log.warn('control.failed', { control: code, fault })
    return { code, name, status: faults.length === 0 ? 'HOLDS' : 'FAILS', checkedAt }
  })
}

/** Starts the service. Concurrent askers share one check; a check that could not run is not remembered. */
export function openControls(parts: ControlParts): ControlService {
  let latest: { readonly at: number; readonly result: Promise<readonly SecurityControl[]> } | null = null
  return {
    async current() {
      const now = parts.clock.now().getTime()
      if (!latest || Math.abs(now - latest.at) >= FRESH_MILLISECONDS)
        latest = { at: now, result: check(parts) }
      const mine = latest
      const result = await mine.result
      if (latest === mine && result.some(({ status }) => status === 'UNKNOWN')) latest = null
      return result
    },
  }
}
