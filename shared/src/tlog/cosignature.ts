import { TlogError } from './bytes.js'
import { isSignatureOf, parseNote, signatureKinds, type VerifierKey } from './note.js'

/** That a witness saw a checkpoint which was consistent with all it had seen before, and when. */
export interface Cosignature {
  readonly witness: VerifierKey
  /** Unix time in seconds. */
  readonly time: number
}

/** Length of the time in front of a cosignature. */
export const TIME_BYTES = 8

/** What a witness signs (C2SP tlog-cosignature, version 1). */
export const cosignedMessage = (text: string, time: number): Buffer =>
  Buffer.from(`cosignature/v1\ntime ${time}\n${text}`)

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
    if (!isSignatureOf(witness, cosignedMessage(text, time), signature.subarray(TIME_BYTES)))
      throw new TlogError('a cosignature is wrong')
    found.set(witness, Math.min(time, found.get(witness) ?? time))
  }
  return [...found].map(([witness, time]) => ({ witness, time }))
}
