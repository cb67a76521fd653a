import { createHmac } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createLog } from '@autora/shared/telemetry'
import { leafHash } from '@autora/shared/tlog'
import { roleUrlOf } from '../../../../test/kit/database.js'
import { testKeys } from '../../../../test/kit/secrets.js'
import { type RunningTrail, startTrail } from '../../../../test/kit/trail.js'
import { startWorld, type World } from '../../../../test/kit/world.js'
import { StreamSender } from './index.js'

/** What a receiver does with one delivery: an answer, silence, a broken connection, or an answer that is lost. */
type Mood = 200 | 500 | 'SILENT' | 'BROKEN' | 'LOST'

interface Received {
  readonly index: number
  readonly action: string
  readonly leaf: string
  readonly leafHash: string
  /** Of an OCSF record. */
  readonly metadata?: { readonly event_code: string }
}

/** A real receiver. What it answered 2xx to, or lost the answer of, it has taken. */
class Receiver {
  readonly taken: Received[] = []
  readonly sizes: number[] = []
  moods: Mood[] = []
  usual: Mood = 200
  secret = ''
  attempts = 0
  private server: Server | undefined
  port = 0

  async start(): Promise<void> {
    this.server = createServer((request, response) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('end', () => {
        this.attempts += 1
        const mood = this.moods.shift() ?? this.usual
        const body = Buffer.concat(chunks).toString('utf8')
        if (mood === 200 || mood === 'LOST') this.take(request.headers, body)
        if (mood === 'BROKEN' || mood === 'LOST') request.socket.destroy()
        else if (mood !== 'SILENT') response.writeHead(mood).end('never read')
      })
    })
    await new Promise<void>((resolve) => this.server?.listen(this.port, '127.0.0.1', resolve))
    this.port = (this.server.address() as AddressInfo).port
  }

  /** Gone in the middle of everything. */
  async kill(): Promise<void> {
    this.server?.closeAllConnections()
    await new Promise((resolve) => this.server?.close(resolve))
  }

  private take(headers: Record<string, string | string[] | undefined>, body: string): void {
    const key = Buffer.from(this.secret.slice('whsec_'.length), 'base64')
    const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`
    expect(headers['webhook-signature']).toBe(
      `v1,${createHmac('sha256', key).update(signed).digest('base64')}`,
    )
    const lines = body.split('\n').filter(Boolean)
    this.sizes.push(lines.length)
    this.taken.push(...lines.map((line) => JSON.parse(line) as Received))
  }
}

let world: World
let trail: RunningTrail
let receiver: Receiver
let sender: StreamSender | undefined
let told: string[]

beforeEach(async () => {
  world = await startWorld()
  trail = await startTrail(world.adminUrl)
  await trail.settled()
  receiver = new Receiver()
  await receiver.start()
  told = []
})
afterEach(async () => {
  await sender?.stop()
  sender = undefined
  await receiver.kill()
  await trail.close()
  await world.close()
})

function startSender(deadAfterMs = 3_600_000): void {
  sender = new StreamSender({
    url: roleUrlOf(world.adminUrl, 'follower'),
    key: testKeys.vault,
    allowsLoopback: true,
    log: createLog('follower', (line) => told.push(line)),
    pace: { firstRetryMs: 20, longestRetryMs: 100, deadAfterMs },
    timeoutMs: 400,
  })
  sender.start()
}

const STATE = 'id url format categories state nextIndex lastDeliveredIndex failingSince attempts lastStatus'
const CREATE = `mutation C($input: AuditStreamCreateInput!) {
  auditStreamCreate(input: $input) { auditStream { ${STATE} } secret userErrors { code field } } }`

async function create(parts: object = {}): Promise<string> {
  const url = `http://127.0.0.1:${receiver.port}/siem`
  const answer = await world.people
    .admin('north')
    .send(CREATE, { input: { url, format: 'NDJSON', startAt: 0, ...parts } })
  const { auditStream, secret } = answer.data.auditStreamCreate
  receiver.secret = secret
  return auditStream.id
}

