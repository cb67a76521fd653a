import { decodeHash, formatNote, type NoteSignature, TlogError } from '@autora/shared/tlog'
import type { AddCheckpoint } from './witness.js'

const MOST_HASHES = 63

/** Writes the body of `add-checkpoint` (C2SP tlog-witness): old size, proof, empty line, checkpoint. */
export const formatAddCheckpoint = ({ oldSize, proof, checkpoint }: AddCheckpoint): string =>
  [`old ${oldSize}`, ...proof.map((hash) => hash.toString('base64')), '', checkpoint].join('\n')

/** Reads the body of `add-checkpoint`. @throws {TlogError} when it is none. */
export function parseAddCheckpoint(body: string): AddCheckpoint {
  const end = body.indexOf('\n\n')
  const [first = '', ...hashes] = body.slice(0, Math.max(end, 0)).split('\n')
  const [, size = ''] = /^old (0|[1-9][0-9]*)$/.exec(first) ?? []
  if (size === '' || !Number.isSafeInteger(Number(size))) throw new TlogError('the old size is missing')
  if (hashes.length > MOST_HASHES) throw new TlogError('the proof is too long')
  return { oldSize: Number(size), proof: hashes.map(decodeHash), checkpoint: body.slice(end + 2) }
}

/** Signature lines as a witness answers them. */
export const formatSignatureLines = (signatures: readonly NoteSignature[]): string =>
  formatNote({ text: '\n', signatures }).slice(2)
