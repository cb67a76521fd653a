import { createHash } from 'node:crypto'
import { classTable, matrix, type Principal, principals } from '@autora/shared/access'

/** A row of the published matrix. */
export interface MatrixRow {
  readonly name: string
  readonly cells: readonly { readonly principal: Principal; readonly cell: string | null }[]
}

/** The published matrix. */
export interface AccessMatrix {
  readonly version: string
  readonly principals: readonly Principal[]
  readonly actions: readonly MatrixRow[]
  readonly classes: readonly MatrixRow[]
}

const rowsOf = (table: Readonly<Record<string, readonly (string | null)[]>>): MatrixRow[] =>
  Object.entries(table).map(([name, cells]) => ({
    name,
    cells: principals.map((principal, column) => ({ principal, cell: cells[column] ?? null })),
  }))

/** The matrix that this build enforces, with the hash of its tables. Pure: the same build, the same answer. */
export const accessMatrix = (): AccessMatrix => ({
  version: createHash('sha256')
    .update(JSON.stringify([principals, matrix, classTable]))
    .digest('hex'),
  principals,
  actions: rowsOf(matrix),
  classes: rowsOf(classTable),
})
