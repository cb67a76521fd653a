import type { SystemTx } from '@autora/shared/database'
import { TILE_WIDTH, tileRoot } from '@autora/shared/tlog'
import type { Follower, LoggedEvent } from '../followers/index.js'
import { facets } from './entity.js'
import { timelinesOf } from './facets.js'
import { forgetAll, hashesFrom, insertEntries, insertNode } from './follower-repository.js'

const TOP_LEVEL = 24

/** Keeps the roots of the tiles that a leaf completed, from the leaves upwards. */
async function keepTiles(tx: SystemTx, tenantId: string, leaf: number): Promise<void> {
  let index = leaf
  for (let level = 8; level <= TOP_LEVEL && (index + 1) % TILE_WIDTH === 0; level += 8) {
    index = (index + 1) / TILE_WIDTH - 1
    const hashes = await hashesFrom(tx, tenantId, level - 8, index * TILE_WIDTH, TILE_WIDTH)
    await insertNode(tx, tenantId, { level, index, hash: tileRoot(hashes) })
  }
}

const entriesOf = (event: LoggedEvent) =>
  timelinesOf(event).map(({ facet, key }) => ({
    tenantId: event.tenantId,
    eventId: event.eventId,
    facet: facets[facet],
    key,
  }))

/** Makes timelines and tree nodes from the log. */
export class TimelineFollower implements Follower {
  readonly name = 'timeline'
  readonly from = 'BEGINNING'

  /** Adds events to their timelines, and the tiles that they complete. */
  async take(tx: SystemTx, events: readonly LoggedEvent[]): Promise<void> {
    const times = events.map(({ recordedAt }) => recordedAt.getTime())
    const [from, to] = [new Date(Math.min(...times)), new Date(Math.max(...times))]
    await insertEntries(tx, events.flatMap(entriesOf), from, to)
    const last = [...events]
      .sort((a, b) => a.index - b.index)
      .filter(({ index }) => (index + 1) % TILE_WIDTH === 0)
    for (const { tenantId, index } of last) await keepTiles(tx, tenantId, index)
  }
}

/** Forgets everything that `TimelineFollower` made, in one transaction: a running one makes it anew. */
export const forgetTimelines = (tx: SystemTx): Promise<void> => forgetAll(tx, 'timeline')
