import { isDeepStrictEqual } from 'node:util'
import type { Log } from '@autora/shared/telemetry'
import { Refusal } from '../answers/index.js'
import { type Admission, type Change, type RevocationFeed, unauthenticated } from '../authenticate/index.js'

/** While the feed is stale, running requests are looked at again so often; in milliseconds. */
export const SWEEP_MS = 750

/**
 * What is nearly done may finish: a deed that ends its sender's own key, session or grant, or publishes a policy that
 * binds him, still gets its answer. With this, a withdrawn right reaches what runs within two seconds; in milliseconds.
 */
export const GRACE_MS = 1_000

/** Questions to identity at once: a change that concerns everybody must not cost everybody the service. */
const MOST_QUESTIONS = 16

interface Running {
  readonly admission: Admission
  readonly startedAt: number
  readonly ended: AbortController
}

/**
 * The requests that are being carried out. One whose sender would no longer be let in as he was is ended: rights that
 * are withdrawn or changed reach it as they reach the next request. Only an answer ends it: while nobody can be asked,
 * it has until its deadline.
 */
export class RunningRequests {
  private readonly running = new Set<Running>()
  private readonly timer: NodeJS.Timeout

  constructor(
    private readonly feed: RevocationFeed,
    private readonly log: Log,
  ) {
    feed.follow(this)
    this.timer = setInterval(() => this.sweep(), SWEEP_MS)
    this.timer.unref()
  }

  /** Does the work of one request. `ended` tells when it is over for its sender: 401 UNAUTHENTICATED. */
  async carryOut<Result>(
    admission: Admission,
    work: (ended: AbortSignal) => Promise<Result>,
  ): Promise<Result> {
    const running: Running = { admission, startedAt: performance.now(), ended: new AbortController() }
    this.running.add(running)
    try {
      return await work(running.ended.signal)
    } finally {
      this.running.delete(running)
    }
  }

  /** Looks again at whom a change concerns. */
  changed(change: Change): void {
    const concerned = [...this.running].filter(
      ({ admission }) => change === null || admission.restsOn.includes(change),
    )
    void this.ask(concerned)
  }

  /** Ends the looking. */
  stop(): void {
    clearInterval(this.timer)
  }

  /** Without a feed nobody tells of changes: what has been running for long is asked about. */
  private sweep(): void {
    if (this.feed.isFresh) return
    const now = performance.now()
    void this.ask([...this.running].filter(({ startedAt }) => now - startedAt >= SWEEP_MS))
  }

  private async ask(concerned: readonly Running[]): Promise<void> {
    const left = [...concerned]
    const next = async () => {
      for (let one = left.pop(); one; one = left.pop()) await this.askOne(one)
    }
    await Promise.all(Array.from({ length: Math.min(MOST_QUESTIONS, left.length) }, next))
  }

  private async askOne(running: Running): Promise<void> {
    if (!this.running.has(running)) return
    const { admission } = running
    try {
      if (isDeepStrictEqual(await admission.again(), admission.actor)) return
      this.end(running, unauthenticated('PRINCIPAL_CHANGED'))
    } catch (error) {
      if (error instanceof Refusal && error.status === 401) return this.end(running, error)
      this.log.error('running.unresolved', error)
    }
  }

  private end({ ended }: Running, refusal: Refusal): void {
    setTimeout(() => ended.abort(refusal), GRACE_MS).unref()
  }
}
