import type { NodeId } from '@autora/shared/tlog'
import type { Reader } from './entity.js'

/** Hashes of whole subtrees of the log, in the order of the question. @throws {Error} when one is missing. */
export async function logNodes(db: Reader, nodes: readonly NodeId[]): Promise<Buffer[]> {
  const rows = await db.query<{ hash: Buffer }>(
    `select n.hash
       from unnest($1::integer[], $2::bigint[]) with ordinality as wanted (level, index, place)
       join audit.log_node n on n.level = wanted.level and n.index = wanted.index
      order by wanted.place`,
    [nodes.map(({ level }) => level), nodes.map(({ index }) => index)],
  )
  if (rows.length !== nodes.length) throw new Error('a node of the log is missing')
  return rows.map(({ hash }) => hash)
}
