import { invalid } from '../errors/index.js'

/** Rows of a page when the client does not say, and at most. */
export const pageSizes = { usual: 20, most: 100 } as const

/** Arguments of every connection. */
export interface PageArguments {
  readonly first?: number | null
  readonly after?: string | null
}

/** Where a page starts in the order (time descending, id descending), and how long it is. */
export interface PageRequest {
  readonly limit: number
  readonly before: { readonly at: string; readonly id: string } | null
}

const cursorForm = /^(\d{4}-\d\d-\d\dT[\d:.]+Z)\|([0-9a-f-]{36}|\d{1,19})$/

/**
 * Checks the arguments of a connection.
 * @throws {DomainError} BAD_USER_INPUT - `first` outside 1 to 100, or a cursor that is none of ours.
 */
export function pageRequest({ first, after }: PageArguments): PageRequest {
  const limit = first ?? pageSizes.usual
  if (limit < 1 || limit > pageSizes.most)
    throw invalid('BAD_USER_INPUT', {
      field: ['first'],
      message: `first must lie between 1 and ${pageSizes.most}.`,
    })
  if (after === null || after === undefined) return { limit, before: null }
  const match = cursorForm.exec(Buffer.from(after, 'base64url').toString('latin1'))
  if (!match?.[1] || !match[2])
    throw invalid('BAD_USER_INPUT', { field: ['after'], message: 'Use endCursor of a page as after.' })
  return { limit, before: { at: match[1], id: match[2] } }
}

/** A page as the schema shows it. */
export interface Connection<Row> {
  readonly edges: readonly { readonly node: Row; readonly cursor: string }[]
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null }
}

/**
 * Makes a page out of rows that were asked for with `limit + 1`. A cursor holds the time and the id of its row and
 * nothing else, so that it cannot carry a value the reader may not see.
 *
 * @param key - time in ISO 8601 with all the digits the database has, and id of a row.
 */
export function connection<Row>(
  rows: readonly Row[],
  { limit }: PageRequest,
  key: (row: Row) => { readonly at: string; readonly id: string },
): Connection<Row> {
  const edges = rows.slice(0, limit).map((node) => {
    const { at, id } = key(node)
    return { node, cursor: Buffer.from(`${at}|${id}`, 'latin1').toString('base64url') }
  })
  return { edges, pageInfo: { hasNextPage: rows.length > limit, endCursor: edges.at(-1)?.cursor ?? null } }
}

/** SQL for a time with microseconds, as cursors carry it. */
export const exactTime = (column: string): string =>
  `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`
