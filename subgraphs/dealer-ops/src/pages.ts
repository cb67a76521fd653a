import type { SqlValue, TenantTx } from '@autora/shared/database'
import {
  type Connection,
  connection,
  type PageArguments,
  type PageRequest,
  pageRequest,
  type RequestContext,
} from '@autora/shared/request'
import { type Child, loadChildren } from './batches.js'

/** A row with its place in a list: `at` has all the digits the database has. */
export interface Placed {
  readonly id: string
  readonly at: string
}

/** Time, id and length of a page, as the last three parameters of its statement. */
export const pageValues = ({ before, limit }: PageRequest): readonly [SqlValue, SqlValue, SqlValue] => [
  before?.at ?? null,
  before?.id ?? null,
  limit + 1,
]

/** Makes a page of rows that were asked for with one more than its length. */
export const pageFrom = <Row extends Placed>(rows: readonly Row[], page: PageRequest): Connection<Row> =>
  connection(rows, page, ({ at, id }) => ({ at, id }))

/** The same page for every parent of a request: one statement, however many parents there are. */
export async function childPage<Row extends Placed & Child>(
  ctx: RequestContext,
  name: string,
  parentId: string,
  args: PageArguments,
  select: (tx: TenantTx, parentIds: readonly string[], page: PageRequest) => Promise<readonly Row[]>,
): Promise<Connection<Row>> {
  const page = pageRequest(args)
  const batch = `${name}|${page.limit}|${args.after ?? ''}`
  return pageFrom(await loadChildren(ctx, batch, parentId, (tx, ids) => select(tx, ids, page)), page)
}
