import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { withClient } from '@autora/shared/database'
import { createLog } from '@autora/shared/telemetry'
import { openCheckpoint, signatureKinds, signerKey, TlogError } from '@autora/shared/tlog'
import { freshDatabase, roleUrlOf } from '../../../../test/kit/database.js'
import { KeptHead, Sequencer, Signer } from './index.js'

const key = signerKey('log.test/trail', signatureKinds.ed25519, Buffer.alloc(32, 1))
let adminUrl: string
let folder: string
let told: string[]
const started: Sequencer[] = []

beforeEach(async () => {
  adminUrl = await freshDatabase('template_demo')
  folder = mkdtempSync(join(tmpdir(), 'autora-'))
  told = []
})
afterEach(async () => {
  await Promise.all(started.splice(0).map((one) => one.stop()))
  rmSync(folder, { recursive: true })
})

const sql = <Row extends object>(text: string) =>
  withClient(adminUrl, async (db) => (await db.query<Row>(text)).rows)

function start(): Sequencer {
  const sequencer = new Sequencer({
    url: roleUrlOf(adminUrl, 'sequencer'),
    signer: new Signer(key, new KeptHead(join(folder, 'signed'))),
    witnesses: [],
    log: createLog('sequencer', (line) => told.push(line)),
  })
  started.push(sequencer)
  sequencer.start()
  return sequencer
}

async function until(look: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await look())) await new Promise((resolve) => setTimeout(resolve, 50))
}

const everythingIsSigned = async () => {
  const [row] = await sql<{ done: boolean }>(
    `select not exists (select from audit.event e where not exists (
              select from audit.leaf l where l.tenant_id = e.tenant_id and l.event_id = e.id))
        and (select max(number) + 1 from audit.batch) = (select max(size) from audit.checkpoint) as done`,
  )
  return row?.done === true
}

/** One more event of every group, as the platform itself would write it. */
const addEvents = () =>
  sql(`insert into audit.event (tenant_id, actor_id, actor_principal, request_id, action, outcome, target_type, target_id)
       select tenant_id, tenant_id, 'SYSTEM', 'planted-by-test', 'platform.founded', 'ALLOW', 'Platform', tenant_id
         from identity.dealer_group`)

const terminateLeader = () =>
  sql(`select pg_terminate_backend(l.pid) from pg_locks l
        where l.locktype = 'advisory' and l.granted and l.database = (select oid from pg_database where datname = current_database())`)

it('hands the lead over when the leader loses its connection: no gap, nothing twice, one history', async () => {
  const both = [start(), start()]
  await until(everythingIsSigned)
  const leader = both.find((one) => one.isLeading)
  expect(both.filter((one) => one.isLeading)).toHaveLength(1)
  expect(both.every((one) => one.isReady)).toBe(true)
  await addEvents()
  await terminateLeader()
  await until(() => both.some((one) => one !== leader && one.isLeading))
  await addEvents()
  await until(everythingIsSigned)

  const faults = await sql(
    `select tenant_id from audit.leaf group by tenant_id having max(index) + 1 <> count(*) or count(distinct event_id) <> count(*)`,
  )
  const [counts] = await sql<{ leaves: number; events: number }>(
    `select (select count(*) from audit.leaf)::int as leaves, (select count(*) from audit.event)::int as events`,
  )
  expect(faults).toEqual([])
  expect(counts?.leaves).toBe(counts?.events)
  // the signer demanded a consistency proof for each of them; that all open says that none was signed elsewhere
  const notes = await sql<{ note: string; size: number }>(
    'select note, size::int as size from audit.checkpoint order by size',
  )
  expect(notes.length).toBeGreaterThan(1)
  for (const { note, size } of notes) expect(openCheckpoint(note, key).size).toBe(size)
})

it('adds nothing to a database that is older than what was signed', async () => {
  new KeptHead(join(folder, 'signed')).write({ size: 1_000, root: Buffer.alloc(32, 7) })
  const sequencer = start()

  await until(() => told.some((line) => line.includes('sequencer.databaseIsOlder')))

  expect(sequencer.isLeading).toBe(false)
  expect(await sql('select from audit.batch')).toHaveLength(0)
  expect(await sql('select from audit.checkpoint')).toHaveLength(0)
})

it('signs neither a smaller log nor another of the same size', () => {
  const kept = new KeptHead(join(folder, 'signed'))
  const head = { size: 5, root: Buffer.alloc(32, 7) }
  kept.write(head)
  const signer = new Signer(key, kept)

  expect(() => signer.sign({ size: 4, root: Buffer.alloc(32, 8) }, [])).toThrow(TlogError)
  expect(() => signer.sign({ size: 5, root: Buffer.alloc(32, 8) }, [])).toThrow(TlogError)
  expect(() => signer.sign({ size: 6, root: Buffer.alloc(32, 8) }, [])).toThrow(TlogError)
  expect(kept.read()).toEqual(head)
  expect(openCheckpoint(signer.sign(head, []), key).size).toBe(5)
})
