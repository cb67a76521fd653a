import { hash, verify } from '@node-rs/argon2'
import { normalPassword } from './password-rules.js'

/** Argon2id with the parameters that OWASP names: 19 MiB, two passes, one lane. */
export const argon2Parameters = { memoryCost: 19_456, timeCost: 2, parallelism: 1, outputLen: 32 } as const

/** Too many people sign in at once: to come back in a moment is all that helps. */
export class HasherBusy extends Error {
  constructor() {
    super('too many passwords are being hashed')
    this.name = 'HasherBusy'
  }
}

/**
 * Hashes passwords, a few at a time: each takes 19 MiB and a thread of the pool that files and name look-ups share.
 * Whoever comes when the queue is full is sent away at once.
 */
export class PasswordHasher {
  private running = 0
  private readonly waiting: (() => void)[] = []
  private decoy: Promise<string> | undefined

  constructor(
    private readonly mostRunning = 2,
    private readonly mostWaiting = 64,
  ) {}

  /** @returns the hash as PHC string. @throws {HasherBusy} when the queue is full. */
  hash(password: string): Promise<string> {
    return this.inTurn(() => hash(normalPassword(password), argon2Parameters))
  }

  /**
   * Compares a password with the hash of an account. Without one it costs the same: the time of the answer must not
   * tell whether there is an account. @throws {HasherBusy} when the queue is full.
   */
  async verify(stored: string | null, password: string): Promise<boolean> {
    if (stored !== null) return this.inTurn(() => verify(stored, normalPassword(password)))
    this.decoy ??= hash('nobody has this password', argon2Parameters)
    const decoy = await this.decoy
    await this.inTurn(() => verify(decoy, normalPassword(password)))
    return false
  }

  private async inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.running >= this.mostRunning) {
      if (this.waiting.length >= this.mostWaiting) throw new HasherBusy()
      await new Promise<void>((resolve) => this.waiting.push(resolve))
    } else this.running += 1
    try {
      return await work()
    } finally {
      const next = this.waiting.shift()
      if (next) next()
      else this.running -= 1
    }
  }
}
