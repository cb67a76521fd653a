import { mkdirSync } from 'node:fs'
import type { SequencerSettings } from '@autora/shared/config'
import { createLog, type Log } from '@autora/shared/telemetry'
import { parseVerifierKey, readCheckpoint, signatureKinds, signerKey } from '@autora/shared/tlog'
import { type RunningProcess, serveHealth } from './health.js'
import { CheckpointFolder } from './monitor/index.js'
import { KeptEpoch, Sequencer, type SequencerOptions, Signer } from './sequencer/index.js'
import { askOverHttp } from './witness/index.js'

/** Puts every published checkpoint into a folder, where there is one. What cannot be kept stops nothing, and is told. */
function keeping(folder: string | undefined, log: Log): Pick<SequencerOptions, 'onPublished'> {
  if (!folder) return {}
  const kept = new CheckpointFolder(folder)
  return {
    onPublished({ size, note }) {
      try {
        if (!kept.keep(readCheckpoint(note).origin, size, note))
          log.warn('checkpoint.contradicted', { size, folder })
      } catch (error) {
        log.error('checkpoint.notKept', error, { size })
      }
    },
  }
}

/**
 * Starts a sequencer with `GET /health/live` and `/health/ready`. Ready is one that leads, or waits to: any number may
 * run. @throws {TlogError} when a key is none; {Error} when what was signed last is damaged: it never begins anew.
 */
export async function startSequencer(
  settings: SequencerSettings,
  { log = createLog('sequencer') }: { log?: Log } = {},
): Promise<RunningProcess> {
  const { AUTORA_HOST: host, AUTORA_PORT: port, AUTORA_STATE: state } = settings
  mkdirSync(state, { recursive: true, mode: 0o700 })
  const signer = new Signer(
    settings.AUTORA_LOG_KEY.map(({ name, seed }) => signerKey(name, signatureKinds.ed25519, seed)),
    new KeptEpoch(state),
  )
  const witnesses = settings.AUTORA_WITNESSES.map(({ key, url }) =>
    askOverHttp({ url, key: parseVerifierKey(key) }, log),
  )
  const onPublished = keeping(settings.AUTORA_CHECKPOINTS, log)
  const sequencer = new Sequencer({ url: settings.DATABASE_URL, signer, witnesses, log, ...onPublished })
  const health = await serveHealth(
    host,
    port,
    () => sequencer.isReady,
    () => {
      const { isDegraded, seconds, events } = sequencer.health
      return { ...(isDegraded && { status: 'degraded' }), lagSeconds: Math.round(seconds), lagEvents: events }
    },
  )
  sequencer.start()
  return {
    url: health.url,
    async close() {
      await sequencer.stop()
      await health.close()
    },
  }
}
