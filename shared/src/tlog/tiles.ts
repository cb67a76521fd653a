import { HASH_BYTES, TlogError } from './bytes.js'
import { nodeHash } from './merkle.js'

/** Hashes or entries in a whole tile (C2SP tlog-tiles). */
export const TILE_WIDTH = 256

/** Levels of the tree in one tile: a whole tile's root is one hash of the tile above. */
export const TILE_HEIGHT = 8

const MOST_ENTRY_BYTES = 65_535

/** A tile: hashes of one level, from `index` × 256 on; a partial one has fewer than 256. */
export interface TileId {
  /** Multiples of eight levels of the tree; `entries` holds the leaves' data. */
  readonly level: number | 'entries'
  readonly index: number
  /** 1 to 256. */
  readonly width: number
}

/** `1234067` → `x001/x234/067`: groups of three digits, all but the last marked. */
function indexPath(index: number): string {
  const groups = String(index)
    .padStart(3, '0')
    .replace(/\B(?=(\d{3})+$)/g, '/')
    .split('/')
    .map((group) => group.padStart(3, '0'))
  return groups.map((group, at) => (at < groups.length - 1 ? `x${group}` : group)).join('/')
}

/** Where a tile is found below the address of its log. */
export const tilePath = ({ level, index, width }: TileId): string =>
  `tile/${level}/${indexPath(index)}${width < TILE_WIDTH ? `.p/${width}` : ''}`

const placeForm = /^tile\/(0|[1-9]\d?)\/((?:x\d{3}\/)*\d{3})(?:\.p\/([1-9]\d{0,2}))?$/

/** The tile of hashes at a place below the address of its log; null where none can be: every tile has one spelling. */
export function parseTilePath(path: string): TileId | null {
  const [, level = '', groups = '', width = String(TILE_WIDTH)] = placeForm.exec(path) ?? []
  if (groups === '') return null
  const tile = { level: Number(level), index: Number(groups.replace(/[x/]/g, '')), width: Number(width) }
  return Number.isSafeInteger(tile.index) && tilePath(tile) === path ? tile : null
}

/** The tiles of a level that hold the first `size` leaves. @param level - 0 for leaf hashes and for entries. */
export function tilesOf(size: number, level: number | 'entries'): TileId[] {
  const below = TILE_WIDTH ** (level === 'entries' ? 0 : level)
  const nodes = Math.floor(size / below)
  return Array.from({ length: Math.ceil(nodes / TILE_WIDTH) }, (_, index) => ({
    level,
    index,
    width: Math.min(TILE_WIDTH, nodes - index * TILE_WIDTH),
  }))
}

/** The hashes of a tile. @throws {TlogError} when the bytes are not as many as the width says. */
export function readTile(bytes: Buffer, width: number): Buffer[] {
  if (bytes.length !== width * HASH_BYTES) throw new TlogError('the tile has another width')
  return Array.from({ length: width }, (_, at) => bytes.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES))
}

/** The hash over a whole subtree. @param hashes - of one level of it; a power of two. */
export function wholeRoot(hashes: readonly Buffer[]): Buffer {
  let level = hashes
  while (level.length > 1)
    level = Array.from({ length: level.length / 2 }, (_, at) =>
      nodeHash(level[2 * at] ?? Buffer.of(), level[2 * at + 1] ?? Buffer.of()),
    )
  return level[0] ?? Buffer.of()
}

/** The hash of a whole tile: what stands for it in the tile above. @throws {TlogError} for a partial one. */
export function tileRoot(hashes: readonly Buffer[]): Buffer {
  if (hashes.length !== TILE_WIDTH) throw new TlogError('only a whole tile has a root')
  return wholeRoot(hashes)
}

/** Entries one after the other, each behind its length in two bytes. @throws {TlogError} for one above 65,535 bytes. */
export const writeEntries = (entries: readonly Buffer[]): Buffer =>
  Buffer.concat(
    entries.flatMap((entry) => {
      if (entry.length > MOST_ENTRY_BYTES) throw new TlogError('an entry has at most 65,535 bytes')
      const length = Buffer.alloc(2)
      length.writeUInt16BE(entry.length)
      return [length, entry]
    }),
  )

/** Reads entries. @throws {TlogError} when they are not as many as the width says, or cut off. */
export function readEntries(bytes: Buffer, width: number): Buffer[] {
  const entries: Buffer[] = []
  for (let at = 0; at < bytes.length; ) {
    if (at + 2 > bytes.length) throw new TlogError('the entries are cut off')
    const end = at + 2 + bytes.readUInt16BE(at)
    if (end > bytes.length) throw new TlogError('the entries are cut off')
    entries.push(bytes.subarray(at + 2, end))
    at = end
  }
  if (entries.length !== width) throw new TlogError('there are more or fewer entries than the tile is wide')
  return entries
}
