import { setTimeout as sleep } from 'node:timers/promises'
import { type EmbeddedPostgres, startEmbeddedPostgres } from '@autora/shared/embedded-postgres'
import type { Stoppable } from './shutdown.js'

/** How the embedded database of an installation is run. */
export interface EmbeddedDatabaseOptions {
  readonly home: string
  readonly port: number
  readonly superuserPassword: string
  /** Told in one line about whatever may surprise. */
  readonly say: (line: string) => void
}

const watchMs = 500
const mostDelayMs = 5000

/** The embedded PostgreSQL, started again when it ends by itself: services outlive that and reconnect. */
export class EmbeddedDatabase implements Stoppable {
  private server: Promise<EmbeddedPostgres> | null = null
  private isStopping = false
  private pid: number | null = null

  constructor(private readonly options: EmbeddedDatabaseOptions) {}

  /** Starts it. @throws {EmbeddedPostgresError} when it cannot run. */
  async start(): Promise<EmbeddedPostgres> {
    this.server = this.launch()
    const server = await this.server
    this.pid = server.pid
    void this.watch()
    return server
  }

  async stop(): Promise<void> {
    this.isStopping = true
    const server = await this.server?.catch(() => null) // what did not start need not stop
    await server?.stop()
  }

  kill(): void {
    this.isStopping = true
    if (this.pid !== null) signal(this.pid, 'SIGQUIT')
  }

  private launch(): Promise<EmbeddedPostgres> {
    const { home, port, superuserPassword, say } = this.options
    return startEmbeddedPostgres({ home, port, superuserPassword, onProgress: say })
  }

  /** Looks every half second whether it lives; starts it again as often as it takes. */
  private async watch(): Promise<void> {
    for (let delay = 200; !this.isStopping; ) {
      await sleep(watchMs, undefined, { ref: false })
      if (this.isStopping || (this.pid !== null && signal(this.pid, 0))) continue
      this.options.say('✗ PostgreSQL ended: starting it again')
      this.server = this.launch()
      try {
        this.pid = (await this.server).pid
        delay = 200
        this.options.say('✓ PostgreSQL is back')
      } catch (error) {
        const [what] = (error instanceof Error ? error.message : String(error)).split('\n')
        this.options.say(`✗ PostgreSQL does not start: ${what ?? ''}`)
        await sleep(delay, undefined, { ref: false })
        delay = Math.min(delay * 2, mostDelayMs)
      }
    }
  }
}

/** Sends a signal; 0 only asks. @returns whether the process lives. */
function signal(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, name)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
