import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { EmbeddedPostgresError, errnoOf } from './errors.js'
import { isAlive, type Postmaster, postmasterOn } from './processes.js'

/** What PostgreSQL writes into `postmaster.pid` of its data folder while it runs. */
export interface LockFile {
  readonly pid: number
  readonly isReady: boolean
}

/** How long a server gets to end before the next, harder signal. */
export const patienceMs = 10_000

/** Signals that end a server: fast (checkpoint first), immediate (recovery at the next start), certain. */
export const stopSignals = ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const

/** Reads the lock file of `dataDir`; undefined if there is none, or none with a pid. */
export async function readLockFile(dataDir: string): Promise<LockFile | undefined> {
  try {
    const lines = (await readFile(lockFile(dataDir), 'utf8')).split('\n')
    const pid = Number.parseInt(lines[0] ?? '', 10)
    return pid > 0 ? { pid, isReady: lines[7]?.trim() === 'ready' } : undefined
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined
    throw error
  }
}

const lockFile = (dataDir: string): string => join(dataDir, 'postmaster.pid')

/**
 * Makes `dataDir` free for a new server. A server whose starter was killed goes on by itself; it is
 * stopped. No process is signalled that is not a PostgreSQL server on this very folder.
 *
 * @returns Whether the last server ended without a shutdown, so that the next one has to recover.
 * @throws {EmbeddedPostgresError} PG_ALREADY_RUNNING - its starter lives, or it would not stop.
 */
export async function takeOver(dataDir: string, onProgress: (line: string) => void): Promise<boolean> {
  const lock = await readLockFile(dataDir)
  if (!lock) return false

  const orphan = await settled(dataDir, lock.pid)
  if (orphan) {
    if (orphan.isSupervised) throw alreadyRunning(dataDir, lock.pid)
    onProgress(`Stopping a PostgreSQL left over from an earlier run (pid ${lock.pid}).`)
    await stopOrphan(dataDir, lock.pid)
  } else if (isAlive(lock.pid)) {
    await disownLock(dataDir)
  }
  return (await readLockFile(dataDir)) !== undefined || !orphan
}

/** How long a server that was just killed may still stand in the process table. */
const dyingMs = 1_000

/** The server on `dataDir`; one with a living starter gets a moment, because it may be about to be gone. */
async function settled(dataDir: string, pid: number): Promise<Postmaster | undefined> {
  const deadline = Date.now() + dyingMs
  let server = await postmasterOn(dataDir, pid)
  while (server?.isSupervised && Date.now() < deadline) {
    await sleep(20)
    server = await postmasterOn(dataDir, pid)
  }
  return server
}

/** Larger than any process number a system gives. */
const nobodysPid = 2_147_483_647

/**
 * The number in the lock file now belongs to another process, or to a dead one that nobody reaped, and
 * PostgreSQL, which sees only that it is alive, would refuse to start. The rest of the file stays: by it
 * PostgreSQL makes sure that no backend of the old server still works on the data.
 */
async function disownLock(dataDir: string): Promise<void> {
  const content = await readFile(lockFile(dataDir), 'utf8')
  await writeFile(lockFile(dataDir), content.replace(/^\d+/, String(nobodysPid)))
}

async function stopOrphan(dataDir: string, pid: number): Promise<void> {
  for (const signal of stopSignals) {
    if (await signalled(dataDir, pid, signal)) return
  }
  throw alreadyRunning(dataDir, pid)
}

/** Sends one signal; true once the server is gone. */
async function signalled(dataDir: string, pid: number, signal: NodeJS.Signals): Promise<boolean> {
  const deadline = Date.now() + patienceMs
  if (await postmasterOn(dataDir, pid)) process.kill(pid, signal)
  while (Date.now() < deadline) {
    if (!(await postmasterOn(dataDir, pid))) return true
    await sleep(20)
  }
  return false
}

/** The error for a cluster that a living process uses; `pid` is its server's. */
export function alreadyRunning(dataDir: string, pid: number): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    'PG_ALREADY_RUNNING',
    `The database in ${dataDir} is in use by another run (PostgreSQL pid ${pid}).`,
    'Stop that run first.',
  )
}
