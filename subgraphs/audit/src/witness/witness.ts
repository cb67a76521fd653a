import {
  type Checkpoint,
  cosign,
  epochIn,
  followedKeys,
  formatCheckpoint,
  type LogKey,
  type NoteSignature,
  openLogCheckpoint,
  readCheckpoint,
  type SignerKey,
  TlogError,
  type TreeHead,
  type VerifierKey,
  verifyConsistency,
} from '@autora/shared/tlog'
import type { KeptHead } from '../sequencer/index.js'

/** What a witness says to a checkpoint. */
export type WitnessAnswer =
  | { readonly status: 200; readonly cosignature: NoteSignature }
  /** The log spoke of another size than the one seen last: that one is the answer. */
  | { readonly status: 409; readonly size: number }
  /** Not the log that this witness watches, or not signed by it. */
  | { readonly status: 403 }
  /** The proof does not hold: the log shows another history. */
  | { readonly status: 422 }

/** A checkpoint as a log hands it in. */
export interface AddCheckpoint {
  /** The size that the log believes this witness saw last. */
  readonly oldSize: number
  readonly proof: readonly Buffer[]
  readonly checkpoint: string
}

/**
 * Cosigns what is consistent with everything it has seen, and nothing else. It knows one log, keeps the last head in a
 * file of its own and takes the time from its own clock (C2SP tlog-witness, tlog-cosignature). Epochs of the log, which
 * its keys sign under its name and a number, are logs of their own: each is held against what was seen of it. That one
 * began is declared in the log itself, and a verifier's policy has to name it.
 */
export class Witness {
  constructor(
    private readonly key: SignerKey,
    log: VerifierKey | readonly LogKey[],
    private readonly kept: KeptHead,
    private readonly now: () => Date,
  ) {
    this.log = 'name' in log ? [{ key: log, from: 0 }] : log
  }

  private readonly log: readonly LogKey[]

  /** Takes a checkpoint. One that was seen before is cosigned again, with the time of now. */
  add({ oldSize, proof, checkpoint }: AddCheckpoint): WitnessAnswer {
    const opened = this.open(checkpoint)
    if (!opened) return { status: 403 }
    const kept = this.keptOf(opened.origin)
    const before = kept.read()
    if (oldSize !== (before?.size ?? 0) || opened.size < oldSize)
      return { status: 409, size: before?.size ?? 0 }
    if (!isConsistent(before, opened, proof)) return { status: 422 }
    // remembered before it is said: a crash in between forgets a cosignature, never a head
    kept.write(opened)
    const time = Math.floor(this.now().getTime() / 1000)
    return { status: 200, cosignature: cosign(formatCheckpoint(opened), time, this.key) }
  }

  private open(checkpoint: string): Checkpoint | null {
    try {
      return openLogCheckpoint(checkpoint, followedKeys(this.log, readCheckpoint(checkpoint).origin))
    } catch (error) {
      if (error instanceof TlogError) return null
      throw error
    }
  }

  private keptOf(origin: string): KeptHead {
    const epoch = epochIn(origin)?.epoch
    return epoch && this.log[0]?.key.name !== origin ? this.kept.named(epoch) : this.kept
  }
}

function isConsistent(before: TreeHead | null, now: Checkpoint, proof: readonly Buffer[]): boolean {
  if (!before) return proof.length === 0
  try {
    verifyConsistency(before, now, proof)
    return true
  } catch (error) {
    if (error instanceof TlogError) return false
    throw error
  }
}
