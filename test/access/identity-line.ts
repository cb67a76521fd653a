import { type Seat, type Stage, spelled } from './identity-stage.js'

/**
 * One operation of the rights table (docs/access.md): a root field of the identity subgraph and what becomes of it.
 * A capability that adds a root field adds a line; a test fails for every field that is in no line.
 */
export interface Line {
  /** `Query.users` or `Mutation.userInvite`. */
  readonly field: string
  /**
   * One sign for each seat, in the order of `seats`: Owner, Support, Support under a grant, Admin, Sales, Marketing,
   * Partner, Analyst. `+` is done, `4` opens an approval and does nothing else, `-` is refused; `o` is let through and has nothing to
   * show, since all of it is withheld or there is none.
   */
  readonly cells: string
  /** What is asked of the answer; a mutation's `userErrors` and `approval` come by themselves. */
  readonly select: string
  /** Arguments as a literal of variables: valid ones for this seat, prepared anew for each cell. */
  readonly prepare?: (stage: Stage, seat: Seat) => Promise<Readonly<Record<string, unknown>>>
}

/** How a list is asked for. */
export const list = '(first: 3) { edges { node { id } } }'

/** A reason that is long enough. */
export const reason = 'A test wants it done'

/** The store of a seat. @returns its id. */
export const oneStore = (stage: Stage, seat: Seat): string => spelled('Store', stage.dealer(seat).storeId)

/** The dealer group of a seat. @returns its id. */
export const oneGroup = (stage: Stage, seat: Seat): string =>
  spelled('DealerGroup', stage.dealer(seat).tenantId)

/** The first value of the first row of a question past every wall. */
export async function valueIn<T>(stage: Stage, question: string, values: readonly unknown[]): Promise<T> {
  const [row] = await stage.world.sql<{ value: T }>(question, values)
  if (!row) throw new Error('the database answered with no row')
  return row.value
}
