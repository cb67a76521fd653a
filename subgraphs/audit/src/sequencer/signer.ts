import { type SignerKey, signCheckpoint, type TreeHead, verifyConsistency } from '@autora/shared/tlog'
import type { KeptHead } from './kept-head.js'

/** Signs checkpoints, and never two that contradict each other: it remembers the last one outside the database. */
export class Signer {
  constructor(
    private readonly key: SignerKey,
    private readonly kept: KeptHead,
  ) {}

  /** The size that was signed last; 0 before the first. */
  get size(): number {
    return this.kept.read()?.size ?? 0
  }

  /**
   * Signs a head of the log.
   *
   * @param consistency - from the size signed last; empty for the first.
   * @returns the checkpoint as a note.
   * @throws {TlogError} when the log is smaller than, or another than, the one signed before: a restored database has to
   *   begin a new epoch under a new origin.
   */
  sign(head: TreeHead, consistency: readonly Buffer[]): string {
    const before = this.kept.read()
    if (before) verifyConsistency(before, head, consistency)
    // remembered before the signature exists: a crash in between signs this head again, and no other
    this.kept.write(head)
    return signCheckpoint({ origin: this.key.name, size: head.size, root: Buffer.from(head.root) }, this.key)
  }
}
