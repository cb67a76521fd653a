import type { TenantTx } from '@autora/shared/database'
import { HASH_BYTES, inclusionProof, type NodeId, nodeHash, rootFromInclusion } from '@autora/shared/tlog'
import type { HashRun } from './entity.js'
import { hashRuns } from './repository.js'

const TOP_LEVEL = 24

/** The run of stored hashes that a node is the root of: at most 128 below level 32. */
function runOf({ level, index }: NodeId): HashRun {
  const stored = Math.min(Math.floor(level / 8) * 8, TOP_LEVEL)
  const count = 2 ** (level - stored)
  return { level: stored, first: index * count, count }
}

const leavesOf = ({ level, index }: NodeId): HashRun => ({
  level: 0,
  first: index * 2 ** level,
  count: 2 ** level,
})

function rootOfRun(hashes: readonly Buffer[]): Buffer {
  let level = hashes
  while (level.length > 1)
    level = Array.from({ length: level.length / 2 }, (_, at) =>
      nodeHash(level[2 * at] ?? Buffer.of(), level[2 * at + 1] ?? Buffer.of()),
    )
  return level[0] ?? Buffer.of()
}

/** Reads nodes; those that the projection does not have yet are made of their leaves. @returns null when leaves are missing. */
async function readNodes(
  tx: TenantTx,
  tenantId: string,
  nodes: readonly NodeId[],
  toRun: (node: NodeId) => HashRun,
): Promise<Buffer[] | null> {
  const runs = nodes.map(toRun)
  const found = await hashRuns(tx, tenantId, runs)
  const short = nodes.filter((_, n) => found[n]?.length !== runs[n]?.count)
  if (short.length > 0 && toRun === leavesOf) return null
  const made = short.length > 0 ? await readNodes(tx, tenantId, short, leavesOf) : []
  if (!made) return null
  return nodes.map(
    (node, n) => (short.includes(node) ? made[short.indexOf(node)] : rootOfRun(found[n] ?? [])) as Buffer,
  )
}

/**
 * Proves a leaf's place in the tenant's tree of `size` leaves, from at most some hundred hashes for any size. The stored
 * nodes are a projection and not believed: when they do not lead to the root, the proof is made of the leaves.
 *
 * @returns null when the leaves do not lead there either.
 */
export async function treeProof(
  tx: TenantTx,
  tenantId: string,
  at: {
    readonly index: number
    readonly size: number
    readonly leaf: Buffer
    readonly isRoot: (root: Buffer) => boolean
  },
): Promise<Buffer[] | null> {
  const wanted: NodeId[] = []
  inclusionProof(at.index, at.size, (nodes) => {
    wanted.push(...nodes)
    return nodes.map(() => Buffer.alloc(HASH_BYTES))
  })
  for (const toRun of [runOf, leavesOf]) {
    const hashes = await readNodes(tx, tenantId, wanted, toRun)
    if (!hashes) continue
    const proof = inclusionProof(at.index, at.size, () => hashes)
    if (at.isRoot(rootFromInclusion(at.index, at.size, at.leaf, proof))) return proof
  }
  return null
}
