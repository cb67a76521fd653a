import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { withClient } from '@autora/shared/database'
import { createLog } from '@autora/shared/telemetry'
import { signatureKinds, signerKey } from '@autora/shared/tlog'
import { freshDatabase, roleUrlOf } from '../../../../test/kit/database.js'
import { KeptHead, Sequencer, Signer } from '../sequencer/index.js'
import { type Follower, Followers, type LoggedEvent } from './index.js'

let adminUrl: string
let folder: string
let told: string[]
const stops: (() => Promise<void>)[] = []

const sql = <Row extends object>(text: string) =>
  withClient(adminUrl, async (db) => (await db.query<Row>(text)).rows)

beforeEach(async () => {
  adminUrl = await freshDatabase('template_demo')
  folder = mkdtempSync(join(tmpdir(), 'autora-'))
  told = []
  const sequencer = new Sequencer({
    url: roleUrlOf(adminUrl, 'sequencer'),
    signer: new Signer(
      signerKey('log.test/trail', signatureKinds.ed25519, Buffer.alloc(32, 1)),
      new KeptHead(join(folder, 'signed')),
    ),
    witnesses: [],
    log: createLog('sequencer', () => undefined),
  })
  sequencer.start()
  stops.push(() => sequencer.stop())
})
afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()))
  rmSync(folder, { recursive: true })
})

function start(...followers: Follower[]): Followers {
  const all = new Followers(followers, {
    url: roleUrlOf(adminUrl, 'follower'),
    log: createLog('follower', (line) => told.push(line)),
  })
  all.start()
  stops.push(() => all.stop())
  return all
}

/** Remembers what it took, after the transaction that it was taken in. */
class Notes implements Follower {
  readonly taken: LoggedEvent[] = []
  constructor(
    readonly name: string,
    readonly from: Follower['from'],
    private faults = 0,
  ) {}
  async take(_tx: unknown, events: readonly LoggedEvent[]): Promise<void> {
    if (this.faults-- > 0) throw new Error('cannot take this now')
    this.taken.push(...events)
  }
}

async function until(look: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await look())) await new Promise((resolve) => setTimeout(resolve, 50))
}

const countEvents = async () =>
  Number((await sql<{ n: string }>('select count(*) as n from audit.event'))[0]?.n)

const addEvents = () =>
  sql(`insert into audit.event (tenant_id, actor_id, actor_principal, request_id, action, outcome, target_type, target_id)
       select tenant_id, tenant_id, 'SYSTEM', 'planted-by-test', 'platform.founded', 'ALLOW', 'Platform', tenant_id
         from identity.dealer_group`)

const isEveryEventOnce = async ({ taken }: Notes) =>
  taken.length === (await countEvents()) &&
  new Set(taken.map(({ tenantId, index }) => `${tenantId}/${index}`)).size === taken.length

it('AUD-20 MUST hand every event to a follower once, in the order of each tree, across its restarts', async () => {
  const notes = new Notes('notes', 'BEGINNING')
  const first = start(notes)
  await until(() => isEveryEventOnce(notes))
  await first.stop()
  await addEvents()
  start(notes)
  await until(() => isEveryEventOnce(notes))

  for (const tenantId of new Set(notes.taken.map((event) => event.tenantId))) {
    const indexes = notes.taken.filter((event) => event.tenantId === tenantId).map(({ index }) => index)
    expect(indexes).toEqual(indexes.map((_, n) => n))
  }
})

it('AUD-21 MUST let one follower fail alone: it takes the same events later, the others go on', async () => {
  const failing = new Notes('failing', 'BEGINNING', 1)
  const notes = new Notes('notes', 'BEGINNING')
  start(failing, notes)
  await until(() => isEveryEventOnce(notes))
  expect(failing.taken).toEqual([])
  expect(told.join()).toContain('"follower":"failing"')

  await until(() => isEveryEventOnce(failing))
})

it('AUD-22 MUST hand to one that begins now what is logged from now on', async () => {
  const before = new Notes('before', 'BEGINNING')
  const both = start(before, new Notes('unused', 'NOW'))
  await until(() => isEveryEventOnce(before))
  await both.stop()
  const late = new Notes('late', 'NOW')
  start(late)
  await until(async () => (await sql(`select from audit.follower where name = 'late'`)).length === 1)
  expect(late.taken).toEqual([])
  await addEvents()
  await until(() => late.taken.length > 0)
  expect(new Set(late.taken.map(({ action }) => action))).toEqual(new Set(['platform.founded']))
})

it('waits while another process follows', async () => {
  const [one, two] = [new Notes('notes', 'BEGINNING'), new Notes('notes', 'BEGINNING')]
  const both = [start(one), start(two)]
  await until(() => both.every(({ isReady }) => isReady))
  await until(async () => one.taken.length + two.taken.length === (await countEvents()))
  expect(Math.min(one.taken.length, two.taken.length)).toBe(0)
})
