import { TlogError } from './bytes.js'
import { emptyRoot, nodeHash } from './merkle.js'

/** A whole subtree: 2^level leaves from `index` × 2^level on. */
export interface NodeId {
  readonly level: number
  readonly index: number
}

/** Hashes of whole subtrees, in the order of the question. */
export type ReadNodes = (nodes: readonly NodeId[]) => readonly Uint8Array[]

/** The whole subtrees that `size` leaves from `begin` on consist of, left to right; `begin` is aligned to the first. */
function wholeSubtrees(begin: number, size: number): NodeId[] {
  const nodes: NodeId[] = []
  let from = begin
  for (let rest = size; rest > 0; ) {
    const level = Math.floor(Math.log2(rest))
    const width = 2 ** level
    nodes.push({ level, index: from / width })
    from += width
    rest -= width
  }
  return nodes
}

/** Root over whole subtrees: the smaller, right ones are joined first. */
const join = (hashes: readonly Uint8Array[]): Buffer => {
  const last = hashes.at(-1)
  if (!last) return emptyRoot
  return hashes.slice(0, -1).reduceRight<Buffer>((right, left) => nodeHash(left, right), Buffer.from(last))
}

/** The largest power of two below `size`: where RFC 6962 splits a tree of two leaves or more. */
const splitOf = (size: number): number => 2 ** Math.ceil(Math.log2(size) - 1)

/** A node of a proof: the leaves from `begin` up to `end`. */
type Range = readonly [begin: number, end: number]

const read = (ranges: readonly Range[], source: ReadNodes): Buffer[] => {
  const parts = ranges.map(([begin, end]) => wholeSubtrees(begin, end - begin))
  const hashes = source(parts.flat())
  let at = 0
  return parts.map((nodes) => {
    const own = hashes.slice(at, at + nodes.length)
    at += nodes.length
    return join(own)
  })
}

/** Root of the first `size` leaves. */
export const rootOf = (size: number, source: ReadNodes): Buffer =>
  join(size === 0 ? [] : source(wholeSubtrees(0, size)))

/**
 * Proof that leaf `index` is in the tree of the first `size` leaves, from the leaf's sibling upwards (RFC 6962 section
 * 2.1.1).
 *
 * @throws {TlogError} when the index lies outside the tree.
 */
export function inclusionProof(index: number, size: number, source: ReadNodes): Buffer[] {
  if (index < 0 || index >= size) throw new TlogError('the index lies outside the tree')
  const ranges: Range[] = []
  for (let begin = 0, end = size; end - begin > 1; ) {
    const middle = begin + splitOf(end - begin)
    if (index < middle) {
      ranges.push([middle, end])
      end = middle
    } else {
      ranges.push([begin, middle])
      begin = middle
    }
  }
  return read(ranges.reverse(), source)
}

/**
 * Proof that the tree of `size` leaves begins with the one of `older` leaves (RFC 6962 section 2.1.2).
 *
 * @throws {TlogError} unless 1 ≤ older ≤ size.
 */
export function consistencyProof(older: number, size: number, source: ReadNodes): Buffer[] {
  if (older < 1 || older > size) throw new TlogError('a proof leads from a smaller tree to a larger one')
  const ranges: Range[] = []
  let isWhole = true
  let [begin, end] = [0, size]
  while (older !== end) {
    const middle = begin + splitOf(end - begin)
    if (older <= middle) {
      ranges.push([middle, end])
      end = middle
    } else {
      ranges.push([begin, middle])
      begin = middle
      isWhole = false
    }
  }
  if (!isWhole) ranges.push([begin, end])
  return read(ranges.reverse(), source)
}

/** A growing tree as nothing but the roots of its whole subtrees: at most 53 hashes, whatever its size. */
export class CompactRange {
  private readonly hashes: Buffer[]

  /**
   * @param size - leaves so far.
   * @param hashes - the roots of the whole subtrees of that size, left to right; none for a new tree.
   * @throws {TlogError} when there are not as many as the size has binary ones.
   */
  constructor(
    public size = 0,
    hashes: readonly Uint8Array[] = [],
  ) {
    if (wholeSubtrees(0, size).length !== hashes.length) throw new TlogError('wrong number of subtrees')
    this.hashes = hashes.map((hash) => Buffer.from(hash))
  }

  /**
   * Adds a leaf by its hash.
   * @returns the whole subtrees that became complete with it, the leaf first.
   */
  append(leaf: Uint8Array): readonly (NodeId & { readonly hash: Buffer })[] {
    const made: (NodeId & { readonly hash: Buffer })[] = []
    let hash: Buffer = Buffer.from(leaf)
    let index = this.size
    made.push({ level: 0, index, hash })
    for (let level = 1; index % 2 === 1; level += 1) {
      hash = nodeHash(this.hashes.pop() ?? emptyRoot, hash)
      index = (index - 1) / 2
      made.push({ level, index, hash })
    }
    this.hashes.push(hash)
    this.size += 1
    return made
  }

  /** Root of the tree as it is. */
  root(): Buffer {
    return join(this.hashes)
  }

  /** The roots of the whole subtrees, left to right: enough to go on from. */
  subtrees(): readonly Buffer[] {
    return [...this.hashes]
  }
}
