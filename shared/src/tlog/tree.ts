import { TlogError } from './bytes.js'
import { joinSubtrees, type NodeId, wholeSubtrees } from './compact-range.js'

/** Hashes of whole subtrees, in the order of the question. */
export type ReadNodes = (nodes: readonly NodeId[]) => readonly Uint8Array[]

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
    return joinSubtrees(own)
  })
}

/** Root of the first `size` leaves. */
export const rootOf = (size: number, source: ReadNodes): Buffer =>
  joinSubtrees(size === 0 ? [] : source(wholeSubtrees(0, size)))

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
