import type { TenantDatabase } from '../database/index.js'

/** What one request showed of people, for the trail of the reader's tenant. */
export interface ReadEntry {
  /** The sealed context of the reader: the database takes who, for whom and under which request from it. */
  readonly seal: string
  /** The store that everything shown belongs to; null for several. */
  readonly storeId: string | null
  /** Names of the schema, counts and ids. Never a value. */
  readonly detail: object
}

interface Waiting {
  readonly entry: ReadEntry
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

/** Events of one statement. */
const MOST_AT_ONCE = 50
/** Milliseconds that an event waits for the statement before it at most. */
const LONGEST_WAIT_MS = 10

/**
 * Writes what was read into the trail, one event for each request. What comes while a statement is under way waits for
 * it, at most 10 ms, and is written together with up to 49 others: one round trip and one commit for all. Nobody waits
 * while nothing is under way.
 */
export class ReadLog {
  private waiting: Waiting[] = []
  private running = 0
  private timer: NodeJS.Timeout | null = null

  constructor(private readonly database: TenantDatabase) {}

  /**
   * Returns once the event is committed.
   *
   * @throws {Error} when it is not: what leaves no trace must not leave at all.
   */
  write(entry: ReadEntry): Promise<void> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ entry, resolve, reject })
      if (this.running === 0 || this.waiting.length >= MOST_AT_ONCE) this.send()
      else this.timer ??= setTimeout(() => this.send(), LONGEST_WAIT_MS)
    })
  }

  private send(): void {
    if (this.timer) clearTimeout(this.timer)
    this.timer = null
    const batch = this.waiting
    if (batch.length === 0) return
    this.waiting = []
    this.running += 1
    void this.record(batch).finally(() => {
      this.running -= 1
      this.send()
    })
  }

  /** Settles every one of a batch; one that cannot be written keeps none of the others back. */
  private async record(batch: readonly Waiting[]): Promise<void> {
    try {
      const [row] = await this.database.append<{ written: readonly boolean[] }>(RECORD, [
        batch.map(({ entry }) => entry.seal),
        batch.map(({ entry }) => entry.storeId ?? ''),
        batch.map(({ entry }) => JSON.stringify(entry.detail)),
      ])
      batch.forEach(({ resolve, reject }, place) => {
        if (row?.written[place]) resolve()
        else reject(new Error('the sealed context of a read is not accepted'))
      })
    } catch (error) {
      if (batch.length === 1) batch[0]?.reject(error)
      else await Promise.all(batch.map((one) => this.record([one])))
    }
  }
}

const RECORD = `select audit.record_reads($1, $2, $3) as written`
