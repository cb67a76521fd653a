import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'

/** The command line as it was built: what the launcher hands over to, without looking for a newer build each time. */
function commandLine(): string {
  for (let folder = __dirname; folder !== dirname(folder); folder = dirname(folder)) {
    const main = join(folder, 'cli', 'dist', 'main.js')
    if (existsSync(main)) return main
  }
  throw new Error('there is no build: npm run build')
}

/** A line that a process logged. */
export type LogLine = Readonly<Record<string, unknown>> & { readonly event?: string }

/** A process of the platform, started as in production: `autora serve <name>`. */
export class Launched {
  private constructor(
    private readonly child: ChildProcess,
    private readonly exited: Promise<unknown>,
  ) {}

  /** @param onLine - told of everything it logs. */
  static start(name: string, settings: NodeJS.ProcessEnv, onLine: (line: LogLine) => void): Launched {
    const child = spawn(process.execPath, [commandLine(), 'serve', name], {
      env: { PATH: process.env.PATH, AUTORA_HOST: '127.0.0.1', AUTORA_PORT: '0', ...settings },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const exited = once(child, 'exit')
    if (child.stdout)
      createInterface({ input: child.stdout }).on('line', (text) => onLine(JSON.parse(text) as LogLine))
    return new Launched(child, exited)
  }

  /** Ends it with a signal and waits until it is gone. */
  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    this.child.kill(signal)
    await this.exited
  }
}
