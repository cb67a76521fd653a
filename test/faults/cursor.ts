import { setTimeout as sleep } from 'node:timers/promises'
import { withClient } from '@autora/shared/database'
import { Client } from 'pg'

/** The tempting way to follow a table: remember the largest id that was seen, and take what lies above. */
export class IdCursor {
  private last = '0'
  private readonly seen = new Set<string>()
  private isStopping = false
  private running: Promise<void> = Promise.resolve()

  constructor(private readonly url: string) {}

  /** Follows on its own; returns at once. */
  start(): void {
    this.running = this.run()
  }

  /** Stops following. */
  async stop(): Promise<void> {
    this.isStopping = true
    await this.running
  }

  /** Takes what lies above the mark now. */
  async take(db: Client): Promise<void> {
    const { rows } = await db.query<{ id: string }>(
      'select id::text as id from audit.event where id > $1 order by id',
      [this.last],
    )
    for (const { id } of rows) this.seen.add(id)
    this.last = rows.at(-1)?.id ?? this.last
  }

  /** Events below its mark that it never saw, and never will. */
  async lost(): Promise<number> {
    const { rows } = await withClient(this.url, (db) =>
      db.query<{ id: string }>('select id::text as id from audit.event where id <= $1', [this.last]),
    )
    return rows.filter(({ id }) => !this.seen.has(id)).length
  }

  private async run(): Promise<void> {
    while (!this.isStopping) {
      const db = new Client({ connectionString: this.url, connectionTimeoutMillis: 2000 })
      db.on('error', () => undefined)
      try {
        await db.connect()
        for (; !this.isStopping; await sleep(20)) await this.take(db)
      } catch {
        await sleep(100) // the database is down: that is what the run is about
      } finally {
        await db.end().catch(() => undefined)
      }
    }
  }
}
