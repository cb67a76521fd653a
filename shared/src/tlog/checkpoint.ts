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

/** Opens a checkpoint signed by its log. @throws {TlogError} when it is not, or names another origin. */
export function openCheckpoint(note: string, log: VerifierKey): Checkpoint {
  const { text } = openNote(note, [log])
  const checkpoint = parseCheckpoint(text)
  if (checkpoint.origin !== log.name) throw new TlogError('the checkpoint is of another log')
  return checkpoint
}

/** The checkpoint inside a note, before any signature is checked. @throws {TlogError} when it is none. */
export const readCheckpoint = (note: string): Checkpoint => parseCheckpoint(parseNote(note).text)
