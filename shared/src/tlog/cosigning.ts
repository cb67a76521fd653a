import { sign } from 'node:crypto'
import { TlogError } from './bytes.js'
import { cosignedMessage, TIME_BYTES } from './cosignature.js'
import { type NoteSignature, parseNote, signatureKinds } from './note.js'
import { formatNote, type SignerKey } from './note-writing.js'

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
  const signature = Buffer.concat([stamp, sign(null, cosignedMessage(text, time), key.privateKey)])
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
