import type { SystemDatabase } from '@autora/shared/database'
import type { Follower } from './entity.js'
import { keepPlace, lockFollower, newestBatch, nextEvents } from './repository.js'

/**
 * Lets a follower take the next batches, in one transaction with its place.
 * @returns how many events it took; 0 when there was nothing new.
 */
export const follow = (database: SystemDatabase, follower: Follower): Promise<number> =>
  database.write(async (tx) => {
    const known = await lockFollower(tx, follower.name)
    const place = known ?? (follower.from === 'NOW' ? await newestBatch(tx) : -1)
    const { events, upTo } = await nextEvents(tx, place)
    if (events.length > 0) await follower.take(tx, events)
    if (upTo !== known) await keepPlace(tx, follower.name, upTo)
    return events.length
  })

/** Lets a follower that has nothing to take look at the time. */
export const rest = (database: SystemDatabase, follower: Follower): Promise<void> =>
  database.write(async (tx) => follower.rest?.(tx))
