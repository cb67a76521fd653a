import type { Clock } from '@autora/shared/request'
import type { Log } from '@autora/shared/telemetry'
import { type KeyRing, keyTimes, ringAt, type SigningKey, type SigningKeys } from './key-service.js'

/** The keys of now and what was made with them. */
export interface WithKeys<Made> {
  readonly ring: KeyRing
  readonly made: Made
}

/**
 * Keeps something that is made with keys in step with them: the database is asked again after `keyTimes.reload`, and
 * what was made is made anew when another key signs or is published. Nothing waits for the database but the first
 * request; while it is away, the keys of before go on.
 */
export class KeyWatch<Made> {
  private keys: readonly SigningKey[] | undefined
  private loadedAt = 0
  private pending: Promise<void> | undefined
  private names = ''
  private held: WithKeys<Made> | undefined

  constructor(
    private readonly source: Pick<SigningKeys, 'load'>,
    private readonly clock: Clock,
    private readonly log: Log,
    private readonly make: (ring: KeyRing) => Made,
  ) {}

  /** @throws {Error} no keys were ever had. */
  async current(): Promise<WithKeys<Made>> {
    const now = this.clock.now()
    const age = now.getTime() - this.loadedAt
    // a clock that goes back must not stop the keys either
    if (age >= keyTimes.reload * 1000 || age < 0) await this.reload(now)
    // the time is read again: a first key signs from the moment when it was made
    const ring = ringAt(this.keys ?? [], this.clock.now())
    const names = ring.map(({ kid }) => kid).join()
    if (!this.held || names !== this.names) {
      if (ring.length === 0) throw new Error('the issuer has no signing key')
      this.held = { ring, made: this.make(ring) }
      this.names = names
    }
    return this.held
  }

  private reload(now: Date): Promise<void> {
    this.pending ??= this.load(now).finally(() => {
      this.pending = undefined
    })
    return this.pending
  }

  private async load(now: Date): Promise<void> {
    try {
      this.keys = await this.source.load()
      this.loadedAt = now.getTime()
    } catch (error) {
      if (!this.keys) throw error
      this.log.error('issuer.keysNotRead', error)
      this.loadedAt = now.getTime()
    }
  }
}
