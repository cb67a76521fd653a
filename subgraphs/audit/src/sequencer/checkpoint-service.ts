import type { SystemDatabase } from '@autora/shared/database'
import { consistencyProof, type NoteSignature, withSignatures } from '@autora/shared/tlog'
import { withLogNodes } from '../log-nodes/index.js'
import { insertCheckpoint } from './repository.js'
import type { Sequence } from './sequence-service.js'
import type { Signer } from './signer.js'

/** Asks a witness to cosign. @returns its lines, or null when it does not answer: then the checkpoint goes without. */
export type AskWitness = (
  checkpoint: string,
  proofFrom: (size: number) => Promise<readonly Buffer[]>,
) => Promise<readonly NoteSignature[] | null>

/** The proof that the log of `size` begins with that of `older`, from the nodes of the database. */
async function proofBetween(database: SystemDatabase, older: number, size: number): Promise<Buffer[]> {
  if (older === 0 || older === size) return []
  return withLogNodes(database, (read) => consistencyProof(older, size, read))
}

/** Signs the log as it was committed, has it cosigned, and publishes it. */
export async function publishCheckpoint(
  database: SystemDatabase,
  sequence: Sequence,
  signer: Signer,
  witnesses: readonly AskWitness[],
): Promise<void> {
  const { size, root } = sequence
  const signed = signer.sign({ size, root }, await proofBetween(database, signer.size, size))
  const answers = await Promise.all(
    witnesses.map((ask) => ask(signed, (older) => proofBetween(database, older, size))),
  )
  const note = withSignatures(
    signed,
    answers.flatMap((lines) => lines ?? []),
  )
  await insertCheckpoint(database, size, note)
}
