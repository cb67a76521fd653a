import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SystemDatabase } from '@autora/shared/database'
import { parseVerifierKey } from '@autora/shared/tlog'
import { freshDatabase, roleUrlOf } from '../../../../test/kit/database.js'
import {
  addEvents,
  forge,
  publicLogKey,
  publicWitnessKey,
  startTrail,
  type TestTrail,
  trailSettled,
} from '../../../../test/kit/trail-processes.js'
import { CheckpointFolder, Monitor, MonitorMemory } from './index.js'

let folder: string
let url: string
let trail: TestTrail
let db: SystemDatabase
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'autora-'))
  url = await freshDatabase('template_demo')
  trail = await startTrail(url, folder)
  await trailSettled(url)
  db = await SystemDatabase.open({
    url: roleUrlOf(url, 'auditor'),
    applicationName: 'test',
    onLost: () => undefined,
  })
})
afterEach(async () => {
  await db.close()
  await trail.close()
  rmSync(folder, { recursive: true })
})

const round = (isFull = false, logKey = 1) =>
  new Monitor({
    db,
    log: [{ key: parseVerifierKey(publicLogKey(logKey)), from: 0 }],
    witnesses: [parseVerifierKey(publicWitnessKey)],
    memory: new MonitorMemory(join(folder, 'monitor')),
    folder: new CheckpointFolder(join(folder, 'monitor', 'checkpoints')),
    now: () => new Date(),
  }).round(isFull)

const someLeaf = async () => {
  const [row] = await db.query<{ tenantId: string; index: number; eventId: string }>(
    `select tenant_id as "tenantId", index::int as index, event_id::text as "eventId" from audit.leaf
      where index = 2 order by tenant_id limit 1`,
  )
  return row ?? { tenantId: '', index: 0, eventId: '' }
}

it('follows a log that grows and finds nothing; looks at everything first, then at what is new', async () => {
  const first = await round()
  await addEvents(url)
  await trailSettled(url)
  const second = await round()

  expect(first).toMatchObject({ findings: [], isFull: true })
  expect(first.events).toBeGreaterThan(second.events)
  expect(second).toMatchObject({ findings: [], isFull: false })
  expect(second.events).toBeGreaterThan(0)
})

it('finds the event that a superuser edited, and the one that he removed, by tenant and index', async () => {
  await round()
  const { tenantId, index, eventId } = await someLeaf()
  await forge(url, 'audit.event', `update audit.event set outcome = 'ERROR' where id = ${eventId}`)
  expect((await round()).findings).toEqual([]) // it is not new: the daily pass finds it
  expect((await round(true)).findings).toEqual([
    { kind: 'EVENT', tenantId, at: index, why: 'the event is not what was sequenced' },
  ])
  await forge(url, 'audit.event', `delete from audit.event where id = ${eventId}`)
  expect((await round(true)).findings).toEqual([
    { kind: 'EVENT', tenantId, at: index, why: 'the event is gone' },
  ])
})

it('finds a leaf that was made to fit the edited event, and a log that was written anew', async () => {
  await round()
  const { tenantId, eventId } = await someLeaf()
  await forge(url, 'audit.event', `update audit.event set outcome = 'ERROR' where id = ${eventId}`)
  await forge(
    url,
    'audit.leaf',
    `update audit.leaf l set hash = sha256('\\x00'::bytea || convert_to(audit.leaf_data(e, l.index), 'UTF8'))
       from audit.event e where e.id = l.event_id and l.event_id = ${eventId}`,
  )
  expect((await round(true)).findings).toMatchObject([{ kind: 'TREE', tenantId }])
  await forge(
    url,
    'audit.batch',
    `update audit.batch set leaf = replace(leaf, 'Z', 'Z') || ' pause 2026-01-01' where number = 0`,
  )
  expect((await round(true)).findings.map(({ kind }) => kind)).toEqual(['TREE', 'LOG'])
})

it('does not accept a checkpoint of another key', async () => {
  expect((await round(false, 2)).findings[0]).toMatchObject({
    kind: 'CHECKPOINT',
    why: 'no known key signed',
  })
})
