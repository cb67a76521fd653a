import { type BundleHead, type DeclaringBatch, formatBundleLine } from '@autora/shared/evidence'
import { CompactRange, consistencyProof, inclusionProof } from '@autora/shared/tlog'
import { type Reader, withLogNodes } from '../log-nodes/index.js'
import { disclosureLines, type OpenCommitments } from './disclosure-service.js'
import {
  batchLeafOf,
  type CheckpointRow,
  checkpoints,
  declaringBatches,
  forestLeaves,
  type HeadAt,
  headAt,
  leavesFrom,
  newestCheckpoint,
  noteOf,
} from './repository.js'

const LEAVES_AT_ONCE = 2_000

/** The proof of one place in the forest, which is small enough to be built anew. */
function forestProof(leaves: readonly Buffer[], slot: number): Buffer[] {
  const nodes = new Map<string, Buffer>()
  const range = new CompactRange()
  for (const leaf of leaves)
    for (const { level, index, hash } of range.append(leaf)) nodes.set(`${level}/${index}`, hash)
  return inclusionProof(slot, leaves.length, (ids) =>
    ids.map(({ level, index }) => nodes.get(`${level}/${index}`) ?? Buffer.of()),
  )
}

/** The fewest checkpoints that leave no gap longer than the window: of those within it, the last one each time. */
function chosenCheckpoints(all: readonly CheckpointRow[], windowSeconds: number): CheckpointRow[] {
  const chosen: CheckpointRow[] = []
  for (const [n, one] of all.entries()) {
    const last = chosen.at(-1)
    const next = all[n + 1]
    const isNeeded =
      !next || !last || (next.recordedAt.getTime() - last.recordedAt.getTime()) / 1000 > windowSeconds
    if (isNeeded) chosen.push(one)
  }
  return chosen
}

/** What the log said about itself since the checkpoint before, and that it did. */
async function declaringSince(db: Reader, from: number, size: number): Promise<DeclaringBatch[]> {
  const found: DeclaringBatch[] = []
  for (const { number, leaf } of await declaringBatches(db, from, size))
    found.push({
      batch: leaf,
      logIndex: number,
      logProof: await withLogNodes(db, (read) => inclusionProof(number, size, read)),
    })
  return found
}

async function headLine(
  db: Reader,
  checkpoint: CheckpointRow,
  head: HeadAt,
  before: CheckpointRow | undefined,
): Promise<BundleHead> {
  const { size } = checkpoint
  const number = size - 1
  return {
    kind: 'head',
    size: head.size,
    nonce: head.nonce,
    batch: await batchLeafOf(db, number),
    forestProof: forestProof(await forestLeaves(db, number), head.slot),
    logIndex: number,
    logProof: await withLogNodes(db, (read) => inclusionProof(number, size, read)),
    checkpoint: await noteOf(db, size),
    declaring: before ? await declaringSince(db, before.size, size) : [],
    consistency: before ? await withLogNodes(db, (read) => consistencyProof(before.size, size, read)) : [],
  }
}

/** Where leaves of pruned months are found: null for one that is nowhere. Asked in ascending order. */
export interface PrunedLeaves {
  leafAt(index: number, hash: Buffer): Promise<string | null>
}

/** What a bundle may hold beside what the trail itself says. */
export interface BundleSources {
  /** Where leaves of pruned months are found; without it they are missing. */
  readonly pruned?: PrunedLeaves | null
  /** Opens the personal values that the bundle shall disclose; without it it discloses none. */
  readonly open?: OpenCommitments
}

/** Leaves in order, pruned ones too. One that is nowhere is left out: that it is missing is for the verifier to find. */
async function presentLeaves(
  db: Reader,
  tenantId: string,
  range: { readonly from: number; readonly to: number },
  pruned: PrunedLeaves | null,
): Promise<readonly { readonly index: number; readonly leaf: string }[]> {
  const present: { readonly index: number; readonly leaf: string }[] = []
  for (const { index, hash, leaf } of await leavesFrom(db, tenantId, range.from, range.to)) {
    const text = leaf ?? (await pruned?.leafAt(index, hash)) ?? null
    if (text !== null) present.push({ index, leaf: text })
  }
  return present
}

/** Events, each with what is disclosed of it behind it. */
async function* eventLines(
  rows: readonly { readonly index: number; readonly leaf: string }[],
  open: OpenCommitments | undefined,
): AsyncGenerator<string> {
  const leaves = rows.map(({ leaf }) => leaf)
  const disclosed = open && (await disclosureLines(leaves, open))
  for (const { index, leaf } of rows) {
    yield formatBundleLine({ kind: 'event', leaf })
    yield* disclosed?.get(index) ?? []
  }
}

/** A tenant's head under the newest checkpoint, with its proofs; null before the first. @param db - sees the tenant's heads. */
export async function newestHead(
  db: Reader,
  tenantId: string,
): Promise<(BundleHead & Pick<HeadAt, 'slot'>) | null> {
  const checkpoint = await newestCheckpoint(db)
  const head = checkpoint && (await headAt(db, tenantId, checkpoint.size - 1))
  return head ? { ...(await headLine(db, checkpoint, head, undefined)), slot: head.slot } : null
}

/**
 * The evidence bundle of a tenant, line by line: its whole trail up to the newest checkpoint, and the proofs that lead
 * there. Events are read in parts, so memory grows with the number of checkpoints only, a few bytes each.
 *
 * @param db - a reader that sees the tenant's trail.
 * @param windowSeconds - the window of the policy that the bundle is made for; half of it is left for the clocks.
 * @param sources - pruned months, and what opens personal values.
 */
export async function* exportBundle(
  db: Reader,
  tenantId: string,
  windowSeconds: number,
  sources: BundleSources = {},
): AsyncGenerator<string> {
  let before: CheckpointRow | undefined
  let size = 0
  for (const checkpoint of chosenCheckpoints(await checkpoints(db), windowSeconds / 2)) {
    const head = await headAt(db, tenantId, checkpoint.size - 1)
    if (!head) continue
    if (!before) yield formatBundleLine({ kind: 'bundle', version: 1, tenant: tenantId, slot: head.slot })
    for (; size < head.size; size = Math.min(size + LEAVES_AT_ONCE, head.size)) {
      const range = { from: size, to: Math.min(size + LEAVES_AT_ONCE, head.size) }
      yield* eventLines(await presentLeaves(db, tenantId, range, sources.pruned ?? null), sources.open)
    }
    yield formatBundleLine(await headLine(db, checkpoint, head, before))
    before = checkpoint
  }
}
