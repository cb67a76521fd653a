import { HASH_BYTES, type NodeId, type ReadNodes } from '@autora/shared/tlog'
import type { Reader } from './entity.js'
import { logNodes } from './repository.js'

/** Hashes of whole subtrees of the log, in the order of the question. @throws {Error} when one is missing. */
export const readLogNodes = (db: Reader, nodes: readonly NodeId[]): Promise<Buffer[]> => logNodes(db, nodes)

/**
 * Makes a proof over the log. The nodes it needs are found by making it once with empty hashes, since which ones those
 * are does not depend on them, and are then read in one statement.
 *
 * @param make - pure; run twice.
 */
export async function withLogNodes<T>(db: Reader, make: (read: ReadNodes) => T): Promise<T> {
  const wanted: NodeId[] = []
  make((nodes) => {
    wanted.push(...nodes)
    return nodes.map(() => Buffer.alloc(HASH_BYTES))
  })
  const hashes = await logNodes(db, wanted)
  return make((nodes) => hashes.splice(0, nodes.length))
}
