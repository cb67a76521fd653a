import { TlogError } from './bytes.js'
import { type Checkpoint, type LogKey, parseCheckpoint } from './checkpoint.js'
import { openNote, parseNote, parseVerifierKey, type VerifierKey } from './note.js'

/** Opens a checkpoint signed by its log. @throws {TlogError} when it is not, or names another origin. */
export function openCheckpoint(note: string, log: VerifierKey): Checkpoint {
  const { text } = openNote(note, [log])
  const checkpoint = parseCheckpoint(text)
  if (checkpoint.origin !== log.name) throw new TlogError('the checkpoint is of another log')
  return checkpoint
}

/** The checkpoint inside a note, before any signature is checked. @throws {TlogError} when it is none. */
export const readCheckpoint = (note: string): Checkpoint => parseCheckpoint(parseNote(note).text)

/**
 * The keys of a log as settings name them. Without a first size the first key of a name signs from the beginning, and of
 * later ones it is not known yet. @throws {TlogError} when one is none.
 */
export function readLogKeys(
  words: readonly { readonly key: string; readonly from: number | null }[],
): readonly LogKey[] {
  const names = new Set<string>()
  return words.map(({ key: text, from }) => {
    const key = parseVerifierKey(text)
    const isFirst = !names.has(key.name)
    names.add(key.name)
    return { key, from: from ?? (isFirst ? 0 : null) }
  })
}
