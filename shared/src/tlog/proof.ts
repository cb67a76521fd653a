import { decodeBase64, decodeHash, decodeNumber, TlogError } from './bytes.js'
import { readCheckpoint } from './checkpoint.js'
import { rootFromInclusion } from './merkle.js'

/** First line of a proof. */
export const PROOF_VERSION = 'c2sp.org/tlog-proof@v1'
const MOST_HASHES = 63

/** That an entry is in a log, provable without a network (C2SP tlog-proof). */
export interface TlogProof {
  /** Opaque to the proof; its meaning is the application's. */
  readonly extra: Buffer | null
  readonly index: number
  readonly hashes: readonly Buffer[]
  /** The signed and cosigned checkpoint, as a note. */
  readonly checkpoint: string
}

/** Reads a proof; nothing of it is proven. @throws {TlogError} when it is none. */
export function parseProof(text: string): TlogProof {
  const end = text.indexOf('\n\n')
  if (end < 0) throw new TlogError('the proof has no checkpoint')
  const [version, ...lines] = text.slice(0, end).split('\n')
  if (version !== PROOF_VERSION) throw new TlogError('not a proof of this version')
  const extra = lines[0]?.startsWith('extra ') ? decodeBase64((lines.shift() ?? '').slice(6)) : null
  const index = lines.shift() ?? ''
  if (!index.startsWith('index ')) throw new TlogError('the proof names no index')
  if (lines.length > MOST_HASHES) throw new TlogError('the proof is too long')
  return {
    extra,
    index: decodeNumber(index.slice(6)),
    hashes: lines.map(decodeHash),
    checkpoint: text.slice(end + 2),
  }
}

/**
 * Proves that a leaf is under the checkpoint that the proof carries. Whose checkpoint that is, and who cosigned it, is
 * checked by `openCheckpoint` and `readCosignatures`.
 *
 * @throws {TlogError} when it is not.
 */
export function verifyProof(proof: TlogProof, leaf: Uint8Array): void {
  const { size, root } = readCheckpoint(proof.checkpoint)
  if (!rootFromInclusion(proof.index, size, leaf, proof.hashes).equals(root))
    throw new TlogError('the root differs')
}
