import { columns, type DemoTable } from './table-columns.js'

/** A value of a column; a list becomes an array of PostgreSQL, bytes become bytea. */
export type Cell = string | number | boolean | null | Date | Buffer | readonly string[]

/** A row of a table: every column that the demo writes, no other. */
export type RowOf<T extends DemoTable> = Readonly<Record<(typeof columns)[T][number], Cell>>

/** Where rows go. */
export interface RowSink {
  put<T extends DemoTable>(table: T, row: RowOf<T>): void
}

/** Rows of several tables as the text that COPY reads, in pieces: a piece is bytes, which cost the collector little. */
export class RowBatch implements RowSink {
  readonly #tables = new Map<DemoTable, { rows: number; readonly pieces: Buffer[]; lines: string[] }>()

  /** Adds a row. */
  put<T extends DemoTable>(table: T, row: RowOf<T>): void {
    const names: readonly (typeof columns)[T][number][] = columns[table]
    const content = this.#tables.get(table) ?? { rows: 0, pieces: [], lines: [] }
    if (content.rows === 0) this.#tables.set(table, content)
    content.rows += 1
    content.lines.push(names.map((name) => copyText(row[name])).join('\t'))
    if (content.lines.length < linesPerPiece) return
    content.pieces.push(piece(content.lines))
    content.lines = []
  }

  /** How many rows of a table there are. */
  count(table: DemoTable): number {
    return this.#tables.get(table)?.rows ?? 0
  }

  /** Rows of one table, a line each. */
  pieces(table: DemoTable): readonly Buffer[] {
    const content = this.#tables.get(table)
    if (!content) return []
    return content.lines.length === 0 ? content.pieces : [...content.pieces, piece(content.lines)]
  }
}

const linesPerPiece = 256
const piece = (lines: readonly string[]) => Buffer.from(`${lines.join('\n')}\n`)

/** A value in the text format of COPY. Source: PostgreSQL manual, COPY, "Text Format". */
export function copyText(cell: Cell): string {
  if (cell === null) return '\\N'
  if (typeof cell === 'string') return escaped(cell)
  if (cell instanceof Date) return cell.toISOString()
  if (Buffer.isBuffer(cell)) return `\\\\x${cell.toString('hex')}`
  if (typeof cell === 'object') return escaped(`{${cell.map(element).join(',')}}`)
  return String(cell)
}

const special = /[\\\n\r\t]/
const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' }
const escaped = (text: string) =>
  special.test(text) ? text.replace(/[\\\n\r\t]/g, (one) => escapes[one] ?? one) : text
const element = (text: string) => `"${text.replace(/["\\]/g, '\\$&')}"`
