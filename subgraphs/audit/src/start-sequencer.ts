import { mkdirSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { SequencerSettings } from '@autora/shared/config'
import { createLog, type Log } from '@autora/shared/telemetry'
import { parseVerifierKey, signatureKinds, signerKey } from '@autora/shared/tlog'
import { KeptHead, Sequencer, Signer } from './sequencer/index.js'
import { askOverHttp } from './witness/index.js'

/** A sequencer with its health endpoints. */
export interface RunningSequencer {
  readonly url: string
  /** Finishes the batch that runs and gives up the lead. */
  close(): Promise<void>
}

/**
 * Starts a sequencer with `GET /health/live` and `/health/ready`. Ready is one that leads, or waits to: any number may
 * run. @throws {TlogError} when a key is none; {Error} when what was signed last is damaged: it never begins anew.
 */
export async function startSequencer(
  settings: SequencerSettings,
  { log = createLog('sequencer') }: { log?: Log } = {},
): Promise<RunningSequencer> {
  const { AUTORA_HOST: host, AUTORA_PORT: port, AUTORA_STATE: state } = settings
  mkdirSync(state, { recursive: true, mode: 0o700 })
  const { name, seed } = settings.AUTORA_LOG_KEY
  const signer = new Signer(
    signerKey(name, signatureKinds.ed25519, seed),
    new KeptHead(join(state, 'signed')),
  )
  const witnesses = settings.AUTORA_WITNESSES.map(({ key, url }) =>
    askOverHttp({ url, key: parseVerifierKey(key) }, log),
  )
  const sequencer = new Sequencer({ url: settings.DATABASE_URL, signer, witnesses, log })
  const server = createServer((request, response) => {
    const isKnown = request.url === '/health/live' || request.url === '/health/ready'
    const isWell = request.url === '/health/live' || sequencer.isReady
    response.writeHead(isKnown ? (isWell ? 200 : 503) : 404, { 'content-type': 'application/json' })
    response.end(isKnown ? `{"status":"${isWell ? 'ok' : 'unavailable'}"}` : '{}')
  })
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, host, resolve))
  sequencer.start()
  return {
    url: `http://${host}:${(server.address() as AddressInfo).port}`,
    async close() {
      await sequencer.stop()
      await new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      })
    },
  }
}
