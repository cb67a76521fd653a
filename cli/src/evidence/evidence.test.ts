import { randomUUID } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startSequencer, startWitness } from '@autora/audit'
import { sealContext, systemActor } from '@autora/shared/actor'
import { recordAudit } from '@autora/shared/audit'
import { readConfig, sequencerSettings, witnessSettings } from '@autora/shared/config'
import { TenantDatabase, type TenantTx, withClient } from '@autora/shared/database'
import { verifyProgram } from '@autora/shared/evidence'
import { createLog } from '@autora/shared/telemetry'
import { LocalKeyWrapping, SubjectVault } from '@autora/shared/vault'
import { freshDatabase, roleUrlOf } from '../../../test/kit/database.js'
import { testKeys, testPasswords } from '../../../test/kit/secrets.js'
import { publicKeysOf } from '../installation/log-keys.js'
import { newLogSecrets } from '../installation/secrets.js'
import { writeBundle } from './export.js'
import { policyText } from './policy-text.js'

const log = createLog('test', () => undefined)
const keys = newLogSecrets()
const publicKeys = publicKeysOf(keys)
let folder: string
let url: string
const running: { close(): Promise<void> }[] = []

beforeAll(async () => {
  url = await freshDatabase('template_demo')
  folder = mkdtempSync(join(tmpdir(), 'autora-'))
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
  running.push(sequencer, witness)
  while (!(await fetch(`${sequencer.url}/health/ready`)).ok) await pause()
  while ((await sql<{ n: number }>('select count(*)::int as n from audit.checkpoint'))[0]?.n === 0)
    await pause()
})
afterAll(async () => {
  for (const one of running) await one.close()
  rmSync(folder, { recursive: true })
})

const pause = () => new Promise((resolve) => setTimeout(resolve, 50))
const sql = <Row extends object>(text: string) =>
  withClient(url, async (db) => (await db.query<Row>(text)).rows)
const source = () => ({ url, rolePasswords: testPasswords, sealKey: testKeys.seal })

it('writes what an outsider can verify, and what is edited is found; the export is in the trail', async () => {
  const [group] = await sql<{ code: string; tenantId: string }>(
    `select code, tenant_id as "tenantId" from identity.dealer_group where kind <> 'PLATFORM' order by code limit 1`,
  )
  const [bundle, policy] = [join(folder, 'bundle'), join(folder, 'policy')]

  const written = await writeBundle(source(), group?.code ?? '', bundle, 60)
  writeFileSync(policy, policyText({ log: publicKeys.log, witnesses: [publicKeys.witness] }, 60, written))

  const said: string[] = []
  const verify = () => verifyProgram([bundle, '--policy', policy], (line) => said.push(line), new Date())
  expect(verify()).toBe(0)
  expect(said[0]).toMatch(new RegExp(`^VERIFIED: ${written.events} events`))
  const text = readFileSync(bundle, 'utf8')
  writeFileSync(bundle, text.replace('"outcome\\":\\"ALLOW', '"outcome\\":\\"DENY'))
  expect(readFileSync(bundle, 'utf8')).not.toBe(text)
  expect(verify()).toBe(10)
  const told = await sql(
    `select tenant_id as "tenantId", actor_principal as who from audit.event
      where action = 'evidence.exported' and tenant_id = '${group?.tenantId}'`,
  )
  expect(told).toEqual([{ tenantId: group?.tenantId, who: 'SYSTEM' }])
})

const wrapping = new LocalKeyWrapping(testKeys.vault)

/** Does something as a Dealer Admin of the group, through the audit role. */
async function asAdmin(tenantId: string, work: (tx: TenantTx) => Promise<unknown>, id = randomUUID()) {
  const database = await TenantDatabase.open({
    url: roleUrlOf(url, 'audit'),
    applicationName: 'test',
    vault: new SubjectVault(wrapping),
  })
  const actor = { ...systemActor, principal: 'DEALER_ADMIN', id, tenantId, reach: 'TENANT' } as const
  try {
    await database.write(
      sealContext({ actor, requestId: 'test' }, 'audit', testKeys.seal, Date.now() / 1000),
      work,
    )
  } finally {
    await database.close()
  }
}

