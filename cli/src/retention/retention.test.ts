import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { CheckpointFolder, Monitor, MonitorMemory, startSequencer, startWitness } from '@autora/audit'
import { events, retentionClasses, retentionClassOf } from '@autora/shared/audit'
import { readConfig, sequencerSettings, witnessSettings } from '@autora/shared/config'
import { SystemDatabase, withClient } from '@autora/shared/database'
import { verifyProgram } from '@autora/shared/evidence'
import { createLog } from '@autora/shared/telemetry'
import { parseVerifierKey } from '@autora/shared/tlog'
import { freshDatabase, guardAgain, pastGuard, roleUrlOf } from '../../../test/kit/database.js'
import { testKeys, testPasswords } from '../../../test/kit/secrets.js'
import { forge } from '../../../test/kit/trail-processes.js'
import { asPlatform } from '../database/as-platform.js'
import { writeBundle } from '../evidence/export.js'
import { policyText } from '../evidence/policy-text.js'
import { publicKeysOf } from '../installation/log-keys.js'
import { newLogSecrets } from '../installation/secrets.js'
import { dropMonth, outlookOn } from './drop.js'
import { reread, sealAndTell } from './seal.js'

const log = createLog('test', () => undefined)
const keys = newLogSecrets()
const publicKeys = publicKeysOf(keys)
const trustees = { log: publicKeys.log, witnesses: [publicKeys.witness] }
const OLD = '2019-02'
let folder: string
let url: string
let group: { code: string; tenantId: string }
const running: { close(): Promise<void> }[] = []

const sql = <Row extends object>(text: string, values: unknown[] = []) =>
  withClient(url, async (db) => (await db.query<Row>(text, values)).rows)
const source = () => ({ url, rolePasswords: testPasswords, sealKey: testKeys.seal })
const out = () => join(folder, 'sealed')
const faults = async (month = OLD) => (await outlookOn(source(), trustees, month)).faults.join('; ')

/** Events of the group at a time that is over: what a long life leaves behind. */
const plant = (at: string, action = 'lead.created', count = 3) =>
  sql(
    `insert into audit.event (tenant_id, recorded_at, actor_id, actor_principal, request_id, action, outcome,
                              target_type, target_id, detail)
     select $1, $2::timestamptz, $1, 'SYSTEM', 'planted', $3, 'ALLOW', 'Lead', $1, '{"source": "ü\\"\\\\"}'
       from generate_series(1, $4)`,
    [group.tenantId, at, action, count],
  )

