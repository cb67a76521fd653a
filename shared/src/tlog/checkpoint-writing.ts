import { TlogError } from './bytes.js'
import type { Checkpoint } from './checkpoint.js'
import { formatNote, type SignerKey, signText } from './note-writing.js'

/** The text of a checkpoint: three lines and nothing more. */
export const formatCheckpoint = ({ origin, size, root }: Checkpoint): string =>
  `${origin}\n${size}\n${root.toString('base64')}\n`

/** Signs a checkpoint as its log. @throws {TlogError} when the key has another name than the log. */
export function signCheckpoint(checkpoint: Checkpoint, key: SignerKey): string {
  if (key.name !== checkpoint.origin) throw new TlogError('the key of a log has the name of the log')
  const text = formatCheckpoint(checkpoint)
  return formatNote({ text, signatures: [signText(text, key)] })
}
