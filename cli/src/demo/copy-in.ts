import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Client } from 'pg'
import { from } from 'pg-copy-streams'
import type { RowBatch } from './copy-rows.js'
import { columns, type DemoTable, demoTables } from './table-columns.js'

/** How many rows went into each table, and how long PostgreSQL took for them. */
export class LoadTally {
  readonly rows = Object.fromEntries(demoTables.map((table) => [table, 0])) as Record<DemoTable, number>
  readonly #milliseconds = new Map<DemoTable, number>()

  /** Counts rows of a table. */
  add(table: DemoTable, rows: number, milliseconds: number): void {
    this.rows[table] += rows
    this.#milliseconds.set(table, (this.#milliseconds.get(table) ?? 0) + milliseconds)
  }

  /** All rows. */
  get totalRows(): number {
    return Object.values(this.rows).reduce((sum, rows) => sum + rows, 0)
  }

  /** One line per table that took at least a tenth of a second, slowest first. */
  lines(): string[] {
    return [...this.#milliseconds]
      .filter(([, milliseconds]) => milliseconds >= 100)
      .sort(([, left], [, right]) => right - left)
      .map(([table, milliseconds]) => {
        const perSecond = Math.round((this.rows[table] * 1_000) / milliseconds)
        return `${table}: ${this.rows[table]} rows, ${(milliseconds / 1_000).toFixed(1)} s, ${perSecond} rows/s`
      })
  }
}

/** Loads a batch, table after table. @throws {Error} what PostgreSQL says, when a row is refused. */
export async function copyBatch(db: Client, batch: RowBatch, tally: LoadTally): Promise<void> {
  for (const table of demoTables) {
    if (batch.count(table) === 0) continue
    const started = performance.now()
    const stream = db.query(from(`copy ${table} (${columns[table].join(', ')}) from stdin`))
    await pipeline(Readable.from(batch.pieces(table)), stream)
    tally.add(table, batch.count(table), performance.now() - started)
  }
}
