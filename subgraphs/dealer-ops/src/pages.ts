import type { SqlValue, TenantTx } from '@autora/shared/database'
import { invalid } from '@autora/shared/errors'
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

const uuidForm = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
const timeForm = /^[1-9]\d{3}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/

/**
 * The page that is asked for, of a list of rows with uuids.
 * @throws {DomainError} BAD_USER_INPUT - `first` outside 1 to 100, or a cursor that is none of ours.
 */
export function pageOf(args: PageArguments): PageRequest {
  const page = pageRequest(args)
  const { before } = page
  if (!before) return page
  if (uuidForm.test(before.id) && timeForm.test(before.at) && !Number.isNaN(Date.parse(before.at)))
    return page
  throw invalid('BAD_USER_INPUT', { field: ['after'], message: 'Use endCursor of a page as after.' })
}

/** Whether the calendar has this time: JavaScript would roll 31 February over into March, PostgreSQL refuses it. */
function isTime(text: string): boolean {
  const date = new Date(text)
  return timeForm.test(text) && !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text.slice(0, 23))
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
  const page = pageOf(args)
  const batch = `${name}|${page.limit}|${args.after ?? ''}`
  return pageFrom(await loadChildren(ctx, batch, parentId, (tx, ids) => select(tx, ids, page)), page)
}
