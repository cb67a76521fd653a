import type { ChildProcess } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Account } from './account.js'
import { EmbeddedPostgresError } from './errors.js'
import { alreadyRunning, patienceMs, readLockFile, stopSignals } from './lock-file.js'
import type { ServerLog } from './log.js'
import { choosePort, portBusy } from './port.js'
import { startProgram } from './program.js'
import { serverArguments } from './settings.js'

/** What a server is started with. */
export interface Launch {
  readonly postgres: string
  readonly dataDir: string
  readonly account: Account | undefined
  /** 0: any free port. */
  readonly port: number
  readonly ephemeral: boolean
  readonly log: ServerLog
  /** Time from spawn to ready, in milliseconds. */
  readonly readyWithinMs: number
  readonly onProgress: (line: string) => void
}

/** A server that takes connections. */
export interface RunningServer {
  readonly pid: number
  readonly port: number
  /** Ends it: fast shutdown, after 10 s an immediate one, after 10 more SIGKILL. Idempotent. */
  stop(): Promise<void>
}

interface Child {
  readonly handle: ChildProcess
  readonly pid: number
  readonly exited: Promise<void>
}

/**
 * Starts the server and waits until it takes connections.
 *
 * @throws {EmbeddedPostgresError} PG_PORT_BUSY - another process took the port meanwhile.
 * @throws {EmbeddedPostgresError} PG_ALREADY_RUNNING - another start on the same data was quicker.
 * @throws {EmbeddedPostgresError} PG_START_FAILED - it ended, or was not ready in time; the message has the
 *   last lines of its log.
 */
export async function launch(plan: Launch): Promise<RunningServer> {
  const giveUpAt = Date.now() + plan.readyWithinMs
  for (let attempt = 1; ; attempt += 1) {
    const port = await choosePort(plan.port)
    const child = await spawnServer(plan, port)
    if (await becameReady(child, plan)) return { pid: child.pid, port, stop: () => stop(child) }

    const hasEnded = hasExited(child)
    await stop(child)
    const output = await plan.log.tail()
    const mayRetry = hasEnded && isPassing(output, plan) && Date.now() < giveUpAt
    if (!mayRetry) throw failure(plan, port, output, hasEnded)
    if (attempt === 1) plan.onProgress('PostgreSQL cannot start yet: trying again.')
    await sleep(500)
  }
}

async function spawnServer(
  { postgres, dataDir, account, ephemeral, log }: Launch,
  port: number,
): Promise<Child> {
  const handle = await startProgram(postgres, serverArguments(dataDir, port, ephemeral), {
    account,
    cwd: dataDir,
    stdio: ['ignore', log.fd, log.fd],
    // A session of its own: Ctrl-C in the terminal must reach our services first, and the server through us.
    detached: true,
  })
  const { pid } = handle
  if (pid === undefined) throw new Error('a process that was started has a pid')
  return { handle, pid, exited: new Promise((resolve) => handle.once('exit', () => resolve())) }
}

const hasExited = ({ handle }: Child): boolean => handle.exitCode !== null || handle.signalCode !== null

/** False once it has ended or its time is over. The file of an earlier server has another pid in it. */
async function becameReady(child: Child, { dataDir, readyWithinMs }: Launch): Promise<boolean> {
  const deadline = Date.now() + readyWithinMs
  while (!hasExited(child) && Date.now() < deadline) {
    const lock = await readLockFile(dataDir)
    if (lock?.pid === child.pid && lock.isReady) return true
    await sleep(10)
  }
  return false
}

async function stop(child: Child): Promise<void> {
  for (const signal of stopSignals) {
    if (hasExited(child)) return
    child.handle.kill(signal)
    const patience = new AbortController()
    await Promise.race([child.exited, sleep(patienceMs, undefined, { signal: patience.signal })])
    patience.abort()
  }
}

const portTaken = 'Address already in use'

/** Whether another try may do better: a killed server's last queries run, or a chosen port was snatched. */
const isPassing = (output: string, { port }: Launch): boolean =>
  output.includes('pre-existing shared memory block') || (port === 0 && output.includes(portTaken))

function failure(plan: Launch, port: number, output: string, hasEnded: boolean): EmbeddedPostgresError {
  if (output.includes(portTaken)) return portBusy(port)
  const rival = /lock file "postmaster\.pid" already exists[\s\S]*?PID (\d+)/.exec(output)?.[1]
  if (rival) return alreadyRunning(plan.dataDir, Number(rival)) // two starts at the same moment
  return new EmbeddedPostgresError(
    'PG_START_FAILED',
    hasEnded
      ? 'PostgreSQL ended while it started.'
      : `PostgreSQL was not ready after ${plan.readyWithinMs / 1000} s.`,
    `Read the lines below (from ${plan.log.path}), or set DATABASE_URL to a PostgreSQL of your own.`,
    { output },
  )
}
