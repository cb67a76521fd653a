import type { TenantTx } from '@autora/shared/database'
import type { RequestContext } from '@autora/shared/request'

/** A row that can be found by its id. */
interface Identified {
  readonly id: string
}

/** A row that belongs to another one. */
export interface Child {
  readonly parentId: string
}

/** One row by its id: all look-ups of a kind within a request are one statement. Null when it is absent or foreign. */
export function loadById<Row extends Identified>(
  ctx: RequestContext,
  name: string,
  id: string,
  select: (tx: TenantTx, ids: readonly string[]) => Promise<readonly Row[]>,
): Promise<Row | null> {
  return ctx.batch<Row>(name, id, async (ids) => {
    const rows = await ctx.tenant.read((tx) => select(tx, ids))
    return new Map(rows.map((row) => [row.id, row]))
  })
}

/** The rows that belong to one parent, in the order of the statement; those of all parents are one statement. */
export async function loadChildren<Row extends Child>(
  ctx: RequestContext,
  name: string,
  parentId: string,
  select: (tx: TenantTx, parentIds: readonly string[]) => Promise<readonly Row[]>,
): Promise<readonly Row[]> {
  const rows = await ctx.batch<Row[]>(name, parentId, async (ids) =>
    byParent(await ctx.tenant.read((tx) => select(tx, ids))),
  )
  return rows ?? []
}

function byParent<Row extends Child>(rows: readonly Row[]): ReadonlyMap<string, Row[]> {
  const groups = new Map<string, Row[]>()
  for (const row of rows) {
    const group = groups.get(row.parentId)
    if (group) group.push(row)
    else groups.set(row.parentId, [row])
  }
  return groups
}
