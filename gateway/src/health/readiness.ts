import { type Subgraph, subgraphs } from '@autora/shared/actor'
import type { Log } from '@autora/shared/telemetry'
import { type Answer, jsonAnswer } from '../answers/index.js'
import type { SubgraphWays } from '../calls/index.js'

/** How often subgraphs are asked, and how long they may take; in milliseconds. */
export const readinessTimes = { between: 2_000, timeout: 1_500 } as const

/** Knows which subgraphs serve. They are asked on a timer, never by whoever asks us: a probe costs nothing. */
export class Readiness {
  private degraded: readonly Subgraph[] = subgraphs
  private timer: NodeJS.Timeout | undefined
  private isStopped = false

  constructor(
    private readonly ways: SubgraphWays,
    private readonly log: Log,
  ) {}

  /** Asks once, then again and again until `stop`. */
  async start(): Promise<void> {
    await this.check()
    if (this.isStopped) return
    this.timer = setTimeout(() => void this.start(), readinessTimes.between)
    this.timer.unref()
  }

  stop(): void {
    this.isStopped = true
    clearTimeout(this.timer)
  }

  /**
   * 200 while the gateway can serve anything: identity says who asks, so without it nobody is served; without another
   * subgraph its fields alone are missing, and taking the gateway out would take the rest along (`degraded` names it).
   */
  answer(): Answer {
    const { degraded } = this
    const isReady = !this.isStopped && !degraded.includes('identity')
    const status = isReady ? (degraded.length > 0 ? 'degraded' : 'ready') : 'not ready'
    return jsonAnswer(isReady ? 200 : 503, { status, degraded })
  }

  private async check(): Promise<void> {
    const serving = await Promise.all(subgraphs.map((name) => this.serves(name)))
    const degraded = subgraphs.filter((_, index) => !serving[index])
    if (degraded.join() !== this.degraded.join())
      this.log.info('readiness.changed', { degraded: degraded.join(',') })
    this.degraded = degraded
  }

  private async serves(name: Subgraph): Promise<boolean> {
    try {
      return (await this.ways.calls[name].get('/health/ready', readinessTimes.timeout)).status === 200
    } catch {
      return false // away: exactly what is being asked
    }
  }
}
