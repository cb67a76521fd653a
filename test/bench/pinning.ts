import { spawnSync } from 'node:child_process'
import { cpus } from 'node:os'

/** What a process of the benchmark does. */
export type Duty = 'GATEWAY' | 'LOAD' | 'SERVICES'

/** The core of each duty: gateways apart from everything behind them, the load on a third core if there is one. */
const coreOf = (duty: Duty): number =>
  duty === 'SERVICES' ? 1 : duty === 'LOAD' && cpus().length > 2 ? 2 : 0

/**
 * Pins a process with all its threads, and what it starts later, to the core of its duty.
 * @returns whether that worked: it needs `taskset` and two cores.
 */
export function pin(pid: number, duty: Duty): boolean {
  if (cpus().length < 2) return false
  return spawnSync('taskset', ['-acp', String(coreOf(duty)), String(pid)]).status === 0
}
