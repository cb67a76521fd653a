import type { Log } from '@autora/shared/telemetry'
import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose'
import { request } from 'undici'

/** How keys are fetched and kept; all in milliseconds but `bytes`. */
export const keySetLimits = {
  /** Keys are fetched anew when they are older. */
  freshFor: 5 * 60_000,
  /** Keys are still good for so long while the issuer does not answer. */
  staleFor: 60 * 60_000,
  /** Between two fetches, however many unknown key ids arrive. */
  cooldown: 30_000,
  /** The same while no keys have ever been had. */
  firstCooldown: 1_000,
  timeout: 2_000,
  bytes: 64 * 1024,
} as const

/** No keys can be had, so nothing can be said about any token. */
export class KeysUnavailable extends Error {}

async function fetchKeys(url: string): Promise<string> {
  const signal = AbortSignal.timeout(keySetLimits.timeout)
  const { statusCode, body } = await request(url, { signal, headers: { accept: 'application/json' } })
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of body as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > keySetLimits.bytes) throw new Error('the key set is too large')
    chunks.push(chunk)
  }
  if (statusCode !== 200) throw new Error('the key set was not answered with 200')
  return Buffer.concat(chunks).toString('utf8')
}

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
  private askedAt = Number.NEGATIVE_INFINITY
  private pending: Promise<void> | undefined

  /** @param onChange - called when the keys differ from those before: what they vouched for is no longer known. */
  constructor(
    private readonly url: string,
    private readonly log: Log,
    private readonly onChange: () => void,
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
    const pause = this.keys ? keySetLimits.cooldown : keySetLimits.firstCooldown
    if (performance.now() - this.askedAt < pause) return
    this.askedAt = performance.now()
    this.pending = this.fetch().finally(() => {
      this.pending = undefined
    })
    return this.pending
  }

  private async fetch(): Promise<void> {
    try {
      const text = await fetchKeys(this.url)
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
