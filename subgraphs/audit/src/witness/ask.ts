import type { Log } from '@autora/shared/telemetry'
import { parseNote, readCheckpoint, readCosignatures, type VerifierKey } from '@autora/shared/tlog'
import type { AskWitness } from '../sequencer/index.js'
import { formatAddCheckpoint } from './protocol.js'

const TIMEOUT_MS = 2_000

/** A witness as the log reaches it. */
export interface WitnessAddress {
  readonly url: string
  readonly key: VerifierKey
}

/**
 * Asks a witness over HTTP, once more when it saw another size than the log believed. What it answers is checked before
 * it is believed; one that is away or refuses is told to the log of the process, and the checkpoint goes out without it.
 */
export function askOverHttp({ url, key }: WitnessAddress, log: Log): AskWitness {
  let seen = 0
  const post = (body: string) =>
    fetch(new URL('/add-checkpoint', url), { method: 'POST', body, signal: AbortSignal.timeout(TIMEOUT_MS) })
  return async (checkpoint, proofFrom) => {
    const { size } = readCheckpoint(checkpoint)
    if (seen > size) seen = 0 // a new epoch: another log, of which this witness saw nothing
    const ask = async () =>
      post(formatAddCheckpoint({ oldSize: seen, proof: await proofFrom(seen), checkpoint }))
    try {
      let answer = await ask()
      if (answer.status === 409) {
        seen = Number(await answer.text())
        if (!Number.isSafeInteger(seen) || seen > size)
          throw new Error('the witness has seen more than there is')
        answer = await ask()
      }
      if (answer.status !== 200) throw new Error(`the witness answered ${answer.status}`)
      const note = `${checkpoint}${await answer.text()}`
      if (readCosignatures(note, [key]).length !== 1) throw new Error('the witness did not cosign')
      seen = size
      return parseNote(note).signatures.filter(({ keyId, name }) => keyId === key.id && name === key.name)
    } catch (error) {
      log.error('witness.silent', error, { witness: key.name })
      return null
    }
  }
}
