import { TlogError } from './bytes.js'
import { emptyRoot, nodeHash } from './merkle.js'

/** A whole subtree: 2^level leaves from `index` × 2^level on. */
export interface NodeId {
  readonly level: number
  readonly index: number
}

/** The whole subtrees that `size` leaves from `begin` on consist of, left to right; `begin` is aligned to the first. */
export function wholeSubtrees(begin: number, size: number): NodeId[] {
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
export const joinSubtrees = (hashes: readonly Uint8Array[]): Buffer => {
  const last = hashes.at(-1)
  if (!last) return emptyRoot
  return hashes.slice(0, -1).reduceRight<Buffer>((right, left) => nodeHash(left, right), Buffer.from(last))
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
    return joinSubtrees(this.hashes)
  }

  /** The roots of the whole subtrees, left to right: enough to go on from. */
  subtrees(): readonly Buffer[] {
    return [...this.hashes]
  }
}
