import { HASH_BYTES, TlogError } from './bytes.js'
import type { NodeId } from './compact-range.js'
import { readTile, TILE_HEIGHT, TILE_WIDTH, type TileId, tilePath, wholeRoot } from './tiles.js'
import type { ReadNodes } from './tree.js'

/** Fetches a tile of a log. @throws {Error} when it cannot be had. */
export type FetchTile = (tile: TileId) => Promise<Buffer>

/** The tile that holds what a whole subtree is made of, as wide as a log of `size` has it, and where in it. */
function placeOf({ level, index }: NodeId, size: number) {
  const tileLevel = Math.floor(level / TILE_HEIGHT)
  const count = 2 ** (level % TILE_HEIGHT)
  const first = index * count
  const at = Math.floor(first / TILE_WIDTH)
  const nodes = Math.floor(size / TILE_WIDTH ** tileLevel)
  const width = Math.min(TILE_WIDTH, nodes - at * TILE_WIDTH)
  return { tile: { level: tileLevel, index: at, width }, from: first % TILE_WIDTH, count }
}

/**
 * Makes a proof over a log from its tiles. Which ones it needs does not depend on what is in them: they are found by making
 * it once with nothing, then fetched, each once.
 *
 * @param size - of the log as it was published: parts of tiles are as wide as it says.
 * @param make - pure; run twice.
 * @throws {TlogError} when a tile is none.
 */
export async function fromTiles<Result>(
  size: number,
  fetchTile: FetchTile,
  make: (read: ReadNodes) => Result,
): Promise<Result> {
  const wanted: NodeId[] = []
  make((nodes) => {
    wanted.push(...nodes)
    return nodes.map(() => Buffer.alloc(HASH_BYTES))
  })
  const tiles = new Map<string, Buffer[]>()
  const hashes: Buffer[] = []
  for (const node of wanted) {
    const { tile, from, count } = placeOf(node, size)
    if (tile.width < from + count) throw new TlogError('the log is too short for this')
    const path = tilePath(tile)
    const held = tiles.get(path) ?? readTile(await fetchTile(tile), tile.width)
    tiles.set(path, held)
    hashes.push(wholeRoot(held.slice(from, from + count)))
  }
  return make((nodes) => hashes.splice(0, nodes.length))
}
