import { createHash } from 'node:crypto'

/** A list of choices with their weights; the weights need not add up to anything. */
export type Weighted<T> = readonly (readonly [choice: T, weight: number])[]

/**
 * A stream of pseudo-random numbers that its path alone decides: equal paths, equal streams, on every machine.
 * xoshiro128** (Blackman and Vigna, 2018), seeded with SHA-256 of the path. For demo data only, never for secrets.
 */
export class Random {
  #a: number
  #b: number
  #c: number
  #d: number

  constructor(path: string) {
    const seed = createHash('sha256').update(path).digest()
    this.#a = seed.readUInt32LE(0)
    this.#b = seed.readUInt32LE(4)
    this.#c = seed.readUInt32LE(8)
    this.#d = seed.readUInt32LE(12)
  }

  /** 32 random bits as an unsigned integer. */
  bits(): number {
    const result = Math.imul(rotate(Math.imul(this.#b, 5), 7), 9)
    const shifted = this.#b << 9
    this.#c ^= this.#a
    this.#d ^= this.#b
    this.#b ^= this.#c
    this.#a ^= this.#d
    this.#c ^= shifted
    this.#d = rotate(this.#d, 11)
    return result >>> 0
  }

  /** At least 0, below 1. */
  unit(): number {
    return this.bits() / 0x1_0000_0000
  }

  /** A whole number of at least 0 and below `limit`. */
  below(limit: number): number {
    return Math.floor(this.unit() * limit)
  }

  /** A number of at least `low` and below `high`. */
  between(low: number, high: number): number {
    return low + this.unit() * (high - low)
  }

  /** True with that probability. */
  chance(probability: number): boolean {
    return this.unit() < probability
  }

  /** One of a list, each as likely as the other. @throws {RangeError} when the list is empty. */
  pick<T>(list: readonly T[]): T {
    for (const choice of list.slice(this.below(list.length))) return choice
    throw new RangeError('nothing to pick from')
  }

  /** One of a list, by weight. @throws {RangeError} when the list is empty. */
  weighted<T>(list: Weighted<T>): T {
    let rest = this.unit() * list.reduce((sum, [, weight]) => sum + weight, 0)
    for (const [choice, weight] of list) {
      rest -= weight
      if (rest < 0) return choice
    }
    return this.pick(list)[0]
  }

  /** Standard normal (Box and Muller). */
  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.unit())) * Math.cos(2 * Math.PI * this.unit())
  }

  /** Log-normal: half of the numbers lie below `median`. */
  logNormal(median: number, sigma: number): number {
    return median * Math.exp(sigma * this.normal())
  }

  /** Exponential with that mean. */
  exponential(mean: number): number {
    return -mean * Math.log(1 - this.unit())
  }

  /** Geometric on 1, 2, 3 … with that mean, never above `cap`. */
  geometric(mean: number, cap: number): number {
    return Math.min(cap, 1 + Math.floor(Math.log(1 - this.unit()) / Math.log(1 - 1 / mean)))
  }

  /** A uuid of version 8 (RFC 9562: content of one's own making). */
  uuid(): string {
    const bytes = Buffer.allocUnsafe(16)
    for (let at = 0; at < 16; at += 4) bytes.writeUInt32LE(this.bits(), at)
    return uuidFrom(bytes.toString('hex'))
  }

  /** Digits only, `length` of them. */
  digits(length: number): string {
    return Array.from({ length }, () => this.below(10)).join('')
  }
}

/** The uuid that belongs to a path: SHA-256 in the shape of version 8. */
export const uuidOf = (path: string): string => uuidFrom(createHash('sha256').update(path).digest('hex'))

function uuidFrom(digest: string): string {
  const variant = '89ab'.charAt(Number.parseInt(digest.charAt(16), 16) & 3)
  const [low, middle, end] = [digest.slice(0, 8), digest.slice(8, 12), digest.slice(20, 32)]
  return `${low}-${middle}-8${digest.slice(13, 16)}-${variant}${digest.slice(17, 20)}-${end}`
}

const rotate = (word: number, by: number) => (word << by) | (word >>> (32 - by))
