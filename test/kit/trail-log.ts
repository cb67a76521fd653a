import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { exportBundle, startSequencer, startWitness } from '@autora/audit'
import { SystemDatabase, withClient } from '@autora/shared/database'
import { parsePolicy, type Verdict, verifyBundle } from '@autora/shared/evidence'
import { createLog } from '@autora/shared/telemetry'
import { formatVerifierKey, signatureKinds, signerKey } from '@autora/shared/tlog'
import { roleUrlOf } from './database.js'
import { seed } from './sample-log.js'

const names = { log: 'log.test/trail', witness: 'witness.test/one' }
const logKey = formatVerifierKey(signerKey(names.log, signatureKinds.ed25519, seed(1)))
const witnessKey = formatVerifierKey(signerKey(names.witness, signatureKinds.cosignature, seed(2)))
const local = { AUTORA_HOST: '127.0.0.1', AUTORA_PORT: 0 }
const log = createLog('test', () => undefined)

/** A sequencer and a witness over the trail of a database. */
export interface TrailLog {
  /** Waits until every event is in a checkpoint. */
  settled(): Promise<void>
  /** What an outsider says about the trail of a dealer group, with nothing but its bundle and pinned keys. */
  verdict(tenantId: string): Promise<Verdict>
  close(): Promise<void>
}

/** Puts the events of a database into a log. Close it in `afterAll`. */
export async function startTrailLog(adminUrl: string): Promise<TrailLog> {
  const folder = mkdtempSync(join(tmpdir(), 'autora-'))
  const url = roleUrlOf(adminUrl, 'sequencer')
  const stop = await runLog(url, folder)
  const reader = await SystemDatabase.open({ url, applicationName: 'test', onLost: () => undefined })
  return {
    settled: () => settle(adminUrl),
    async verdict(tenantId) {
      const policy = parsePolicy(await policyOf(adminUrl, tenantId))
      const lines: string[] = []
      for await (const line of exportBundle(reader, tenantId, 600)) lines.push(line)
      return verifyBundle(lines, policy, new Date())
    },
    async close() {
      await reader.close()
      await stop()
      rmSync(folder, { recursive: true })
    },
  }
}

/** @returns what ends both. */
async function runLog(url: string, folder: string): Promise<() => Promise<void>> {
  const state = { ...local, AUTORA_PROFILE: 'production' as const, AUTORA_STATE: folder }
  const witness = await startWitness(
    { ...state, AUTORA_WITNESS_KEY: { name: names.witness, seed: seed(2) }, AUTORA_LOG: logKey },
    { log },
  )
  const sequencer = await startSequencer(
    {
      ...state,
      DATABASE_URL: url,
      AUTORA_LOG_KEY: { name: names.log, seed: seed(1) },
      AUTORA_WITNESSES: [{ key: witnessKey, url: witness.url }],
    },
    { log },
  )
  return async () => {
    await sequencer.close()
    await witness.close()
  }
}

async function settle(adminUrl: string): Promise<void> {
  for (;;) {
    const [row] = await rowsOf<{ done: boolean }>(
      adminUrl,
      `select not exists (select from audit.event e where not exists (
                select from audit.leaf l where l.tenant_id = e.tenant_id and l.event_id = e.id))
          and (select max(number) + 1 from audit.batch) = (select max(size) from audit.checkpoint) as done`,
    )
    if (row?.done) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

async function policyOf(adminUrl: string, tenantId: string): Promise<string> {
  const [place] = await rowsOf<{ slot: number }>(
    adminUrl,
    `select slot from audit.slot where tenant_id = '${tenantId}'`,
  )
  return [
    `log ${logKey}`,
    `witness ${witnessKey}`,
    'quorum 1',
    'window 600',
    `tenant ${tenantId} ${place?.slot}`,
  ].join('\n')
}

const rowsOf = <Row extends object>(adminUrl: string, text: string) =>
  withClient(adminUrl, async (db) => (await db.query<Row>(text)).rows)
