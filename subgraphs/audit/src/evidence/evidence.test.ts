import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SystemDatabase, withClient } from '@autora/shared/database'
import { parsePolicy, type Verdict, verifyBundle } from '@autora/shared/evidence'
import { createLog } from '@autora/shared/telemetry'
import { formatVerifierKey, signatureKinds, signerKey } from '@autora/shared/tlog'
import { freshDatabase, pastGuard, roleUrlOf } from '../../../../test/kit/database.js'
import { KeptHead, Sequencer, Signer } from '../sequencer/index.js'
import { askOverHttp, type RunningWitness, serveWitness, Witness } from '../witness/index.js'
import { exportBundle } from './index.js'

const logKey = signerKey('log.test/trail', signatureKinds.ed25519, Buffer.alloc(32, 1))
const witnessKeys = [2, 3].map((n) =>
  signerKey(`witness.test/w${n}`, signatureKinds.cosignature, Buffer.alloc(32, n)),
)
const quiet = createLog('test', () => undefined)

let adminUrl: string
let folder: string
let sequencer: Sequencer
let witnesses: RunningWitness[]
let reader: SystemDatabase
let tenants: { tenantId: string; slot: number; size: number }[]

const sql = <Row extends object>(text: string, values: unknown[] = []) =>
  withClient(adminUrl, async (db) => (await db.query<Row>(text, values)).rows)

/** Waits until everything that is written is in a checkpoint that both witnesses have seen. */
async function settled(): Promise<void> {
  for (;;) {
    const [row] = await sql<{ open: number; behind: boolean }>(
      `select (select count(*) from audit.event e where not exists (
                 select from audit.leaf l where l.tenant_id = e.tenant_id and l.event_id = e.id))::int as open,
              (select max(number) + 1 from audit.batch) is distinct from (select max(size) from audit.checkpoint) as behind`,
    )
    if (row?.open === 0 && !row.behind) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

beforeAll(async () => {
  adminUrl = await freshDatabase('template_demo')
  folder = mkdtempSync(join(tmpdir(), 'autora-'))
  witnesses = await Promise.all(
    witnessKeys.map((key) => {
      const kept = new KeptHead(join(folder, key.id))
      const witness = new Witness(key, logKey, kept, () => new Date())
      return serveWitness(witness, { host: '127.0.0.1', port: 0, log: quiet })
    }),
  )
  sequencer = new Sequencer({
    url: roleUrlOf(adminUrl, 'sequencer'),
    signer: new Signer(logKey, new KeptHead(join(folder, 'signed'))),
    witnesses: witnesses.map(({ url }, n) => askOverHttp({ url, key: witnessKeys[n] ?? logKey }, quiet)),
    log: quiet,
  })
  sequencer.start()
  await settled()
  reader = await SystemDatabase.open({
    url: roleUrlOf(adminUrl, 'sequencer'),
    applicationName: 'test',
    onLost: () => undefined,
  })
  tenants = await sql(
    `select distinct on (tenant_id) tenant_id as "tenantId", slot, size::float8 as size
       from audit.head order by tenant_id, batch desc`,
  )
  tenants.sort((a, b) => b.size - a.size)
})
afterAll(async () => {
  await sequencer.stop()
  await reader.close()
  await Promise.all(witnesses.map((witness) => witness.close()))
  rmSync(folder, { recursive: true })
})

async function verdictOn(tenant: { tenantId: string; slot: number } | undefined): Promise<Verdict> {
  const { tenantId = '', slot = 0 } = tenant ?? {}
  const policy = parsePolicy(
    [
      `log ${formatVerifierKey(logKey)}`,
      ...witnessKeys.map((key) => `witness ${formatVerifierKey(key)}`),
      'quorum 2',
      'window 60',
      `tenant ${tenantId} ${slot}`,
    ].join('\n'),
  )
  const lines: string[] = []
  for await (const line of exportBundle(reader, tenantId, 60)) lines.push(line)
  return verifyBundle(lines, policy, new Date())
}

/** What only a superuser can do: he removes the guards first. */
const forge = (statement: string, values: unknown[] = []) =>
  withClient(adminUrl, async (db) => {
    await db.query(`begin; ${pastGuard} alter table audit.event disable trigger all`)
    await db.query(statement, values)
    await db.query('alter table audit.event enable always trigger append_only_row; commit')
  })

it('proves every tenant its whole trail, and finds what a superuser edited or removed', async () => {
  const [first, second] = tenants
  expect(tenants.length).toBeGreaterThan(2)
  for (const tenant of tenants)
    expect(await verdictOn(tenant)).toMatchObject({ verdict: 'VERIFIED', events: tenant.size })

  const place = [first?.tenantId, 1]
  const event = `select e.id, e.detail::text as detail from audit.leaf l
    join audit.event e on e.tenant_id = l.tenant_id and e.id = l.event_id where l.tenant_id = $1 and l.index = $2`
  const [target] = await sql<{ id: string; detail: string }>(event, place)
  const edit = 'update audit.event set detail = $3 where tenant_id = $1 and id = $2'
  await forge(edit, [first?.tenantId, target?.id, '{"edited": true}'])
  expect(await verdictOn(first)).toMatchObject({ verdict: 'TAMPERED', from: 0 })
  expect(await verdictOn(second)).toMatchObject({ verdict: 'VERIFIED' })

  await forge(edit, [first?.tenantId, target?.id, target?.detail])
  expect(await verdictOn(first)).toMatchObject({ verdict: 'VERIFIED' })

  const [third] = await sql<{ id: string }>(event, [second?.tenantId, 3])
  await forge('delete from audit.event where tenant_id = $1 and id = $2', [second?.tenantId, third?.id])
  expect(await verdictOn(second)).toMatchObject({ verdict: 'TAMPERED', from: 3 })
})
