import { parseBatchLeaf } from '@autora/shared/evidence'
import {
  type Checkpoint,
  CompactRange,
  consistencyProof,
  type LogKey,
  leafHash,
  openLogCheckpoint,
  readCheckpoint,
  readCosignatures,
  TlogError,
  type VerifierKey,
  verifyConsistency,
} from '@autora/shared/tlog'
import { type Reader, withLogNodes } from '../log-nodes/index.js'
import { PrunedLeaves } from '../retention/index.js'
import type { LeafBytes, MonitorFinding, MonitorRound } from './entity.js'
import type { CheckpointFolder, MonitorMemory } from './kept-checkpoints.js'
import {
  batchesFrom,
  checkpointsAbove,
  forestLeaves,
  headsWithin,
  leavesBetween,
  leavesOf,
  newestOrigin,
} from './repository.js'

/** Rows that are read at once. */
const AT_ONCE = 2_000

/** Everything is looked at again after a day. */
const FULL_EVERY_MS = 86_400_000

/** What a monitor works with. */
export interface MonitorParts {
  /** A connection that can read the trail and change nothing. */
  readonly db: Reader
  readonly log: readonly LogKey[]
  readonly witnesses: readonly VerifierKey[]
  readonly memory: MonitorMemory
  readonly folder: CheckpointFolder
  readonly now: () => Date
}

/** One round: what was published since, what was written since, and once a day everything there is. */
export class Monitor {
  private readonly findings: MonitorFinding[] = []
  private readonly pruned: PrunedLeaves
  private events = 0

  constructor(private readonly parts: MonitorParts) {
    this.pruned = new PrunedLeaves(parts.db)
  }

  /** @param wantsFull - look at everything whatever the day. */
  async round(wantsFull: boolean): Promise<MonitorRound> {
    const { db, memory, now } = this.parts
    const before = memory.read()
    const known = await this.knownOf(before.checkpoint)
    const age = before.fullAt === null ? Infinity : now().getTime() - Date.parse(before.fullAt)
    const isFull = wantsFull || age >= FULL_EVERY_MS
    const published = await checkpointsAbove(db, known?.size ?? 0)
    const newest = (await this.follow(known, published)) ?? (known && before.checkpoint)
    if (newest !== null) {
      const head = readCheckpoint(newest)
      if (isFull) await this.examineAll(head)
      else await this.examineNew(known?.size ?? 0, head.size)
    }
    memory.write({ checkpoint: newest, fullAt: isFull ? now().toISOString() : before.fullAt })
    return { findings: this.findings, checkpoints: published.length, events: this.events, isFull }
  }

  private find(kind: MonitorFinding['kind'], at: number, why: string, tenantId: string | null = null): void {
    this.findings.push({ kind, tenantId, at, why })
  }

  /**
   * The checkpoint that was accepted last; null before the first, and when the log goes on under another name: then that
   * is said, and the new one is followed from its begin.
   */
  private async knownOf(note: string | null): Promise<Checkpoint | null> {
    if (note === null) return null
    const known = readCheckpoint(note)
    const origin = await newestOrigin(this.parts.db)
    if (origin === null || origin === known.origin) return known
    this.find('CHECKPOINT', known.size, `the database was restored: the log goes on as ${origin}`)
    return null
  }

  /** Each checkpoint is signed, seen, kept, and begins with the one before. @returns the last that was in order. */
  private async follow(
    known: Checkpoint | null,
    published: readonly { readonly size: number; readonly note: string }[],
  ): Promise<string | null> {
    const { db, log, witnesses, folder } = this.parts
    let [last, accepted]: [Checkpoint | null, string | null] = [known, null]
    for (const { size, note } of published)
      try {
        const checkpoint = openLogCheckpoint(note, log)
        if (checkpoint.size !== size) throw new TlogError('it is of another size than it is published under')
        readCosignatures(note, witnesses)
        const older = last?.size ?? 0
        if (last)
          verifyConsistency(
            last,
            checkpoint,
            await withLogNodes(db, (read) => consistencyProof(older, size, read)),
          )
        if (!folder.keep(checkpoint.origin, size, note))
          throw new TlogError('another one of this size was published')
        last = checkpoint
        accepted = note
      } catch (error) {
        if (!(error instanceof TlogError)) throw error
        this.find('CHECKPOINT', size, error.message)
      }
    return accepted
  }

  private async examineNew(from: number, to: number): Promise<void> {
    for (const leaf of await leavesBetween(this.parts.db, from, to)) await this.rehash(leaf)
  }

  /** Events → trees → forest → log → the checkpoint that was kept: nothing of it is believed. */
  private async examineAll(head: Checkpoint): Promise<void> {
    const { db } = this.parts
    for (const { tenantId, size, root } of await headsWithin(db, head.size)) {
      const tree = new CompactRange()
      while (tree.size < size) {
        const leaves = await leavesOf(db, tenantId, tree.size, Math.min(AT_ONCE, size - tree.size))
        if (leaves.length === 0) break
        for (const leaf of leaves) tree.append(await this.rehash(leaf))
      }
      if (tree.size !== size) this.find('TREE', tree.size, 'leaves are missing', tenantId)
      else if (!tree.root().equals(root)) this.find('TREE', size, 'the root of the tree differs', tenantId)
      for (const month of await this.pruned.changedMonths(tenantId))
        this.find('TREE', size, `the leaves of ${month}, which was pruned, are others now`, tenantId)
    }
    await this.examineLog(head)
  }

  private async examineLog(head: Checkpoint): Promise<void> {
    const { db } = this.parts
    const log = new CompactRange()
    let last = ''
    while (log.size < head.size) {
      const batches = await batchesFrom(db, log.size, Math.min(AT_ONCE, head.size - log.size))
      if (batches.length === 0) break
      for (const { leaf } of batches) {
        log.append(leafHash(Buffer.from(leaf)))
        last = leaf
      }
    }
    if (log.size !== head.size) return this.find('LOG', log.size, 'batches are missing')
    if (!log.root().equals(head.root))
      return this.find('LOG', head.size, 'the log is not the one that was signed')
    const forest = new CompactRange()
    for (const hash of await forestLeaves(db, head.size - 1)) forest.append(hash)
    if (!forest.root().equals(parseBatchLeaf(last).forestRoot))
      this.find('FOREST', head.size - 1, 'the heads are not those that were signed')
  }

  /** Hashes the bytes of an event anew. @returns what the leaf says, so that one finding does not become many. */
  private async rehash({ tenantId, index, hash, data }: LeafBytes): Promise<Buffer> {
    this.events += 1
    if (data === null) {
      if (!(await this.pruned.has(tenantId, index))) this.find('EVENT', index, 'the event is gone', tenantId)
    } else if (!leafHash(Buffer.from(data)).equals(hash))
      this.find('EVENT', index, 'the event is not what was sequenced', tenantId)
    return hash
  }
}