/** Waits until all events are under a checkpoint. */
async function settled(): Promise<void> {
  for (;;) {
    const [row] = await sql<{ done: boolean }>(
      `select not exists (select from audit.event e where not exists (
                select from audit.leaf l where l.tenant_id = e.tenant_id and l.event_id = e.id))
              and (select max(batch) from audit.leaf) < (select max(size) from audit.checkpoint) as done`,
    )
    if (row?.done) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

/** Starts log and witness. */
async function startLog(): Promise<{ close(): Promise<void> }> {
  const common = { AUTORA_PORT: '0', AUTORA_STATE: join(folder, 'state') }
  const witness = await startWitness(
    readConfig(witnessSettings, {
      ...common,
      AUTORA_WITNESS_KEY: keys.witnessKey,
      AUTORA_LOG: publicKeys.log,
    }),
    { log },
  )
  const sequencer = await startSequencer(
    readConfig(sequencerSettings, {
      ...common,
      DATABASE_URL: roleUrlOf(url, 'sequencer'),
      AUTORA_LOG_KEY: keys.logKey,
      AUTORA_WITNESSES: `${publicKeys.witness}=${witness.url}`,
    }),
    { log },
  )
  return { close: async () => sequencer.close().then(() => witness.close()) }
}

/** What a monitor that hashes everything again finds. */
async function monitored(): Promise<readonly string[]> {
  const db = await SystemDatabase.open({
    url: roleUrlOf(url, 'auditor'),
    applicationName: 'test',
    onLost: () => undefined,
  })
  try {
    const { findings } = await new Monitor({
      db,
      log: [{ key: parseVerifierKey(publicKeys.log), from: 0 }],
      witnesses: [parseVerifierKey(publicKeys.witness)],
      memory: new MonitorMemory(join(folder, 'monitor')),
      folder: new CheckpointFolder(join(folder, 'monitor', 'checkpoints')),
      now: () => new Date(),
    }).round(true)
    return findings.map(({ kind, at, why }) => `${kind} ${at} ${why}`)
  } finally {
    await db.close()
  }
}

async function bundle(archive: string | null) {
  const [path, policy] = [join(folder, 'bundle'), join(folder, 'policy')]
  const written = await writeBundle(source(), group.code, path, 60, archive)
  writeFileSync(policy, policyText(trustees, 60, written))
  const said: string[] = []
  const code = verifyProgram([path, '--policy', policy], (line) => said.push(line), new Date())
  return { code, said: said.join('\n'), events: written.events }
}

beforeEach(async () => {
  url = await freshDatabase('template_demo')
  folder = mkdtempSync(join(tmpdir(), 'autora-'))
  const [first] = await sql<{ code: string; tenantId: string }>(
    `select code, tenant_id as "tenantId" from identity.dealer_group where kind <> 'PLATFORM' order by code limit 1`,
  )
  group = first ?? { code: '', tenantId: '' }
  await withClient(url, async (db) => {
    await db.query(`begin; ${pastGuard} set role autora_owner`)
    await db.query(`select audit.make_partitions('2019-01-01Z', '2019-03-01Z')`)
    await db.query(`reset role; ${guardAgain} commit`)
  })
})
afterEach(async () => {
  for (const one of running.splice(0)) await one.close()
  rmSync(folder, { recursive: true })
})

describe('a month whose time is over', () => {
  it('RET-20 MUST be sealed, dropped, and still be proven by its archive', async () => {
    await plant('2019-01-31T23:59:59.999999Z')
    await plant('2019-02-01T00:00:00Z')
    await plant('2019-02-28T23:59:59.999999Z')
    await plant('2019-03-01T00:00:00Z')
    running.push(await startLog())
    await settled()
    const before = await bundle(null)
    expect(before.code).toBe(0)

    const { manifest } = await sealAndTell(source(), OLD, out())
    expect(manifest.files).toMatchObject([{ tenant: group.tenantId, entries: 6 }])
    expect(await faults()).toBe('')
    expect(await dropMonth(source(), OLD)).toEqual([{ tenant: group.tenantId, entries: 6 }])
    await settled()

    expect(await sql(`select from audit.event where recorded_at < '2019-04-01Z'`)).toHaveLength(6)
    const told = await sql(
      `select action, detail->>'month' as month, actor_principal as who from audit.event
        where tenant_id = $1 and action in ('auditArchive.sealed', 'auditTrail.pruned') order by id`,
      [group.tenantId],
    )
    expect(told).toEqual([
      { action: 'auditArchive.sealed', month: OLD, who: 'SYSTEM' },
      { action: 'auditTrail.pruned', month: OLD, who: 'SYSTEM' },
    ])
    await expect(bundle(null)).rejects.toThrow(`Events of ${OLD} were pruned. Name the folder`)
    await expect(bundle(join(folder, 'nowhere'))).rejects.toThrow(`does not hold all of ${OLD}`)
    await settled()
    const after = await bundle(out())
    expect(after.said).toMatch(/^VERIFIED/)
    expect(after.events).toBeGreaterThan(before.events)
    expect(await faults()).toMatch(/no part of the trail ends with this month/)
  })

  it('RET-28 MUST be no gap to a monitor, unless the trail does not tell of it or its leaves were changed', async () => {
    await plant('2019-01-31T23:59:59Z')
    await plant('2019-02-01T00:00:00Z')
    await plant('2019-03-01T00:00:00Z')
    running.push(await startLog())
    await settled()
    await sealAndTell(source(), OLD, out())
    await dropMonth(source(), OLD)
    await settled()
    expect(await monitored()).toEqual([])

    const first = `select min(id) from audit.event where recorded_at = '2019-03-01Z'`
    await forge(url, 'audit.event', `delete from audit.event where id = (${first})`)
    expect(await monitored()).toEqual([expect.stringMatching(/^EVENT \d+ the event is gone$/)])
    const place = `tenant_id = '${group.tenantId}' and index = (select min(lower(leaves)) from audit.pruning)`
    await forge(url, 'audit.leaf', `update audit.leaf set hash = sha256('another') where ${place}`)
    expect((await monitored()).join()).toMatch(`the leaves of ${OLD}, which was pruned, are others now`)
    const told = `action = 'auditTrail.pruned' and tenant_id = '${group.tenantId}'`
    await forge(url, 'audit.event', `update audit.event set detail = '{"month": "2019-01"}' where ${told}`)
    expect((await monitored()).filter((line) => line.endsWith('the event is gone'))).toHaveLength(1 + 3)
  })

  it('RET-21 MUST show what was edited in its archive, and never put it into a bundle', async () => {
    await plant('2019-02-01T00:00:00Z')
    running.push(await startLog())
    await settled()
    const { manifest } = await sealAndTell(source(), OLD, out())
    const path = join(out(), OLD, manifest.files[0]?.file ?? '')
    const sealed = readFileSync(path)
    const edited = gunzipSync(sealed).toString().replace('lead.created', 'lead.deleted')

    writeFileSync(path, gzipSync(edited))
    await expect(reread(source(), OLD, out())).rejects.toThrow('is not the file that was sealed')
    writeFileSync(path, sealed.subarray(0, -20))
    await expect(reread(source(), OLD, out())).rejects.toThrow('is not the file that was sealed')
    writeFileSync(path, sealed)
    await dropMonth(source(), OLD)
    await settled()
    expect((await bundle(out())).code).toBe(0)
    writeFileSync(path, gzipSync(edited))
    await expect(bundle(out())).rejects.toThrow('is not what the log holds: it was edited')
    writeFileSync(path, sealed.subarray(0, -20))
    await expect(bundle(out())).rejects.toThrow('is damaged or was edited')
    // the line taken out: whoever checks the bundle finds the gap
    writeFileSync(path, gzipSync(gunzipSync(sealed).toString().split('\n').slice(1).join('\n')))
    expect((await bundle(out())).code).toBe(10)
  })

  it('RET-22 MUST not be sealed before all of it is proven, nor with an event that was edited', async () => {
    await plant('2019-02-01T00:00:00Z')
    await expect(sealAndTell(source(), OLD, out())).rejects.toThrow('not under a published checkpoint yet')
    const month = new Date().toISOString().slice(0, 7)
    await expect(sealAndTell(source(), month, out())).rejects.toThrow(`${month} is not over yet`)
    await expect(sealAndTell(source(), '2019-01', out())).rejects.toThrow('nothing happened in 2019-01')
    await expect(sealAndTell(source(), '2001-01', out())).rejects.toThrow('no part of the trail ends with')
    running.push(await startLog())
    await settled()
    await sql(
      `${pastGuard} alter table audit.event disable trigger all;
       update audit.event set outcome = 'DENY' where recorded_at = '2019-02-01Z'`,
    )

    await expect(sealAndTell(source(), OLD, out())).rejects.toThrow('it was edited')
    expect(await sql('select from audit.archive')).toHaveLength(0)
  })
})

describe('a month is not dropped', () => {
  const refusedByDatabase = () =>
    expect(
      asPlatform(source(), 'audit', (tx) => tx.query('select audit.prune_month($1::date)', [`${OLD}-01`])),
    ).rejects.toMatchObject({ code: 'AU009' })

  it('RET-23 MUST say so while it has no leaves, no witness and no archive', async () => {
    await plant('2019-02-01T00:00:00Z')
    expect(await faults()).toMatch(/have no leaf in the log.*has no archive/)
    await refusedByDatabase()

    const witnessless = await startSequencer(
      readConfig(sequencerSettings, {
        AUTORA_PORT: '0',
        AUTORA_STATE: join(folder, 'alone'),
        DATABASE_URL: roleUrlOf(url, 'sequencer'),
        AUTORA_LOG_KEY: keys.logKey,
        AUTORA_WITNESSES: '',
      }),
      { log },
    )
    running.push(witnessless)
    await settled()
    await sealAndTell(source(), OLD, out())
    expect(await faults()).toMatch(/^events of .* are under no checkpoint that a witness signed; the newest/)
    await refusedByDatabase()
  })

  it('RET-24 MUST say so while a class of its events is kept, or the archive is another', async () => {
    const recent = new Date(Date.now() - 60 * 24 * 3_600_000).toISOString().slice(0, 7)
    await plant('2019-02-01T00:00:00Z')
    running.push(await startLog())
    await settled()
    await sealAndTell(source(), OLD, out())
    await sealAndTell(source(), recent, out())

    expect(await faults(recent)).toMatch(/^the longest class of its events is kept until \d{4}-\d\d-01$/)
    expect(await faults(new Date().toISOString().slice(0, 7))).toMatch('the month is not over')
    expect(await faults()).toBe('')
    await plant('2019-02-10T00:00:00Z')
    await settled()
    expect(await faults()).toMatch(/^the archive of .* does not hold what the log holds/)
    await refusedByDatabase()
    await sealAndTell(source(), OLD, out())
    expect(await faults()).toBe('')
  })

  it.each([
    ['TENANT', null, null, true],
    ['PERIOD', '2019-02-28T23:59:59Z', '2019-05-01T00:00:00Z', true],
    ['PERIOD', '2019-03-01T00:00:00Z', '2019-05-01T00:00:00Z', false],
    ['SUBJECT', null, null, true],
  ])('RET-25 MUST say so while a hold keeps it: %s from %s to %s: %s', async (scope, from, to, isHeld) => {
    await plant('2019-02-01T00:00:00Z')
    running.push(await startLog())
    await settled()
    await sealAndTell(source(), OLD, out())
    await withClient(url, async (db) => {
      await db.query('begin')
      await db.query(`${pastGuard} alter table audit.legal_hold disable trigger must_be_audited`)
      await db.query(
        `insert into audit.legal_hold (tenant_id, scope, subject_type, subject_id, period_from, period_to, reason, placed_by, placed_principal)
         values ($1, $2, case $2 when 'SUBJECT' then 'User' end, case $2 when 'SUBJECT' then gen_random_uuid() end, $3, $4, 'planted by a test', $1, 'DEALER_ADMIN')`,
        [group.tenantId, scope, from, to],
      )
      await db.query('alter table audit.legal_hold enable always trigger must_be_audited; commit')
    })

    expect(await faults()).toBe(isHeld ? `a legal hold keeps the trail of ${group.tenantId}` : '')
    if (isHeld) await refusedByDatabase()
    else await dropMonth(source(), OLD)
    expect(await sql(`select from audit.event where recorded_at = '2019-02-01Z'`)).toHaveLength(
      isHeld ? 3 : 0,
    )
  })

  it('RET-26 MUST be refused to everybody but the platform itself', async () => {
    for (const statement of [
      `select audit.prune_month('2019-02-01')`,
      `select * from audit.prune_faults('2019-02-01')`,
      `select * from audit.month_entries('2019-02-01')`,
    ])
      for (const role of ['audit', 'identity', 'dealer_ops', 'issuer', 'sequencer'] as const)
        await expect(withClient(roleUrlOf(url, role), (db) => db.query(statement))).rejects.toMatchObject({
          code: '42501',
        })
  })
})

it('RET-27 MUST keep every event as long in the database as the table of classes says', async () => {
  const rows = await sql<{ action: string; outcome: 'ALLOW' | 'DENY'; months: number }>(
    `select action, outcome, audit.retention_months(action, outcome) as months
       from unnest($1::text[]) action, unnest('{ALLOW,DENY}'::text[]) outcome`,
    [Object.keys(events)],
  )

  expect(rows).toHaveLength(Object.keys(events).length * 2)
  for (const { action, outcome, months } of rows)
    expect({ action, outcome, months }).toEqual({
      action,
      outcome,
      months: retentionClasses[retentionClassOf(action, outcome)].months,
    })
})
