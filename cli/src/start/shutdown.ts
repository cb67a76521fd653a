/** Something that was started and has to be stopped. */
export interface Stoppable {
  /** Lets it finish. Idempotent. */
  stop(): Promise<void>
  /** Ends it now. */
  kill(): void
}

/** Two signals within this time are one Ctrl-C: the terminal sends it to npm too, and npm passes it on. */
const oneKeyPressMs = 1000

/** The whole of a shutdown ends within this time, whatever hangs. */
const wholeMs = 9500

/** Stops everything that was started, in the opposite order, once. */
export class Shutdown {
  private readonly started: Stoppable[] = []
  private draining: Promise<void> | null = null
  private signalledAt = 0

  constructor(private readonly say: (line: string) => void) {}

  /** Whether the end has begun: nothing new may start and nothing is restarted. */
  get hasBegun(): boolean {
    return this.draining !== null
  }

  /** Remembers what was started; if the end has begun meanwhile, it is stopped at once. */
  add(part: Stoppable): void {
    this.started.push(part)
    if (this.hasBegun) void part.stop()
  }

  /** Stops everything: the last that was started first. Called again, it waits for the first call. */
  drain(): Promise<void> {
    this.draining ??= this.stopAll()
    return this.draining
  }

  /**
   * Handles signals from now on. The first drains, a later one kills.
   * @returns when the drain that a signal asked for is over.
   */
  onSignals(): Promise<void> {
    return new Promise((resolve) => {
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
        process.on(signal, () => {
          if (this.hasBegun) return this.insist()
          this.signalledAt = Date.now()
          this.say('Stopping…')
          this.drain().then(resolve, resolve)
        })
    })
  }

  private insist(): void {
    if (Date.now() - this.signalledAt < oneKeyPressMs) return
    this.say('Killed.')
    for (const part of this.started) part.kill()
    process.exit(130)
  }

  private async stopAll(): Promise<void> {
    const deadline = setTimeout(() => {
      this.say('Something does not stop: it is left to itself.')
      for (const part of this.started) part.kill()
      process.exit(0)
    }, wholeMs)
    for (const part of this.started.toReversed()) await part.stop()
    clearTimeout(deadline)
  }
}

/** Several parts that stop side by side. */
export const together = (parts: readonly Stoppable[]): Stoppable => ({
  async stop() {
    await Promise.all(parts.map((part) => part.stop()))
  },
  kill() {
    for (const part of parts) part.kill()
  },
})