const deed = (name: string, input: object) =>
  world.people
    .admin('north')
    .send(
      `mutation D($input: AuditStream${name}Input!) { auditStream${name}(input: $input) { userErrors { code } } }`,
      { input },
    )

const stateOf = async () =>
  (await world.people.admin('north').send(`{ auditStreams { ${STATE} } }`)).data.auditStreams[0]

async function until(look: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await look())) await new Promise((resolve) => setTimeout(resolve, 25))
}

const north = () => world.people.store('north-one').groupId

/** Every event of the tree that there is now, by index. */
const leaves = async () =>
  (
    await world.sql<{ hash: Buffer }>('select hash from audit.leaf where tenant_id = $1 order by index', [
      north(),
    ])
  ).map(({ hash }) => hash.toString('base64'))

/** Each index at least once, never one before its predecessor was taken, each with the bytes of its leaf. */
function expectWhole(hashes: readonly string[]): void {
  let next = 0
  for (const { index, leaf, leafHash: told } of receiver.taken) {
    expect(index).toBeLessThanOrEqual(next)
    if (index === next) next += 1
    expect(leafHash(Buffer.from(leaf)).toString('base64')).toBe(told)
    expect(told).toBe(hashes[index])
  }
  expect(next).toBeGreaterThanOrEqual(hashes.length)
}

const addEvents = (count: number) =>
  world.sql(
    `insert into audit.event (tenant_id, actor_id, actor_principal, request_id, action, outcome, target_type, target_id)
     select $1::uuid, $1::uuid, 'SYSTEM', 'planted-by-test', 'platform.founded', 'ALLOW', 'Platform', $1::uuid
       from generate_series(1, $2::int)`,
    [north(), count],
  )

it('STR-10 MUST deliver every event at least once and in order to a receiver that fails in every way', async () => {
  receiver.moods = [500, 'SILENT', 200, 'BROKEN', 'LOST', 500, 200, 'LOST']
  await create()
  startSender()
  await until(() => receiver.moods.length === 0)
  await receiver.kill()
  await addEvents(250)
  await trail.settled()
  await receiver.start()
  const hashes = await leaves()
  await until(() => new Set(receiver.taken.map(({ index }) => index)).size >= hashes.length)

  expectWhole(hashes)
  expect(Math.max(...receiver.sizes)).toBeLessThanOrEqual(100)
  expect(receiver.taken.map(({ leaf }) => leaf).join()).not.toContain(world.people.store('south-one').groupId)
})

it('STR-11 MUST go on where it stood after the sender was gone, and from any index it is told to', async () => {
  const id = await create()
  startSender()
  const first = await leaves()
  await until(() => receiver.taken.length >= first.length)
  await sender?.stop()
  await addEvents(5)
  await trail.settled()
  const before = receiver.taken.length
  startSender()
  await until(() => receiver.taken.length >= before + 5)
  const later = receiver.taken.slice(before).map(({ index }) => index)
  expect(later[0]).toBe((receiver.taken[before - 1]?.index ?? 0) + 1)

  const mark = receiver.taken.length
  expect((await deed('Resume', { id, fromIndex: 3 })).data.auditStreamResume.userErrors).toEqual([])
  await until(() => receiver.taken.length > mark + 2)
  expect(receiver.taken.slice(mark).findIndex(({ index }) => index === 3)).toBeGreaterThanOrEqual(0)
})

it('STR-12 MUST show how it fails without a word of the receiver, give up after its time, and begin again when told', async () => {
  receiver.usual = 500
  const id = await create()
  startSender(200)
  await until(async () => (await stateOf()).state === 'DEAD')
  const state = await stateOf()
  expect(state).toMatchObject({ lastStatus: 'HTTP_500', nextIndex: 0, lastDeliveredIndex: null })
  expect(JSON.stringify(state) + told.join()).not.toContain('never read')
  const { attempts } = receiver
  await new Promise((resolve) => setTimeout(resolve, 500))
  expect(receiver.attempts).toBe(attempts)

  receiver.usual = 200
  await deed('Resume', { id })
  await until(async () => (await stateOf()).state === 'ACTIVE' && receiver.taken.length > 0)
  expect(receiver.taken[0]?.index).toBe(0)
})