/** Waits until every event is in a checkpoint. */
async function settled() {
  for (;;) {
    const [row] = await sql<{ open: boolean }>(
      `select (select count(*) from audit.event) > (select count(*) from audit.leaf)
           or (select max(number) + 1 from audit.batch) is distinct from (select max(size) from audit.checkpoint) as open`,
    )
    if (!row?.open) return
    await pause()
  }
}

/** Asks and confirms, as two people. */
async function erase(tenantId: string, person: string) {
  const id = randomUUID()
  const detail = { subjectType: 'User', subjectId: person, basis: 'REQUEST_OF_SUBJECT' }
  const change = { targetId: id, storeId: null, detail }
  await asAdmin(tenantId, async (tx) => {
    await tx.query(
      `insert into audit.erasure (id, subject_type, subject_id, reason, basis)
       values ($1, 'User', $2, 'asked for in writing', 'REQUEST_OF_SUBJECT')`,
      [id, person],
    )
    await recordAudit(tx, 'subject.erasureAsked', change)
  })
  await asAdmin(tenantId, async (tx) => {
    await tx.query('select audit.erase_subject($1)', [id])
    await recordAudit(tx, 'subject.erased', { ...change, detail: { ...detail, values: 2 } })
  })
}

/** The whole trail of a group with everything that can be disclosed, and the policy beside it. */
async function disclosed(code: string) {
  await settled()
  const written = await writeBundle({ ...source(), wrapping }, code, join(folder, 'open'), 60)
  const policy = policyText({ log: publicKeys.log, witnesses: [publicKeys.witness] }, 60, written)
  writeFileSync(join(folder, 'open-policy'), policy)
  return { written, text: readFileSync(join(folder, 'open'), 'utf8') }
}

/** Events without those of exports: the sequencer may or may not have taken the own one in when the bundle is cut. */
const besidesExports = ({ written, text }: Awaited<ReturnType<typeof disclosed>>): number =>
  written.events - text.split('evidence.exported').length + 1

function verdictOn(text: string) {
  const bundle = join(folder, 'looked-at')
  writeFileSync(bundle, text)
  const said: string[] = []
  const exit = verifyProgram(
    [bundle, '--policy', join(folder, 'open-policy')],
    (line) => said.push(line),
    new Date(),
  )
  return { exit, said: said.join('\n') }
}

it('discloses values that the verifier checks; erasing the person leaves every proof as it was', async () => {
  const [group] = await sql<{ code: string; tenantId: string }>(
    `select code, tenant_id as "tenantId" from identity.dealer_group where kind <> 'PLATFORM' order by code desc limit 1`,
  )
  const { code = '', tenantId = '' } = group ?? {}
  const person = randomUUID()
  await asAdmin(tenantId, (tx) =>
    recordAudit(tx, 'user.invited', {
      ...{ targetId: person, storeId: null },
      detail: { membershipId: randomUUID(), role: 'DEALER_SALES' },
      personal: {
        subject: { type: 'User', id: person },
        fields: { displayName: 'CANARY-Refilwe', email: 'canary-refilwe@example.test', mobile: null },
      },
    }),
  )
  const before = await disclosed(code)
  expect(before.written.disclosed).toBe(2)
  expect(before.text).toContain('CANARY-Refilwe')
  expect(verdictOn(before.text)).toEqual({ exit: 0, said: expect.stringMatching(/committed to: 2\.$/) })
  const edited = verdictOn(before.text.replace('CANARY-Refilwe', 'CANARY-Refilwa'))
  expect(edited).toEqual({
    exit: 10,
    said: expect.stringMatching(/^TAMPERED: a disclosed value is not.*\n.*touched: \d+/),
  })

  await erase(tenantId, person)
  const after = await disclosed(code)
  expect(after.written.disclosed).toBe(0)
  expect(besidesExports(after)).toBe(besidesExports(before) + 2) // asked for, and done
  expect(after.text).not.toContain('CANARY')
  expect(verdictOn(after.text)).toEqual({ exit: 0, said: expect.stringMatching(/^VERIFIED.*\n.*: 0\.$/) })
  // what was handed out before still proves what it proved
  expect(verdictOn(before.text).exit).toBe(0)
})

it('says so when there is no such group, and tells nothing in any trail', async () => {
  const before = await sql('select from audit.event')

  await expect(writeBundle(source(), 'nowhere', join(folder, 'none'), 60)).rejects.toThrow(
    "There is no dealer group with the code 'nowhere'.",
  )
  expect(await sql('select from audit.event')).toHaveLength(before.length)
})
