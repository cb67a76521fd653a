import { TlogError } from '../tlog/bytes.js'
import type { Checkpoint } from '../tlog/checkpoint.js'
import { leafHash, rootFromInclusion } from '../tlog/merkle.js'
import type { DeclaringBatch } from './bundle.js'
import { type Batch, type Declaration, parseBatchLeaf } from './leaves.js'

/** A time of the database in Unix seconds. @throws {TlogError} when it has another form. */
export const secondsOf = (iso: string): number => {
  const time = Date.parse(iso)
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/.test(iso) || Number.isNaN(time))
    throw new TlogError('a time is malformed')
  return time / 1000
}

/** The name under which the log goes on. @throws {TlogError} when less is said to have been signed than was witnessed. */
function newOrigin(one: Declaration & { readonly kind: 'epoch' }, before: Checkpoint): string {
  if (one.origin === before.origin && one.size < before.size)
    throw new TlogError('a restore is declared that does not fit what was witnessed')
  return one.key.split('+')[0] ?? ''
}

const noteOf = (one: Declaration, { number, time }: Batch): string =>
  one.kind === 'epoch'
    ? `The database was restored and epoch ${one.epoch} began by ${time}: of ${one.origin}, batches ${number} to ${one.size - 1} are lost${one.size > number ? '' : ' (none)'}.`
    : `The platform declared that it was off ${one.kind === 'pause' ? one.since : ''} to ${time}.`

/** What a log said about itself between two checkpoints. */
export interface Declared {
  /** Its name from then on. */
  readonly origin: string
  /** Seconds in which nobody wrote. */
  readonly silence: number
  /** For people. */
  readonly notes: readonly string[]
}

/** Proves that batches are in the log and reads what they declare. @throws {TlogError} when one is not, or comes twice. */
export function readDeclared(
  batches: readonly DeclaringBatch[],
  before: Checkpoint,
  now: Checkpoint,
): Declared {
  const notes: string[] = []
  let [silence, origin, from] = [0, before.origin, before.size]
  for (const { batch: leaf, logIndex, logProof } of batches) {
    if (logIndex < from) throw new TlogError('a declaration comes twice')
    from = logIndex + 1
    const root = rootFromInclusion(logIndex, now.size, leafHash(Buffer.from(leaf)), logProof)
    if (!root.equals(now.root)) throw new TlogError('a declaration is not in the log')
    const batch = parseBatchLeaf(leaf)
    for (const one of batch.declares ?? []) {
      if (one.kind === 'pause') silence += secondsOf(batch.time) - secondsOf(one.since)
      if (one.kind === 'epoch') origin = newOrigin(one, before)
      if (one.kind !== 'key') notes.push(noteOf(one, batch))
    }
  }
  return { origin, silence, notes }
}
