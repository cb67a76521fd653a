import type { SystemDatabase } from '@autora/shared/database'
import { consistencyProof, type NoteSignature, rootOf, withSignatures } from '@autora/shared/tlog'
import { withLogNodes } from '../log-nodes/index.js'
import { isPublished } from './declaration-repository.js'
import { keyFor } from './declaration-service.js'
import { insertCheckpoint } from './repository.js'
import type { Sequence } from './sequence-service.js'
import type { Signer } from './signer.js'

/** Asks a witness to cosign. @returns its lines, or null when it does not answer: then the checkpoint goes without. */
export type AskWitness = (
  checkpoint: string,
  proofFrom: (size: number) => Promise<readonly Buffer[]>,
) => Promise<readonly NoteSignature[] | null>

/** Told of every checkpoint that was published. */
export type Published = (checkpoint: { readonly size: number; readonly note: string }) => void

/** What publishing works with. */
export interface Publishing {
  readonly signer: Signer
  readonly witnesses: readonly AskWitness[]
  readonly onPublished?: Published
}

/** The proof that the log of `size` begins with that of `older`, from the nodes of the database. */
async function proofBetween(database: SystemDatabase, older: number, size: number): Promise<Buffer[]> {
  if (older === 0 || older === size) return []
  return withLogNodes(database, (read) => consistencyProof(older, size, read))
}

/**
 * Signs the log as it was committed, has it cosigned, and publishes it. Where the log declared that another key signs
 * from now on, that is signed first with the old one, and has to be cosigned before the new one signs anything.
 */
export async function publishCheckpoints(
  database: SystemDatabase,
  sequence: Sequence,
  publishing: Publishing,
): Promise<void> {
  const { signer } = publishing
  for (const { kind, batch } of sequence.keys) {
    const size = batch + 1
    if (kind !== 'key' || signer.size > size) continue
    if (signer.size === size && (await isPublished(database, size))) continue
    if (!(await publish(database, sequence, size, publishing, true))) return
  }
  if (sequence.size > signer.size) await publish(database, sequence, sequence.size, publishing, false)
}

/** @returns false when it needed to be cosigned and was not: it is tried again. */
async function publish(
  database: SystemDatabase,
  sequence: Sequence,
  size: number,
  { signer, witnesses, onPublished }: Publishing,
  needsCosignature: boolean,
): Promise<boolean> {
  const root =
    size === sequence.size ? sequence.root : await withLogNodes(database, (read) => rootOf(size, read))
  const proof = await proofBetween(database, signer.size, size)
  const signed = signer.sign({ size, root }, proof, keyFor(sequence.keys, size))
  const answers = await Promise.all(
    witnesses.map((ask) => ask(signed, (older) => proofBetween(database, older, size))),
  )
  const cosignatures = answers.flatMap((lines) => lines ?? [])
  if (needsCosignature && witnesses.length > 0 && cosignatures.length === 0) return false
  const note = withSignatures(signed, cosignatures)
  await insertCheckpoint(database, size, note)
  onPublished?.({ size, note })
  return true
}
