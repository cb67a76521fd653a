import type { Actor } from '@autora/shared/actor'
import type { Change } from './revocation-feed.js'

/** Somebody as identity resolved him. */
export interface Principal {
  readonly actor: Actor
  /** Names of the things this rests on, as the feed names them. */
  readonly restsOn: readonly string[]
  /** Monotonic milliseconds until which this may be used; in the past when it must not be kept at all. */
  readonly goodUntil: number
}

/**
 * Principals that may be used again, by the question that found them: bounded, and found by everything that they rest
 * on, so that one change costs no more than what it concerns.
 */
export class PrincipalMemory {
  private readonly principals = new Map<string, Principal>()
  private readonly names = new Map<string, Set<string>>()

  /** @param capacity - principals it holds at most; the one that was used longest ago goes first. */
  constructor(private readonly capacity: number) {}

  get size(): number {
    return this.principals.size
  }

  /** The principal of a question, while it is good. */
  get(name: string): Principal | undefined {
    const found = this.principals.get(name)
    if (!found) return undefined
    if (found.goodUntil <= performance.now()) {
      this.delete(name)
      return undefined
    }
    this.principals.delete(name)
    this.principals.set(name, found)
    return found
  }

  /** Keeps a principal. */
  set(name: string, principal: Principal): void {
    this.delete(name)
    this.insert(name, principal)
    if (this.principals.size <= this.capacity) return
    const [oldest] = this.principals.keys()
    if (oldest !== undefined) this.delete(oldest)
  }

  /** Forgets whatever rests on what changed. */
  forget(change: Change): void {
    if (change !== null) {
      for (const name of [...(this.names.get(change) ?? [])]) this.delete(name)
      return
    }
    this.principals.clear()
    this.names.clear()
  }

  private insert(name: string, principal: Principal): void {
    this.principals.set(name, principal)
    for (const thing of principal.restsOn) {
      const names = this.names.get(thing)
      if (names) names.add(name)
      else this.names.set(thing, new Set([name]))
    }
  }

  private delete(name: string): void {
    const found = this.principals.get(name)
    if (!found) return
    this.principals.delete(name)
    for (const thing of found.restsOn) {
      const names = this.names.get(thing)
      names?.delete(name)
      if (names?.size === 0) this.names.delete(thing)
    }
  }
}
