import { decodeHash, decodeNumber, TlogError } from './bytes.js'
import { openNote, parseNote, type VerifierKey } from './note.js'

/** What a log commits to (C2SP tlog-checkpoint). */
export interface Checkpoint {
  /** Name of the log: unique, and the name of its key. */
  readonly origin: string
  readonly size: number
  /** 32 bytes. */
  readonly root: Buffer
}

/**
 * Reads the text of a checkpoint.
 * @throws {TlogError} for extension lines too: our logs have none, and what is not understood must not be trusted.
 */
export function parseCheckpoint(text: string): Checkpoint {
  const [origin = '', size = '', root = '', end, ...more] = text.split('\n')
  if (origin === '' || end !== '' || more.length > 0) throw new TlogError('a checkpoint has three lines')
  return { origin, size: decodeNumber(size), root: decodeHash(root) }
}

/** The checkpoint inside a note, before any signature is checked. @throws {TlogError} when it is none. */
export const readCheckpoint = (note: string): Checkpoint => parseCheckpoint(parseNote(note).text)

/** A key of a log, and from which size on it signs: null when that is not known yet. */
export interface LogKey {
  readonly key: VerifierKey
  readonly from: number | null
}

/**
 * Opens a checkpoint of a log that changed its key, or its name: of the keys of this name the newest counts whose first
 * size is reached, or one whose first size nobody knows yet. An older one is refused from there on.
 *
 * @throws {TlogError} when none of them signed.
 */
export function openLogCheckpoint(note: string, keys: readonly LogKey[]): Checkpoint {
  const checkpoint = readCheckpoint(note)
  const own = keys.filter(({ key }) => key.name === checkpoint.origin)
  const reached = own.filter(({ from }) => from !== null && from <= checkpoint.size).slice(-1)
  const unknown = own.filter(({ from }) => from === null)
  openNote(
    note,
    [...reached, ...unknown].map(({ key }) => key),
  )
  return checkpoint
}
