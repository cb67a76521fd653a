import { join } from 'node:path'
import { CheckpointFolder, MonitorMemory } from '@autora/audit'
import {
  consistencyProof,
  fromTiles,
  type LogKey,
  openLogCheckpoint,
  readCheckpoint,
  readCosignatures,
  rootOf,
  TlogError,
  type VerifierKey,
  verifyConsistency,
} from '@autora/shared/tlog'
import type { PublicLog } from '../public-log/index.js'

/** What one look at a published log found. */
export interface OutsideLook {
  readonly size: number
  /** What is not as it should be, in words; empty when nothing is. */
  readonly findings: readonly string[]
}

/** Whom the look believes, and where it keeps what it saw. */
export interface Onlooker {
  readonly log: readonly LogKey[]
  readonly witnesses: readonly VerifierKey[]
  /** Folder of what it saw. */
  readonly state: string
}

const growth = async ({ fetchTile }: PublicLog, older: number, size: number): Promise<readonly Buffer[]> =>
  older < size ? fromTiles(size, fetchTile, (read) => consistencyProof(older, size, read)) : []

/**
 * Looks at a published log without any access to the platform: is the newest checkpoint signed and seen by a witness, do the
 * published hashes make its root, and does it go on from the one that was kept. What was accepted is kept for ever.
 *
 * @throws {Complaint} when the log does not answer.
 */
export async function lookFromOutside(
  source: PublicLog,
  { log, witnesses, state }: Onlooker,
): Promise<OutsideLook> {
  const memory = new MonitorMemory(state)
  const folder = new CheckpointFolder(join(state, 'checkpoints'))
  const kept = memory.read()
  const note = await source.newest()
  const findings: string[] = []
  let size = 0
  try {
    const now = openLogCheckpoint(note, log)
    size = now.size
    if (readCosignatures(note, witnesses).length === 0) throw new TlogError('no known witness saw it')
    const root = await fromTiles(size, source.fetchTile, (read) => rootOf(size, read))
    if (!root.equals(now.root)) throw new TlogError('the published hashes do not make its root')
    const before = kept.checkpoint === null ? null : readCheckpoint(kept.checkpoint)
    if (before && before.origin !== now.origin)
      findings.push(
        `CHECKPOINT  size ${before.size}: the database was restored: the log goes on as ${now.origin}`,
      )
    else if (before) verifyConsistency(before, now, await growth(source, before.size, size))
    if (!folder.keep(now.origin, size, note)) throw new TlogError('another one of this size was published')
    memory.write({ ...kept, checkpoint: note })
  } catch (error) {
    if (!(error instanceof TlogError)) throw error
    findings.push(`CHECKPOINT  size ${size}: ${error.message}`)
  }
  return { size, findings }
}
