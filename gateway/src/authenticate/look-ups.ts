import { type Principal, PrincipalMemory } from './principal-memory.js'
import type { Change, FeedReader, RevocationFeed } from './revocation-feed.js'

/** How long an answer of identity may be used while the feed is fresh, in milliseconds. */
export const KEPT_FOR_MS = 30_000

const MOST_PRINCIPALS = 10_000

/** Asks identity. */
type Ask = () => Promise<Principal | null>

interface LookUp {
  /** How much had changed when it was asked. */
  readonly epoch: number
  readonly found: Promise<Principal | null>
}

/**
 * Remembers who somebody is for as long as nothing says otherwise. While the feed is stale identity is asked every
 * time, and requests that ask the same thing at the same time ask once.
 */
export class LookUps implements FeedReader {
  private readonly memory = new PrincipalMemory(MOST_PRINCIPALS)
  private readonly running = new Map<string, LookUp>()
  private epoch = 0

  constructor(private readonly feed: RevocationFeed) {
    feed.follow(this)
  }

  /** Drops what rests on the change; answers that are still on their way are used once and not kept. */
  changed(change: Change): void {
    this.epoch += 1
    this.memory.forget(change)
  }

  /** The answer to a question. @param ask - called when nobody knows it. */
  find(name: string, ask: Ask): Promise<Principal | null> {
    const known = this.feed.isFresh ? this.memory.get(name) : undefined
    if (known) return Promise.resolve(known)
    const running = this.running.get(name)
    if (running?.epoch === this.epoch) return running.found
    return this.ask(name, ask)
  }

  private ask(name: string, ask: Ask): Promise<Principal | null> {
    const { epoch } = this
    const lookUp: LookUp = { epoch, found: ask() }
    this.running.set(name, lookUp)
    const settled = (principal: Principal | null) => {
      if (this.running.get(name) === lookUp) this.running.delete(name)
      if (principal && epoch === this.epoch && this.feed.isFresh) this.memory.set(name, principal)
    }
    lookUp.found.then(settled, () => settled(null))
    return lookUp.found
  }
}
