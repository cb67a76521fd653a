import { HASH_BYTES, sha256, TlogError } from './bytes.js'

const LEAF = Buffer.of(0)
const NODE = Buffer.of(1)

/** Root of a tree without leaves (RFC 6962 section 2.1). */
export const emptyRoot: Buffer = sha256()

/** Hash of a leaf: SHA-256(0x00 ‖ data) (RFC 6962 section 2.1). */
export const leafHash = (data: Uint8Array): Buffer => sha256(LEAF, data)

/** Hash of an inner node: SHA-256(0x01 ‖ left ‖ right) (RFC 6962 section 2.1). */
export const nodeHash = (left: Uint8Array, right: Uint8Array): Buffer => sha256(NODE, left, right)

const demandHashes = (hashes: readonly Uint8Array[]): void => {
  if (hashes.some((hash) => hash.length !== HASH_BYTES)) throw new TlogError('a hash has 32 bytes')
}

const demandSize = (size: number): void => {
  if (!Number.isSafeInteger(size) || size < 0) throw new TlogError('a size is a whole number from 0 on')
}

/** Numbers up to 2^53 do not fit JavaScript's bit operators. */
const half = (value: number): number => Math.floor(value / 2)
const isOdd = (value: number): boolean => value % 2 === 1

/** Walks a proof upwards; hashes are taken one by one and none may be left. */
class Proof {
  private next = 0

  constructor(private readonly hashes: readonly Uint8Array[]) {
    demandHashes(hashes)
  }

  take(): Uint8Array {
    const hash = this.hashes[this.next++]
    if (!hash) throw new TlogError('the proof is too short')
    return hash
  }

  demandEnd(): void {
    if (this.next !== this.hashes.length) throw new TlogError('the proof is too long')
  }
}

/**
 * The root that an inclusion proof leads to (RFC 9162 section 2.1.3.2).
 *
 * @throws {TlogError} when index, size or proof cannot belong together.
 */
export function rootFromInclusion(
  index: number,
  size: number,
  leaf: Uint8Array,
  hashes: readonly Uint8Array[],
): Buffer {
  demandSize(index)
  demandSize(size)
  demandHashes([leaf])
  if (index >= size) throw new TlogError('the index lies outside the tree')
  const proof = new Proof(hashes)
  let hash: Buffer = Buffer.from(leaf)
  for (let at = index, last = size - 1; last > 0; at = half(at), last = half(last))
    if (isOdd(at)) hash = nodeHash(proof.take(), hash)
    else if (at < last) hash = nodeHash(hash, proof.take())
  proof.demandEnd()
  return hash
}

/**
 * Proves that a leaf is in a tree.
 * @throws {TlogError} when it is not proven.
 */
export function verifyInclusion(
  index: number,
  size: number,
  leaf: Uint8Array,
  hashes: readonly Uint8Array[],
  root: Uint8Array,
): void {
  demandHashes([root])
  if (!rootFromInclusion(index, size, leaf, hashes).equals(root)) throw new TlogError('the root differs')
}

/** A tree as its size and root. */
export interface TreeHead {
  readonly size: number
  readonly root: Uint8Array
}

/**
 * Proves that a tree only grew (RFC 9162 section 2.1.4.2), stricter than the RFC: nothing is proven from size 0, and two
 * trees of one size need equal roots and an empty proof.
 *
 * @throws {TlogError} when it is not proven.
 */
export function verifyConsistency(older: TreeHead, newer: TreeHead, hashes: readonly Uint8Array[]): void {
  demandSize(older.size)
  demandSize(newer.size)
  demandHashes([older.root, newer.root])
  if (older.size === 0) throw new TlogError('nothing is consistent with an empty tree')
  if (older.size > newer.size) throw new TlogError('the tree shrank')
  if (older.size === newer.size) {
    if (hashes.length > 0) throw new TlogError('the proof is too long')
    if (!Buffer.from(older.root).equals(newer.root)) throw new TlogError('two roots of one size')
    return
  }
  const { olderRoot, newerRoot } = rootsFromConsistency(older, newer.size, hashes)
  if (!olderRoot.equals(older.root) || !newerRoot.equals(newer.root)) throw new TlogError('the roots differ')
}

function rootsFromConsistency(older: TreeHead, newerSize: number, hashes: readonly Uint8Array[]) {
  const proof = new Proof(hashes)
  let at = older.size - 1
  let last = newerSize - 1
  while (isOdd(at)) {
    at = half(at)
    last = half(last)
  }
  // a power of two is a whole subtree: its root is known and not sent
  const start = at === 0 ? older.root : proof.take()
  let olderRoot: Buffer = Buffer.from(start)
  let newerRoot: Buffer = Buffer.from(start)
  for (; last > 0; at = half(at), last = half(last))
    if (isOdd(at)) {
      const left = proof.take()
      olderRoot = nodeHash(left, olderRoot)
      newerRoot = nodeHash(left, newerRoot)
    } else if (at < last) newerRoot = nodeHash(newerRoot, proof.take())
  proof.demandEnd()
  return { olderRoot, newerRoot }
}