it('STR-13 MUST send only the categories asked for, as OCSF where asked, and nothing while paused or deleted', async () => {
  const id = await create({ categories: ['lead'], format: 'OCSF' })
  await deed('Pause', { id })
  startSender()
  await new Promise((resolve) => setTimeout(resolve, 600))
  expect(receiver.attempts).toBe(0)
  await deed('Resume', { id })
  const wanted = await world.sql(
    `select from audit.leaf l join audit.event e on e.tenant_id = l.tenant_id and e.id = l.event_id
      where e.tenant_id = $1 and e.action like 'lead.%'`,
    [north()],
  )
  await until(() => receiver.taken.length >= wanted.length)
  const codes = receiver.taken.map(({ metadata }) => metadata?.event_code.split('.')[0])
  expect(new Set(codes)).toEqual(new Set(['lead']))

  await deed('Delete', { id })
  expect(await stateOf()).toBeUndefined()
  const [row] = await world.sql<{ secret: Buffer | null }>('select secret from audit.event_stream')
  expect(row?.secret).toBeNull()
})

it('STR-14 MUST keep the secret sealed, show it once, and leave an event of each change without address or secret', async () => {
  const id = await create()
  const text = JSON.stringify(await stateOf())
  const bytes = Buffer.from(receiver.secret.slice('whsec_'.length), 'base64')
  const [row] = await world.sql<{ secret: Buffer }>('select secret from audit.event_stream')
  expect(bytes).toHaveLength(32)
  expect(row?.secret.includes(bytes)).toBe(false)
  expect(text).not.toContain(receiver.secret)

  await deed('Update', { id, categories: ['session'] })
  await deed('Pause', { id })
  await deed('Resume', { id })
  await deed('Delete', { id })
  const events = await world.sql<{ action: string; body: string }>(
    `select action, body from audit.event where action like 'auditStream.%' order by id`,
  )
  expect(events.map(({ action }) => action.split('.')[1])).toEqual([
    'created',
    'updated',
    'paused',
    'resumed',
    'deleted',
  ])
  expect(events.map(({ body }) => body).join()).not.toMatch(/whsec_|\/siem/)
})

it('STR-15 MUST be for Dealer Admins of a whole group alone, and for their own', async () => {
  const id = await create()
  const { people } = world
  const input = { url: 'https://siem.example/in', format: 'NDJSON' }
  for (const client of [
    people.owner(),
    people.support(),
    people.sales('north-one'),
    people.marketing('north-one'),
    people.partner('north-one'),
    people.analyst('north-one'),
    people.admin('north-one'),
  ]) {
    expect((await client.send(CREATE, { input })).errors[0]?.extensions.code).toBe('ACCESS_DENIED')
    expect((await client.send('{ auditStreams { id } }')).errors[0]?.extensions.code).toBe('ACCESS_DENIED')
  }
  const foreign = await people
    .admin('south')
    .send(
      'mutation D($input: AuditStreamDeleteInput!) { auditStreamDelete(input: $input) { userErrors { code } } }',
      {
        input: { id },
      },
    )
  expect(foreign.data.auditStreamDelete.userErrors).toEqual([{ code: 'NOT_FOUND' }])
  expect((await people.admin('south').send('{ auditStreams { id } }')).data.auditStreams).toEqual([])
  const inner = await people
    .admin('north')
    .send(CREATE, { input: { ...input, url: 'https://169.254.169.254/' } })
  expect(inner.data.auditStreamCreate.userErrors).toEqual([{ code: 'INVALID', field: ['url'] }])
})
