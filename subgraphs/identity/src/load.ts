import type { TenantTx } from '@autora/shared/database'
import type { RequestContext } from '@autora/shared/request'
import { type Scope, scopeOf } from './scope.js'

/** Finds the rows of some ids within a scope; what lies outside is simply not among them. */
export type Find<Row> = (tx: TenantTx, scope: Scope, ids: readonly string[]) => Promise<Row[]>

/**
 * One row by id, one statement for all of a request.
 *
 * @param name - of the batch, unique within the subgraph.
 * @param id - uuid; null, as `decodeId` answers for a malformed id, is answered like an absent row.
 */
export async function loadById<Row extends { readonly id: string }>(
  ctx: RequestContext,
  name: string,
  id: string | null,
  find: Find<Row>,
): Promise<Row | null> {
  if (id === null) return null
  return ctx.batch(name, id, async (ids) => {
    const rows = await ctx.tenant.read((tx) => find(tx, scopeOf(ctx.actor), ids))
    return new Map(rows.map((row) => [row.id, row]))
  })
}

/** The rows that are among `rows`; the absent ones are left out. */
export async function present<Row>(rows: readonly Promise<Row | null>[]): Promise<Row[]> {
  return (await Promise.all(rows)).filter((row) => row !== null)
}

/** Rows by what they belong to, in the order they came. */
export function groupBy<Row>(
  rows: readonly Row[],
  owner: (row: Row) => string,
): ReadonlyMap<string, readonly Row[]> {
  const groups = new Map<string, Row[]>()
  for (const row of rows) {
    const group = groups.get(owner(row))
    if (group) group.push(row)
    else groups.set(owner(row), [row])
  }
  return groups
}
