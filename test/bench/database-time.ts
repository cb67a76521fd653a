import { readdirSync, readFileSync } from 'node:fs'

/** Clock ticks of Linux per second, as its process files count them. */
const TICKS = 100

interface Status {
  readonly parent: number
  readonly ownTicks: number
  /** Of the children that have ended. */
  readonly endedTicks: number
}

/** What the system says of a process; null when it has ended meanwhile. */
function statusOf(pid: string): Status | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = text
      .slice(text.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number)
    const [parent = 0, user = 0, system = 0, endedUser = 0, endedSystem = 0] = [1, 11, 12, 13, 14].map(
      (at) => fields[at] ?? 0,
    )
    return { parent, ownTicks: user + system, endedTicks: endedUser + endedSystem }
  } catch {
    return null
  }
}

/**
 * Processor time so far, in ms, of all processes that a database server runs or ran: one for each connection.
 * @returns 0 where the system does not tell.
 */
export function databaseCpuMs(server: number): number {
  if (process.platform !== 'linux') return 0
  let ticks = 0
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    const status = statusOf(pid)
    if (status?.parent === server) ticks += status.ownTicks
    if (Number(pid) === server) ticks += status?.endedTicks ?? 0
  }
  return (ticks * 1000) / TICKS
}
