import { RateLimiterMemory } from 'rate-limiter-flexible'

/** What a window of time holds after one more request. */
export interface WindowState {
  /** Requests of the window so far, this one included. */
  readonly used: number
  /** Milliseconds until the window is over. */
  readonly msLeft: number
}

/** Counts requests by name in windows of time. Behind it may stand a store that several gateways share. */
export interface RateStore {
  /** Counts one request. @param seconds - length of the window, which begins with the first request in it. */
  count(name: string, seconds: number): Promise<WindowState>
}

/** Counts in the memory of this process: each gateway then grants the whole rate. */
export class MemoryRateStore implements RateStore {
  private readonly windows = new Map<number, RateLimiterMemory>()

  async count(name: string, seconds: number): Promise<WindowState> {
    let window = this.windows.get(seconds)
    if (!window) {
      // the limit differs from key to key: the window only counts
      window = new RateLimiterMemory({ points: Number.MAX_SAFE_INTEGER, duration: seconds })
      this.windows.set(seconds, window)
    }
    const { consumedPoints, msBeforeNext } = await window.consume(name)
    return { used: consumedPoints, msLeft: msBeforeNext }
  }
}
