import { sign } from 'node:crypto'
import { TlogError } from './bytes.js'
import {
  formatNote,
  isSignatureOf,
  type NoteSignature,
  parseNote,
  type SignerKey,
  signatureKinds,
  type VerifierKey,
} from './note.js'

/** That a witness saw a checkpoint which was consistent with all it had seen before, and when. */
export interface Cosignature {
  readonly witness: VerifierKey
  /** Unix time in seconds. */
  readonly time: number
}

const TIME_BYTES = 8

/** What a witness signs (C2SP tlog-cosignature, version 1). */
const messageOf = (text: string, time: number): Buffer => Buffer.from(`cosignature/v1\ntime ${time}\n${text}`)

/**
 * Cosigns a checkpoint. Whether it is consistent with earlier ones has been checked before.
 *
 * @param time - Unix time in seconds.
 * @throws {TlogError} when the key is not one for cosignatures.
 */
export function cosign(text: string, time: number, key: SignerKey): NoteSignature {
  if (key.kind !== signatureKinds.cosignature) throw new TlogError('a witness needs a key for cosignatures')
  const stamp = Buffer.alloc(TIME_BYTES)
  stamp.writeBigUInt64BE(BigInt(time))
  const signature = Buffer.concat([stamp, sign(null, messageOf(text, time), key.privateKey)])
  return { name: key.name, keyId: key.id, signature }
}

/** Adds signature lines to a note. A line that is there already is not added again. */
export function withSignatures(note: string, added: readonly NoteSignature[]): string {
  const { text, signatures } = parseNote(note)
  const known = (one: NoteSignature) =>
    signatures.some(
      ({ name, keyId, signature }) =>
        name === one.name && keyId === one.keyId && signature.equals(one.signature),
    )
  return formatNote({ text, signatures: [...signatures, ...added.filter((one) => !known(one))] })
}

/**
 * The good cosignatures of known witnesses, of each its earliest.
 * @throws {TlogError} when one of a known witness is wrong: it is never passed over.
 */
export function readCosignatures(note: string, witnesses: readonly VerifierKey[]): readonly Cosignature[] {
  const { text, signatures } = parseNote(note)
  const found = new Map<VerifierKey, number>()
  for (const { name, keyId, signature } of signatures) {
    const witness = witnesses.find((key) => key.name === name && key.id === keyId)
    if (witness?.kind !== signatureKinds.cosignature) continue
    if (signature.length !== TIME_BYTES + 64) throw new TlogError('a cosignature is malformed')
    const time = Number(signature.readBigUInt64BE())
    if (!Number.isSafeInteger(time)) throw new TlogError('a cosignature has an impossible time')
    if (!isSignatureOf(witness, messageOf(text, time), signature.subarray(TIME_BYTES)))
      throw new TlogError('a cosignature is wrong')
    found.set(witness, Math.min(time, found.get(witness) ?? time))
  }
  return [...found].map(([witness, time]) => ({ witness, time }))
}
