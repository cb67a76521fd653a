import { footprint } from '../attacks/footprint.js'
import type { World } from '../kit/world.js'

/** What a world holds at one moment, past every wall. */
export interface Traces {
  /** Every table; of the trail the events of what was done. */
  readonly changes: Readonly<Record<string, string | number>>
  /** Events of what was refused. */
  readonly refusals: number
  /** Events of what support read: each of its answers under a grant leaves one, and it is no change. */
  readonly reads: number
}

/** Reads the traces that everything has left so far. */
export async function traces(world: World): Promise<Traces> {
  const [tables, [events]] = await Promise.all([
    footprint(world),
    world.sql<{ done: number; refusals: number; reads: number }>(
      `select count(*) filter (where outcome = 'ALLOW' and action <> 'supportAccess.read')::int as done,
              count(*) filter (where outcome = 'DENY')::int as refusals,
              count(*) filter (where outcome = 'ALLOW' and action = 'supportAccess.read')::int as reads
         from audit.event`,
    ),
  ])
  if (!events) throw new Error('the database answered with no row')
  const { done, refusals, reads } = events
  return { changes: { ...tables, 'audit.event': done }, refusals, reads }
}
