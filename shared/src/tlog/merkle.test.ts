import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import {
  CompactRange,
  consistencyProof,
  emptyRoot,
  inclusionProof,
  leafHash,
  nodeHash,
  type ReadNodes,
  rootOf,
  TlogError,
  verifyConsistency,
  verifyInclusion,
} from './index.js'

const vectors = JSON.parse(readFileSync(join(__dirname, 'vectors/rfc6962.json'), 'utf8')) as {
  emptyRoot: string
  leafInputsHex: string[]
  nodeHashesByLevel: string[][]
  rootsBySize: string[]
}

/** A tree by the recursive definition of RFC 6962, and its nodes by level. */
function treeOf(leaves: readonly Buffer[]): { roots: Buffer[]; read: ReadNodes } {
  const nodes = new Map<string, Buffer>()
  const range = new CompactRange()
  const roots = [range.root()]
  for (const leaf of leaves) {
    for (const { level, index, hash } of range.append(leaf)) nodes.set(`${level}/${index}`, hash)
    roots.push(range.root())
  }
  return {
    roots,
    read: (ids) => ids.map(({ level, index }) => nodes.get(`${level}/${index}`) ?? Buffer.of()),
  }
}

const naiveRoot = (leaves: readonly Buffer[]): Buffer => {
  if (leaves.length <= 1) return leaves[0] ?? emptyRoot
  const split = 2 ** Math.ceil(Math.log2(leaves.length) - 1)
  return nodeHash(naiveRoot(leaves.slice(0, split)), naiveRoot(leaves.slice(split)))
}

const leavesOf = (size: number) => Array.from({ length: size }, (_, n) => leafHash(Buffer.from(String(n))))

describe('the reference tree', () => {
  const leaves = vectors.leafInputsHex.map((hex) => leafHash(Buffer.from(hex, 'hex')))
  const { roots, read } = treeOf(leaves)

  it('has the published roots at every size', () => {
    expect(emptyRoot.toString('hex')).toBe(vectors.emptyRoot)
    expect(roots.map((root) => root.toString('hex'))).toEqual(vectors.rootsBySize)
  })

  it('has the published nodes', () => {
    for (const [level, hashes] of vectors.nodeHashesByLevel.entries())
      expect(
        read(hashes.map((_, index) => ({ level, index }))).map((h) => Buffer.from(h).toString('hex')),
      ).toEqual(hashes)
  })
})

describe('a tree of up to 300 leaves', () => {
  const leaves = leavesOf(300)
  const { roots, read } = treeOf(leaves)
  const rootAt = (size: number) => roots[size] ?? Buffer.of()
  const leafAt = (index: number) => leaves[index] ?? Buffer.of()

  it('has the root of the recursive definition, appended or read', () => {
    for (let size = 0; size <= 300; size += 1) {
      expect(rootAt(size)).toEqual(naiveRoot(leaves.slice(0, size)))
      expect(rootOf(size, read)).toEqual(rootAt(size))
    }
  })

  it('proves every leaf in every size', () => {
    for (let size = 1; size <= 300; size += 7)
      for (let index = 0; index < size; index += 1)
        verifyInclusion(index, size, leafAt(index), inclusionProof(index, size, read), rootAt(size))
  })

  it('proves that every size begins with every smaller one', () => {
    for (let size = 1; size <= 300; size += 7)
      for (let older = 1; older <= size; older += 1)
        verifyConsistency(
          { size: older, root: rootAt(older) },
          { size, root: rootAt(size) },
          consistencyProof(older, size, read),
        )
  })

  const flipped = (bytes: Uint8Array, bit: number) => {
    const copy = Buffer.from(bytes)
    copy[Math.floor(bit / 8)] = (copy[Math.floor(bit / 8)] ?? 0) ^ (1 << (bit % 8))
    return copy
  }

  it('proves nothing when a bit, the index or the size differs', () => {
    const change = fc.record({
      size: fc.integer({ min: 2, max: 300 }),
      at: fc.nat(),
      bit: fc.nat(255),
      other: fc.integer({ min: 1, max: 299 }),
    })
    fc.assert(
      fc.property(change, ({ size, at, bit, other }) => {
        const index = at % size
        const proof = inclusionProof(index, size, read)
        const place = at % proof.length
        const broken = proof.map((hash, n) => (n === place ? flipped(hash, bit) : hash))
        const verify = (i: number, leaf: Buffer, hashes: Buffer[]) => () =>
          verifyInclusion(i, size, leaf, hashes, rootAt(size))
        expect(verify(index, leafAt(index), broken)).toThrow(TlogError)
        expect(verify(index, flipped(leafAt(index), bit), proof)).toThrow(TlogError)
        expect(verify((index + (other % size || 1)) % size, leafAt(index), proof)).toThrow(TlogError)
        expect(verify(index, leafAt(index), [...proof, rootAt(size)])).toThrow(TlogError)
        expect(verify(index, leafAt(index), proof.slice(1))).toThrow(TlogError)
      }),
    )
  })

  it('proves no growth when a bit or a size differs', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 300 }), fc.nat(), fc.nat(255), (size, at, bit) => {
        const older = 1 + (at % (size - 1))
        const proof = consistencyProof(older, size, read)
        const place = at % proof.length
        const broken = proof.map((hash, n) => (n === place ? flipped(hash, bit) : hash))
        const verify = (from: number, hashes: Buffer[]) => () =>
          verifyConsistency({ size: from, root: rootAt(older) }, { size, root: rootAt(size) }, hashes)
        expect(verify(older, broken)).toThrow(TlogError)
        expect(verify(older + 1, proof)).toThrow(TlogError)
        expect(verify(older, [...proof, rootAt(size)])).toThrow(TlogError)
      }),
    )
  })

  it('goes on from its whole subtrees alone', () => {
    const first = new CompactRange()
    for (const leaf of leaves.slice(0, 200)) first.append(leaf)
    const second = new CompactRange(200, first.subtrees())
    for (const leaf of leaves.slice(200)) second.append(leaf)

    expect(second.root()).toEqual(rootAt(300))
    expect(() => new CompactRange(200, first.subtrees().slice(1))).toThrow(TlogError)
  })

  it.each([
    ['from size 0', { size: 0, root: emptyRoot }, { size: 3, root: rootAt(3) }],
    ['to a smaller tree', { size: 5, root: rootAt(5) }, { size: 3, root: rootAt(3) }],
    ['between two roots of one size', { size: 3, root: rootAt(3) }, { size: 3, root: rootAt(4) }],
    ['with a root of 33 bytes', { size: 3, root: Buffer.alloc(33) }, { size: 3, root: Buffer.alloc(33) }],
    ['with a size that is none', { size: 1.5, root: rootAt(1) }, { size: 3, root: rootAt(3) }],
  ])('refuses a consistency proof %s', (_name, older, newer) => {
    expect(() => verifyConsistency(older, newer, [])).toThrow(TlogError)
  })

  it('refuses hashes that are not 32 bytes long', () => {
    const proof = inclusionProof(3, 8, read)
    const long = proof.map((hash) => Buffer.concat([hash, Buffer.of(0)]))

    expect(() => verifyInclusion(3, 8, leafAt(3), long, rootAt(8))).toThrow('a hash has 32 bytes')
    expect(() => verifyInclusion(8, 8, leafAt(3), proof, rootAt(8))).toThrow('outside the tree')
  })
})
