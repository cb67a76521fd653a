import { readdirSync, readFileSync } from 'node:fs'

/** Clock ticks of Linux per second, as its process files count them. */
const TICKS = 100

/** Parent and processor ticks so far of a process; null when it has ended meanwhile. */
function statusOf(pid: string): { readonly parent: number; readonly ticks: number } | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = text
      .slice(text.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number)
    return { parent: fields[1] ?? 0, ticks: (fields[11] ?? 0) + (fields[12] ?? 0) }
  } catch {
    return null
  }
}

/** Processor time so far of all processes that a database server runs, in ms. 0 where the system does not tell. */
export function databaseCpuMs(server: number): number {
  if (process.platform !== 'linux') return 0
  let ticks = 0
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    const status = statusOf(pid)
    if (status?.parent === server) ticks += status.ticks
  }
  return (ticks * 1000) / TICKS
}
