import { join } from 'node:path'
import { startSequencer, startWitness } from '@autora/audit'
import { readConfig, sequencerSettings, witnessSettings } from '@autora/shared/config'
import { withClient } from '@autora/shared/database'
import { createLog } from '@autora/shared/telemetry'
import { formatVerifierKey, signatureKinds, signerKey } from '@autora/shared/tlog'
import { roleUrlOf } from './database.js'
import { testKeys, testPasswords } from './secrets.js'

/** A key of a test's log, by a number. */
export const logSecret = (n: number) => `log.test/trail:${Buffer.alloc(32, n).toString('hex')}`
const witnessSecret = `witness.test/w:${Buffer.alloc(32, 99).toString('hex')}`

/** The public halves. */
export const publicLogKey = (n: number) =>
  formatVerifierKey(signerKey('log.test/trail', signatureKinds.ed25519, Buffer.alloc(32, n)))
/** Of the witness. */
export const publicWitnessKey = formatVerifierKey(
  signerKey('witness.test/w', signatureKinds.cosignature, Buffer.alloc(32, 99)),
)

/** Sequencer and witness of one trail, with settings as in production and their state in a folder. */
export interface TestTrail {
  readonly sequencerUrl: string
  close(): Promise<void>
}

/** Starts both. @param keys - numbers of the keys of the log, oldest first. @param told - takes what the sequencer logs. */
export async function startTrail(
  adminUrl: string,
  folder: string,
  { keys = [1], told = () => undefined }: { keys?: readonly number[]; told?: (line: string) => void } = {},
): Promise<TestTrail> {
  const witness = await startWitness(
    readConfig(witnessSettings, {
      AUTORA_PORT: '0',
      AUTORA_STATE: join(folder, 'witness'),
      AUTORA_WITNESS_KEY: witnessSecret,
      AUTORA_LOG: keys.map(publicLogKey).join(' '),
    }),
    { log: createLog('witness', () => undefined) },
  )
  const sequencer = await startSequencer(
    readConfig(sequencerSettings, {
      AUTORA_PORT: '0',
      AUTORA_STATE: join(folder, 'signer'),
      AUTORA_CHECKPOINTS: join(folder, 'checkpoints'),
      DATABASE_URL: roleUrlOf(adminUrl, 'sequencer'),
      AUTORA_LOG_KEY: keys.map(logSecret).join(' '),
      AUTORA_WITNESSES: `${publicWitnessKey}=${witness.url}`,
    }),
    { log: createLog('sequencer', told) },
  )
  const close = async () => {
    await sequencer.close()
    await witness.close()
  }
  return { sequencerUrl: sequencer.url, close }
}

/** The log as its operator holds it, beside `startTrail`. */
export const trailOperator = (adminUrl: string, folder: string, keys: readonly number[] = [1]) => ({
  url: adminUrl,
  rolePasswords: testPasswords,
  sealKey: testKeys.seal,
  state: join(folder, 'signer'),
  keys: keys.map((n) => signerKey('log.test/trail', signatureKinds.ed25519, Buffer.alloc(32, n))),
  witnessed: () => null,
})

/** Waits until every event has its leaf and all of the log is in a checkpoint. */
export async function trailSettled(adminUrl: string): Promise<void> {
  for (;;) {
    const { rows } = await withClient(adminUrl, (db) =>
      db.query<{ done: boolean }>(
        `select not exists (select from audit.event e where not exists (
                  select from audit.leaf l where l.tenant_id = e.tenant_id and l.event_id = e.id))
            and (select max(number) + 1 from audit.batch) = (select max(size) from audit.checkpoint) as done`,
      ),
    )
    if (rows[0]?.done) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

/** One more event of every group, as the platform itself would write it. */
export const addEvents = (adminUrl: string): Promise<unknown> =>
  withClient(adminUrl, (db) =>
    db.query(`insert into audit.event (tenant_id, actor_id, actor_principal, request_id, action, outcome, target_type, target_id)
      select tenant_id, tenant_id, 'SYSTEM', 'planted-by-test', 'platform.founded', 'ALLOW', 'Platform', tenant_id
        from identity.dealer_group`),
  )

/** What only a superuser can do: past the guards of one of the trail's tables. */
export const forge = (adminUrl: string, table: string, statement: string): Promise<unknown> =>
  withClient(adminUrl, (db) =>
    db.query(`
      do $$ declare t record; begin
        for t in select evtname from pg_event_trigger loop execute format('alter event trigger %I disable', t.evtname); end loop;
      end $$;
      begin; alter table ${table} disable trigger append_only_row; ${statement};
      alter table ${table} enable always trigger append_only_row; commit`),
  )
