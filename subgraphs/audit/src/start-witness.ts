import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { WitnessSettings } from '@autora/shared/config'
import { createLog, type Log } from '@autora/shared/telemetry'
import { readLogKeys, signatureKinds, signerKey } from '@autora/shared/tlog'
import { KeptHead } from './sequencer/index.js'
import { type RunningWitness, serveWitness, Witness } from './witness/index.js'

/** Starts a witness. @throws {TlogError} when a key is none; {Error} when its state is damaged: it never begins anew. */
export async function startWitness(
  settings: WitnessSettings,
  { log = createLog('witness') }: { log?: Log } = {},
): Promise<RunningWitness> {
  mkdirSync(settings.AUTORA_STATE, { recursive: true, mode: 0o700 })
  const { name, seed } = settings.AUTORA_WITNESS_KEY
  const kept = new KeptHead(join(settings.AUTORA_STATE, 'witnessed'))
  kept.read()
  const witness = new Witness(
    signerKey(name, signatureKinds.cosignature, seed),
    readLogKeys(settings.AUTORA_LOG),
    kept,
    () => new Date(),
  )
  return serveWitness(witness, { host: settings.AUTORA_HOST, port: settings.AUTORA_PORT, log })
}
