import { once } from 'node:events'
import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { type ProcessName, processNames } from '../serve/names.js'
import { Complaint } from '../terminal/complaint.js'
import { host, type Plan, portSettings } from './plan.js'

/**
 * Makes sure that every port is free before anything is started.
 *
 * @param patienceMs - how long a port may stay busy: services of a killed run need a moment to notice.
 * @throws {Complaint} naming the first port that is not.
 */
export async function requireFreePorts(plan: Plan, patienceMs: number): Promise<void> {
  const deadline = Date.now() + patienceMs
  for (const name of ['gateway', ...processNames] as const) {
    let code = await refusalOf(plan.ports[name])
    while (code && Date.now() < deadline) {
      await sleep(100)
      code = await refusalOf(plan.ports[name])
    }
    if (code) throw portRefused(name, plan.ports[name], code)
  }
}

/** Why a port cannot be opened, as the system's code; null when it can. */
async function refusalOf(port: number): Promise<string | null> {
  const probe = createServer()
  try {
    probe.listen({ host, port, exclusive: true })
    await once(probe, 'listening')
    probe.close()
    await once(probe, 'close')
    return null
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'EADDRINUSE'
  }
}

function portRefused(name: ProcessName, port: number, code: string): Complaint {
  const other = port + 100 <= 65_535 ? port + 100 : port - 100
  const move =
    name === 'gateway'
      ? `run with --port ${other}`
      : `set ${portSettings[name].variable} to another, such as ${other}`
  return code === 'EADDRINUSE'
    ? new Complaint(`Port ${port} is in use. Stop what uses it, or ${move}.`)
    : new Complaint(
        `Port ${port} cannot be opened (${code}). Take one above 1023: ${move.replace(String(other), '4100')}.`,
      )
}
