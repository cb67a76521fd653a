import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { withClient } from '@autora/shared/database'
import { createLog } from '@autora/shared/telemetry'
import { openCheckpoint, signatureKinds, signerKey } from '@autora/shared/tlog'
import { freshDatabase, roleUrlOf } from '../../../../test/kit/database.js'
import { KeptHead, Sequencer, Signer } from './index.js'

const key = signerKey('log.test/trail', signatureKinds.ed25519, Buffer.alloc(32, 1))
let adminUrl: string
let folder: string
let sequencer: Sequencer

beforeAll(async () => {
  adminUrl = await freshDatabase('template_demo')
  folder = mkdtempSync(join(tmpdir(), 'autora-'))
  const signer = new Signer(key, new KeptHead(join(folder, 'signed')))
  const log = createLog('sequencer', (line) => process.env.SHOW && console.log(line))
  sequencer = new Sequencer({ url: roleUrlOf(adminUrl, 'sequencer'), signer, witnesses: [], log })
  sequencer.start()
})
afterAll(async () => {
  await sequencer.stop()
  rmSync(folder, { recursive: true })
})

const sql = <Row extends object>(text: string) =>
  withClient(adminUrl, async (db) => (await db.query<Row>(text)).rows)

async function until<T>(look: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const found = await look()
    if (found !== undefined) return found
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

it('gives every event of the trail its place, without gaps, and signs the log', async () => {
  await until(async () => {
    const [row] = await sql<{ n: number }>(
      `select count(*)::int as n from audit.event e
        where not exists (select from audit.leaf l where l.tenant_id = e.tenant_id and l.event_id = e.id)`,
    )
    return row?.n === 0 ? true : undefined
  })
  const gaps = await sql(
    `select tenant_id from audit.leaf group by tenant_id having max(index) + 1 <> count(*)`,
  )
  const note = await until(async () => {
    const [row] = await sql<{ note: string }>(
      `select note from audit.checkpoint where size = (select max(number) + 1 from audit.batch)`,
    )
    return row?.note
  })

  expect(gaps).toEqual([])
  expect(openCheckpoint(note, key).size).toBeGreaterThan(1)
})
