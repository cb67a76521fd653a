import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ProcessName } from '../serve/names.js'
import { Complaint } from '../terminal/complaint.js'
import { checkout } from '../version.js'
import type { ServiceLog } from './service-log.js'
import type { Stoppable } from './shutdown.js'

/** What a service is run with. */
export interface ServicePlan {
  readonly name: ProcessName
  readonly url: string
  readonly environment: NodeJS.ProcessEnv
  readonly log: ServiceLog
  /** Told in one line when it ends by itself and when it is back. */
  readonly say: (line: string) => void
}

const program = join(checkout, 'cli', 'dist', 'main.js')
const readyWithinMs = 30_000
const graceMs = 5000
const backoff = { firstMs: 200, mostMs: 5000, forgottenAfterMs: 30_000 } as const

/** One service as a process of its own, started again whenever it ends by itself. */
export class ServiceProcess implements Stoppable {
  private child: ChildProcess | null = null
  private isStopping = false
  private failures = 0
  private startedAt = 0

  constructor(private readonly plan: ServicePlan) {}

  /** Starts it and waits until it is ready. @throws {Complaint} when it ends first or takes too long. */
  async start(): Promise<void> {
    const child = this.spawn()
    if (await this.becameReady(child)) {
      child.once('exit', () => void this.revive(child))
      if (hasExited(child)) void this.revive(child)
      return
    }
    this.isStopping ||= !hasExited(child)
    const { name, log } = this.plan
    const what = hasExited(child) ? 'ended while it started' : `was not ready after ${readyWithinMs / 1000} s`
    if (!hasExited(child)) child.kill('SIGKILL')
    throw new Complaint(`${name} ${what}: ${log.lastWords() || 'it said nothing'}. See ${log.path}.`)
  }

  async stop(): Promise<void> {
    this.isStopping = true
    const { child } = this
    if (!child || hasExited(child)) return
    const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()))
    child.kill('SIGTERM')
    const patience = setTimeout(() => child.kill('SIGKILL'), graceMs)
    await exited
    clearTimeout(patience)
  }

  kill(): void {
    this.isStopping = true
    this.child?.kill('SIGKILL')
  }

  private spawn(): ChildProcess {
    const { name, environment, log } = this.plan
    this.startedAt = Date.now()
    this.child = spawn(process.execPath, [program, 'serve', name], {
      cwd: checkout,
      env: environment,
      // A group of its own: Ctrl-C in the terminal reaches us, and the service through us, after the gateway.
      detached: true,
      stdio: ['ignore', log.fd, log.fd, 'ipc'],
    })
    this.child.on('error', () => undefined) // an exit or a missing readiness tells the same
    return this.child
  }

  private async becameReady(child: ChildProcess): Promise<boolean> {
    const deadline = Date.now() + readyWithinMs
    while (!hasExited(child) && child.pid !== undefined && Date.now() < deadline) {
      if (await answersReady(this.plan.url)) return true
      await sleep(40)
    }
    return false
  }

  private async revive(ended: ChildProcess): Promise<void> {
    if (this.isStopping || this.child !== ended) return
    const { name, say, log } = this.plan
    if (Date.now() - this.startedAt > backoff.forgottenAfterMs) this.failures = 0
    const delay = Math.min(backoff.firstMs * 2 ** this.failures, backoff.mostMs)
    this.failures += 1
    const how = ended.signalCode ? `by ${ended.signalCode}` : `with code ${ended.exitCode ?? '?'}`
    say(`✗ ${name} ended ${how}: starting it again in ${delay / 1000} s (${log.path})`)
    await sleep(delay)
    if (this.isStopping) return
    const child = this.spawn()
    child.once('exit', () => void this.revive(child))
    const begin = Date.now()
    if (await this.becameReady(child))
      say(`✓ ${name} is back (${((Date.now() - begin) / 1000).toFixed(1)} s)`)
  }
}

const hasExited = ({ exitCode, signalCode }: ChildProcess): boolean =>
  exitCode !== null || signalCode !== null

async function answersReady(url: string): Promise<boolean> {
  try {
    const answer = await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(2000) })
    await answer.body?.cancel()
    return answer.ok
  } catch {
    return false // not yet
  }
}
