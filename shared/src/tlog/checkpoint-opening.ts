import { TlogError } from './bytes.js'
import { type Checkpoint, type LogKey, parseCheckpoint } from './checkpoint.js'
import { openNote, parseVerifierKey, type VerifierKey, verifierKey } from './note.js'

/** Opens a checkpoint signed by its log. @throws {TlogError} when it is not, or names another origin. */
export function openCheckpoint(note: string, log: VerifierKey): Checkpoint {
  const { text } = openNote(note, [log])
  const checkpoint = parseCheckpoint(text)
  if (checkpoint.origin !== log.name) throw new TlogError('the checkpoint is of another log')
  return checkpoint
}

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

/** The number behind the name of a log that began anew after a restore. */
const epochForm = /^(.+)\/([2-9]|[1-9]\d{1,8})$/

/** The epoch in the name of a log, and the name without it; null in the first. */
export function epochIn(origin: string): { readonly name: string; readonly epoch: string } | null {
  const [, name, epoch] = epochForm.exec(origin) ?? []
  return name && epoch ? { name, epoch } : null
}

/**
 * The keys of a log under the name that a checkpoint has: as they are, or those of the first epoch under the name of a
 * later one. For who follows restores by himself; a verifier of evidence does not.
 */
export function followedKeys(keys: readonly LogKey[], origin: string): readonly LogKey[] {
  if (keys.some(({ key }) => key.name === origin)) return keys
  const name = epochIn(origin)?.name
  return keys
    .filter(({ key }) => key.name === name)
    .map(({ key }) => ({ key: verifierKey(origin, key.kind, key.publicKey), from: null }))
}
