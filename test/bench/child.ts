import { type ChildProcess, fork } from 'node:child_process'
import { join } from 'node:path'
import { type Duty, pin } from './pinning.js'

/** Memory now and processor time so far of one process. */
export interface Usage {
  readonly rssBytes: number
  readonly cpuMs: number
}

/** What a process of the benchmark is asked. */
export type Question<Order> =
  | { readonly kind: 'ORDER'; readonly order: Order }
  | { readonly kind: 'USAGE' }
  | { readonly kind: 'STOP' }

type Reply = { readonly answer: unknown } | { readonly fault: string }

/** A process of the benchmark, seen from the one that directs it. One question at a time. */
export class Child {
  private constructor(
    private readonly process: ChildProcess,
    private readonly name: string,
  ) {}

  /**
   * Starts a script of this folder. Its log goes to the null device: it is written, but nobody reads it.
   * @param profileTo - folder for a CPU profile, written when it stops.
   */
  static start(script: string, duty: Duty, profileTo?: string): Child {
    const child = fork(join(__dirname, `${script}.js`), {
      execArgv: profileTo
        ? ['--cpu-prof', `--cpu-prof-dir=${profileTo}`, `--cpu-prof-name=${script}.cpuprofile`]
        : [],
      env: { ...process.env, NODE_ENV: 'production', APOLLO_TELEMETRY_DISABLED: 'true' },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    if (child.pid) pin(child.pid, duty)
    return new Child(child, script)
  }

  /** Gives an order and waits for what comes of it. @throws {Error} with what went wrong over there. */
  async order<Answer>(order: unknown): Promise<Answer> {
    return (await this.ask({ kind: 'ORDER', order })) as Answer
  }

  /** Memory and processor time. */
  async usage(): Promise<Usage> {
    return (await this.ask({ kind: 'USAGE' })) as Usage
  }

  /** Asks it to end and waits until it has. */
  async stop(): Promise<void> {
    if (this.process.exitCode !== null || !this.process.connected) return
    const ended = new Promise<void>((resolve) => this.process.once('exit', () => resolve()))
    this.process.send({ kind: 'STOP' })
    await ended
  }

  private ask(question: Question<unknown>): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const gone = () => reject(new Error(`${this.name} ended without an answer`))
      this.process.once('exit', gone)
      this.process.once('message', (reply: Reply) => {
        this.process.off('exit', gone)
        if ('fault' in reply) reject(new Error(`${this.name}: ${reply.fault}`))
        else resolve(reply.answer)
      })
      this.process.send(question)
    })
  }
}

const usage = (): Usage => {
  const { user, system } = process.cpuUsage()
  return { rssBytes: process.memoryUsage.rss(), cpuMs: (user + system) / 1000 }
}

/** The other end: carries out orders until it is told to stop or the directing process is gone. */
export function serveOrders<Order>(carryOut: (order: Order) => Promise<unknown>): void {
  process.once('disconnect', () => process.exit())
  process.on('message', (question: Question<Order>) => {
    if (question.kind === 'STOP') return process.exit()
    const answer = question.kind === 'USAGE' ? Promise.resolve(usage()) : carryOut(question.order)
    answer.then(
      (value) => process.send?.({ answer: value } satisfies Reply),
      (error: unknown) =>
        process.send?.({ fault: error instanceof Error ? String(error.stack) : String(error) }),
    )
  })
}
