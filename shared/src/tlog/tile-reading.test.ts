import fc from 'fast-check'
import {
  CompactRange,
  consistencyProof,
  type FetchTile,
  fromTiles,
  inclusionProof,
  leafHash,
  rootOf,
  TILE_HEIGHT,
  TILE_WIDTH,
  TlogError,
  tilePath,
  tilesOf,
  verifyConsistency,
  verifyInclusion,
} from './index.js'

const most = 70_000
const nodes = new Map<string, Buffer>()
const roots = new Map<number, Buffer>()
const sizes = [1, 2, 255, 256, 257, 511, 1_000, 65_535, 65_536, 65_537, most]
const leaf = (n: number) => leafHash(Buffer.from(String(n)))
beforeAll(() => {
  const range = new CompactRange()
  for (let n = 0; n < most; n += 1) {
    for (const { level, index, hash } of range.append(leaf(n))) nodes.set(`${level}/${index}`, hash)
    if (sizes.includes(n + 1)) roots.set(n + 1, range.root())
  }
})

/** The tiles of a log of some size, and no others. */
const published = (size: number): FetchTile => {
  const there = new Set([0, 1, 2].flatMap((level) => tilesOf(size, level).map(tilePath)))
  return async (tile) => {
    if (!there.has(tilePath(tile))) throw new Error(`there is no ${tilePath(tile)}`)
    const level = Number(tile.level) * TILE_HEIGHT
    return Buffer.concat(
      Array.from({ length: tile.width }, (_, n) => {
        const hash = nodes.get(`${level}/${tile.index * TILE_WIDTH + n}`)
        if (!hash) throw new Error('a node is missing')
        return hash
      }),
    )
  }
}

it.each(sizes)('makes the root of %d leaves from tiles of that size alone', async (size) => {
  expect(await fromTiles(size, published(size), (read) => rootOf(size, read))).toEqual(roots.get(size))
})

it('proves leaves and growth from tiles', async () => {
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...sizes), fc.constantFrom(...sizes), fc.nat(), async (a, b, at) => {
      const [older, newer] = [Math.min(a, b), Math.max(a, b)]
      const rootAt = (size: number) => roots.get(size) ?? Buffer.of()
      const growth = await fromTiles(newer, published(newer), (read) => consistencyProof(older, newer, read))
      verifyConsistency({ size: older, root: rootAt(older) }, { size: newer, root: rootAt(newer) }, growth)
      const index = at % newer
      const place = await fromTiles(newer, published(newer), (read) => inclusionProof(index, newer, read))
      verifyInclusion(index, newer, leaf(index), place, rootAt(newer))
    }),
    { numRuns: 60 },
  )
})

it('takes no tile of another width', async () => {
  const short: FetchTile = async (tile) => (await published(1_000)(tile)).subarray(32)
  await expect(fromTiles(1_000, short, (read) => rootOf(1_000, read))).rejects.toThrow(TlogError)
})
