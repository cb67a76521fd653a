import {
  formatVerifierKey,
  type SignerKey,
  signCheckpoint,
  signerNamed,
  TlogError,
  type TreeHead,
  verifyConsistency,
} from '@autora/shared/tlog'
import { type KeptEpoch, originOf } from './kept-epoch.js'
import { KeptHead } from './kept-head.js'

/** Signs checkpoints, and never two that contradict each other: it remembers the last one outside the database. */
export class Signer {
  /** The key it signs with, and those it may be told to go on with; all have the name of the log's first epoch. */
  private readonly keys: readonly SignerKey[]

  /** @param kept - the epoch and the heads, or the head alone for a log that has one epoch for ever. */
  constructor(
    keys: SignerKey | readonly SignerKey[],
    private readonly kept: KeptEpoch | KeptHead,
  ) {
    this.keys = [keys].flat()
  }

  /** The epoch it signs in: only a person begins another. */
  get epoch(): number {
    return this.kept instanceof KeptHead ? 1 : this.kept.read()
  }

  /** The size that was signed last in this epoch; 0 before the first. */
  get size(): number {
    return this.head.read()?.size ?? 0
  }

  /** Whether it could sign with a public key. */
  holds(key: string): boolean {
    return this.keysNow.some((one) => formatVerifierKey(one) === key)
  }

  /**
   * Signs a head of the log.
   *
   * @param consistency - from the size signed last; empty for the first.
   * @param key - the public key that has to sign, as the log declared it; without one its first key does.
   * @returns the checkpoint as a note.
   * @throws {TlogError} when the log is smaller than, or another than, the one signed before: a restored database has to
   *   begin a new epoch under a new origin. Also when it does not hold the key.
   */
  sign(head: TreeHead, consistency: readonly Buffer[], key: string | null = null): string {
    const own = this.keysNow.find((one) => key === null || formatVerifierKey(one) === key)
    if (!own) throw new TlogError('the signer does not hold the key that the log declared')
    const before = this.head.read()
    if (before) verifyConsistency(before, head, consistency)
    // remembered before the signature exists: a crash in between signs this head again, and no other
    this.head.write(head)
    return signCheckpoint({ origin: own.name, size: head.size, root: Buffer.from(head.root) }, own)
  }

  private get head(): KeptHead {
    return this.kept instanceof KeptHead ? this.kept : this.kept.headOf(this.epoch)
  }

  private get keysNow(): readonly SignerKey[] {
    const { epoch } = this
    return this.keys.map((key) => signerNamed(key, originOf(key.name, epoch)))
  }
}
