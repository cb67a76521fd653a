import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startSequencer, startWitness } from '@autora/audit'
import { readConfig, sequencerSettings, witnessSettings } from '@autora/shared/config'
import { withClient } from '@autora/shared/database'
import { verifyProgram } from '@autora/shared/evidence'
import { createLog } from '@autora/shared/telemetry'
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
    `select tenant_id as "tenantId", actor_principal as who from audit.event where action = 'evidence.exported'`,
  )
  expect(told).toEqual([{ tenantId: group?.tenantId, who: 'SYSTEM' }])
})

it('says so when there is no such group, and tells nothing in any trail', async () => {
  const before = await sql('select from audit.event')

  await expect(writeBundle(source(), 'nowhere', join(folder, 'none'), 60)).rejects.toThrow(
    "There is no dealer group with the code 'nowhere'.",
  )
  expect(await sql('select from audit.event')).toHaveLength(before.length)
})
