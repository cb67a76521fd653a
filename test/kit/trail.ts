import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startSequencer, startWitness } from '@autora/audit'
import { withClient } from '@autora/shared/database'
import { createLog } from '@autora/shared/telemetry'
import { formatVerifierKey, signatureKinds, signerKey } from '@autora/shared/tlog'
import { roleUrlOf } from './database.js'

const logSeed = Buffer.alloc(32, 1)
const witnessSeed = Buffer.alloc(32, 2)
const quiet = createLog('test', () => undefined)

/** Public keys of the log and the witness that `startTrail` runs, as settings name them. */
export const trailKeys = {
  log: formatVerifierKey(signerKey('log.test/trail', signatureKinds.ed25519, logSeed)),
  witness: formatVerifierKey(signerKey('witness.test/w1', signatureKinds.cosignature, witnessSeed)),
} as const

/** A sequencer and a witness over the database of a world. */
export interface Trail {
  /** Waits until every event has its place and the newest checkpoint covers it. */
  settled(): Promise<void>
  /** Stops both, and forgets what they kept. */
  stop(): Promise<void>
}

/** Waits for something to be so. */
export async function until(look: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await look())) await new Promise((resolve) => setTimeout(resolve, 50))
}

const isSettled = (adminUrl: string): Promise<boolean> =>
  withClient(adminUrl, async (db) => {
    const { rows } = await db.query<{ ok: boolean }>(
      `select not exists (select from audit.event e where not exists (
                select from audit.leaf l where l.tenant_id = e.tenant_id and l.event_id = e.id))
              and (select max(batch) + 1 from audit.leaf) <= (select max(size) from audit.checkpoint) as ok`,
    )
    return rows[0]?.ok === true
  })

/** Starts a sequencer and a witness beside a world. */
export async function startTrail(adminUrl: string): Promise<Trail> {
  const folder = mkdtempSync(join(tmpdir(), 'autora-'))
  const place = { AUTORA_PROFILE: 'production', AUTORA_HOST: '127.0.0.1', AUTORA_PORT: 0 } as const
  const witness = await startWitness(
    {
      ...place,
      AUTORA_WITNESS_KEY: { name: 'witness.test/w1', seed: witnessSeed },
      AUTORA_LOG: trailKeys.log,
      AUTORA_STATE: join(folder, 'witness'),
    },
    { log: quiet },
  )
  const sequencer = await startSequencer(
    {
      ...place,
      DATABASE_URL: roleUrlOf(adminUrl, 'sequencer'),
      AUTORA_LOG_KEY: { name: 'log.test/trail', seed: logSeed },
      AUTORA_WITNESSES: [{ key: trailKeys.witness, url: witness.url }],
      AUTORA_STATE: join(folder, 'sequencer'),
    },
    { log: quiet },
  )
  return {
    settled: () => until(() => isSettled(adminUrl)),
    async stop() {
      await sequencer.close()
      await witness.close()
      rmSync(folder, { recursive: true })
    },
  }
}
