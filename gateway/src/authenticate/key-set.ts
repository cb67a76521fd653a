import type { Log } from '@autora/shared/telemetry'
import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose'

/** How keys are fetched and kept, in milliseconds. */
export const keySetLimits = {
  /** Keys are fetched anew when they are older. */
  freshFor: 5 * 60_000,
  /** Keys are still good for so long while the issuer does not answer. */
  staleFor: 60 * 60_000,
  /** Between two fetches, however many unknown key ids arrive. */
  cooldown: 30_000,
  /** The same while no keys have ever been had. */
  firstCooldown: 1_000,
} as const

/** No keys can be had, so nothing can be said about any token. */
export class KeysUnavailable extends Error {}

/** A key set that answers; an empty one is a broken issuer, not a decision to trust nobody. */
function readKeys(text: string): JWTVerifyGetKey {
  const keySet = JSON.parse(text) as JSONWebKeySet
  const keys = createLocalJWKSet(keySet)
  if (keySet.keys.length === 0) throw new Error('the key set is empty')
  return keys
}

/**
 * The issuer's public keys. Bounded on both sides: tokens with unknown key ids cause at most one fetch in `cooldown`,
 * and an issuer that is away changes nothing for `staleFor`. Time is monotonic, so a clock that jumps changes nothing.
 */
export class KeySet {
  private keys: JWTVerifyGetKey | undefined
  private text = ''
  private fetchedAt = Number.NEGATIVE_INFINITY
  /** When keys were asked for last, the newest last; as many as may be in a row. */
  private asked: readonly number[] = []
  private pending: Promise<void> | undefined

  /**
   * @param load - fetches the text of the set.
   * @param onChange - called when the keys differ from those before: what they vouched for is no longer known.
   * @param inARow - fetches that need no `cooldown` between them; over time there is one in `cooldown` all the same.
   */
  constructor(
    private readonly load: () => Promise<string>,
    private readonly log: Log,
    private readonly onChange: () => void,
    private readonly inARow = 1,
  ) {}

  /** Starts a fetch in the background when the keys are no longer fresh. */
  refreshWhenOld(): void {
    if (this.keys && performance.now() - this.fetchedAt >= keySetLimits.freshFor) void this.refresh()
  }

  /** Finds the key of a token. @throws {KeysUnavailable} when there are no keys at all. */
  readonly find: JWTVerifyGetKey = async (header, token) => {
    if (performance.now() - this.fetchedAt >= keySetLimits.staleFor) {
      this.keys = undefined
      await this.refresh()
    }
    const keys = this.keys
    if (!keys) throw new KeysUnavailable('no key set')
    this.refreshWhenOld()
    try {
      return await keys(header, token)
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error
      await this.refresh()
      if (!this.keys || this.keys === keys) throw error
      return this.keys(header, token)
    }
  }

  /** One fetch at a time, and none while the last one is too recent. Never throws: the keys are there or not. */
  private async refresh(): Promise<void> {
    if (this.pending !== undefined) return this.pending
    const now = performance.now()
    const pause = this.keys ? keySetLimits.cooldown * this.inARow : keySetLimits.firstCooldown
    const recent = this.asked.filter((at) => now - at < pause)
    if (recent.length >= (this.keys ? this.inARow : 1)) return
    this.asked = [...this.asked, now].slice(-this.inARow)
    this.pending = this.fetch().finally(() => {
      this.pending = undefined
    })
    return this.pending
  }

  private async fetch(): Promise<void> {
    try {
      const text = await this.load()
      this.fetchedAt = performance.now()
      if (text === this.text && this.keys) return
      this.keys = readKeys(text)
      this.text = text
      this.onChange()
    } catch (error) {
      this.log.error('keySet.failed', error)
    }
  }
}
