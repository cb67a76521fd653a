import { linkSync, rmSync, writeFileSync } from 'node:fs'
import { Complaint } from '../terminal/complaint.js'
import type { Home } from './home.js'
import { readJson } from './json-file.js'
import { birthOf } from './process-birth.js'

/** Keeps a second run away from an installation. */
export interface Lock {
  /** Whether an earlier run ended without releasing its lock: killed, or the machine lost power. */
  readonly wasLeftBehind: boolean
  release(): void
}

/** The run that holds the lock, or null. */
export function runningPid(home: Home): number | null {
  const file = readJson(home.lock)
  if (typeof file?.pid !== 'number' || typeof file.birth !== 'string') return null
  return birthOf(file.pid) === file.birth ? file.pid : null
}

/**
 * Takes the installation for this process. A lock whose holder is dead counts for nothing.
 * @throws {Complaint} when another run holds it.
 */
export function takeLock(home: Home): Lock {
  const draft = `${home.lock}.${process.pid}`
  writeFileSync(draft, JSON.stringify({ pid: process.pid, birth: birthOf(process.pid) }), { mode: 0o600 })
  try {
    const isFirst = link(draft, home.lock)
    if (!isFirst) {
      const pid = runningPid(home)
      if (pid !== null) throw alreadyRunning(home, pid)
      rmSync(home.lock, { force: true })
      if (!link(draft, home.lock)) throw alreadyRunning(home, runningPid(home))
    }
    return { wasLeftBehind: !isFirst, release: () => rmSync(home.lock, { force: true }) }
  } finally {
    rmSync(draft, { force: true })
  }
}

/** A hard link appears with its content or not at all. @returns false when the name is taken. */
function link(from: string, to: string): boolean {
  try {
    linkSync(from, to)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

const alreadyRunning = (home: Home, pid: number | null): Complaint =>
  new Complaint(
    `AUTORA OS already runs from ${home.folder} (pid ${pid ?? 'unknown'}). Stop it with Ctrl-C in its terminal` +
      `${pid === null ? '' : `, or with kill ${pid}`}.`,
  )
