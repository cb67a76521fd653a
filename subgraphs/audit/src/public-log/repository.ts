import type { Reader } from '../log-nodes/index.js'

/** How many of the newest checkpoints are looked through for one that a witness saw. */
const LOOKED_THROUGH = 100

/** The newest published checkpoint that somebody beside the log signed; null before the first. */
export async function newestCosigned(db: Reader): Promise<string | null> {
  const [row] = await db.query<{ note: string }>(
    `select note from (select size, note from audit.checkpoint order by size desc limit ${LOOKED_THROUGH}) c
      where regexp_count(note, chr(10) || chr(8212) || ' ') >= 2 order by size desc limit 1`,
  )
  return row?.note ?? null
}

/**
 * Neighbouring hashes of one level of the log over all tenants, in order; fewer where the log that was published does not
 * reach so far.
 * @param leaves - what one hash of the level stands for.
 */
export async function publishedNodes(
  db: Reader,
  range: { readonly level: number; readonly from: number; readonly count: number; readonly leaves: number },
): Promise<Buffer[]> {
  const rows = await db.query<{ hash: Buffer }>(
    `select n.hash from audit.log_node n
      where n.level = $1::integer and n.index >= $2::bigint and n.index < $2::bigint + $3::integer
        and (n.index + 1) * $4::bigint <= (select max(size) from audit.checkpoint)
      order by n.index`,
    [range.level, range.from, range.count, range.leaves],
  )
  return rows.map(({ hash }) => hash)
}
