import { createHash } from 'node:crypto'
import { leafHash, openCheckpoint, signatureKinds, signerKey } from '@autora/shared/tlog'
import type { Client } from '../kit/client.js'
import { ocsfFaults } from '../kit/ocsf.js'
import { type RunningTrail, startTrail } from '../kit/trail.js'
import { startWorld, type World } from '../kit/world.js'

const logKey = signerKey('log.test/trail', signatureKinds.ed25519, Buffer.alloc(32, 1))
const reason = 'Yearly review of the trail'

let world: World
let trail: RunningTrail
beforeAll(async () => {
  world = await startWorld()
  trail = await startTrail(world.adminUrl)
  await trail.settled()
})
afterAll(async () => {
  await trail.close()
  await world.close()
})

const ask = (client: Client, parameters: Record<string, string> = {}, headers: Record<string, string> = {}) =>
  client.get(`/audit/export?${new URLSearchParams({ reason, ...parameters })}`, headers)

interface Line {
  readonly index: number
  readonly action: string
  readonly leaf: string
  readonly leafHash: string
  readonly recordedAt: string
}

/** The lines of an export, and its trailer, which must say what came before it. */
function whole(text: string) {
  const lines = text.split('\n')
  expect(lines.pop()).toBe('')
  const last = lines.pop() ?? ''
  const { trailer } = JSON.parse(last)
  expect(trailer.count).toBe(lines.length)
  expect(trailer.sha256).toBe(
    createHash('sha256')
      .update(text.slice(0, text.length - last.length - 1))
      .digest('hex'),
  )
  expect(openCheckpoint(trailer.checkpoint, logKey).size).toBe(trailer.logSize)
  return { lines: lines.map((line) => JSON.parse(line)), trailer }
}

const groupOf = (code: string) => world.people.store(`${code}-one`).groupId

it('EXP-10 MUST hold the whole trail of the own group, in order, each line with the bytes of its leaf', async () => {
  const { text, headers } = await ask(world.people.admin('north'))
  const { lines, trailer } = whole(text)
  const stored = await world.sql<{ hash: Buffer }>(
    'select hash from audit.leaf where tenant_id = $1 and index < $2 order by index',
    [groupOf('north'), trailer.size],
  )

  expect(headers.get('content-disposition')).toContain('audit-trail.ndjson')
  expect((lines as Line[]).map(({ index }) => index)).toEqual(stored.map((_, n) => n))
  for (const [n, { leaf, leafHash: told }] of (lines as Line[]).entries()) {
    expect(leafHash(Buffer.from(leaf)).toString('base64')).toBe(told)
    expect(told).toBe(stored[n]?.hash.toString('base64'))
  }
  expect(text).not.toContain(groupOf('south'))
})

it('EXP-11 MUST leave an event before the first byte, with reason, filter and cut', async () => {
  const { headers } = await ask(world.people.admin('north'), { action: 'lead.created' })
  const [event] = await world.sql<{ detail: Record<string, unknown> }>(
    `select detail from audit.event where action = 'auditTrail.exported' and request_id = $1`,
    [headers.get('x-request-id')],
  )
  expect(event?.detail).toMatchObject({
    format: 'ndjson',
    actions: ['lead.created'],
    reason,
    filter: expect.stringMatching(/^[0-9a-f]{64}$/),
    most: expect.any(Number),
  })
})

it('EXP-12 MUST hold what the filter names and nothing else', async () => {
  const admin = world.people.admin('north')
  const all = whole((await ask(admin)).text).lines as Line[]
  const middle = all[Math.floor(all.length / 2)] as Line
  const { lines } = whole((await ask(admin, { action: middle.action, from: middle.recordedAt })).text)
  expect(lines.map(({ index }: Line) => index)).toEqual(
    all
      .filter((line) => line.action === middle.action && line.recordedAt >= middle.recordedAt)
      .map(({ index }) => index),
  )
  const before = whole((await ask(admin, { to: middle.recordedAt })).text).lines as Line[]
  expect(before.every(({ recordedAt }) => recordedAt < middle.recordedAt)).toBe(true)
  expect(before.length).toBeGreaterThan(0)
})

it('EXP-13 MUST show an admin of one store what the trail shows him, and no more', async () => {
  const store = world.people.store('north-one')
  const membership = world.people.membership('DEALER_ADMIN', 'north-one')
  const { lines } = whole((await ask(world.people.admin('north-one'))).text)
  const rows = await world.sql<{ index: string }>(
    `select l.index from audit.leaf l join audit.event e on e.tenant_id = l.tenant_id and e.id = l.event_id
      where e.tenant_id = $1 and (e.store_id = $2 or e.actor_id = $3) and l.index < $4 order by l.index`,
    [store.groupId, store.id, membership.userId, 1e9],
  )
  const last = lines.at(-1)?.index ?? 0
  expect(lines.map(({ index }: Line) => index)).toEqual(
    rows.map(({ index }) => Number(index)).filter((index) => index <= last),
  )
  expect(lines.length).toBeGreaterThan(0)
})

it('EXP-14 MUST be valid OCSF, with the place of each event in the log', async () => {
  const { lines, trailer } = whole((await ask(world.people.admin('north'), { format: 'ocsf' })).text)
  expect(lines.length).toBeGreaterThan(10)
  for (const line of lines) {
    expect(ocsfFaults(line)).toEqual([])
    const { leaf, proof } = line.unmapped
    expect(proof).toMatchObject({ index: line.metadata.sequence, treeSize: trailer.size })
    expect(leafHash(Buffer.from(leaf)).toString('base64')).toBe(proof.leafHash)
  }
})

it('EXP-15 MUST be a CSV with one header and one trailer of the same width', async () => {
  const { text } = await ask(world.people.admin('north'), { format: 'csv' })
  const records = text.split('\r\n')
  expect(records.pop()).toBe('')
  const last = records.at(-1) ?? ''
  const cells = (record: string) =>
    [...record.matchAll(/"((?:[^"]|"")*)"(?:,|$)/g)].map(([, cell = '']) => cell.replaceAll('""', '"'))
  expect(new Set(records.map((record) => cells(record).length))).toEqual(new Set([15]))
  const trailer = JSON.parse(cells(last)[13] ?? '')
  expect(cells(last)[0]).toBe('TRAILER')
  expect(trailer.count).toBe(records.length - 2)
  expect(trailer.sha256).toBe(
    createHash('sha256')
      .update(text.slice(0, text.length - last.length - 2))
      .digest('hex'),
  )
})

it('EXP-16 MUST be refused to everybody else, and every attempt be in the trail', async () => {
  const { people } = world
  const others = {
    owner: people.owner(),
    support: people.support(),
    sales: people.sales('north-one'),
    marketing: people.marketing('north-one'),
    partner: people.partner('north-one'),
    analyst: people.analyst('north-one'),
  }
  for (const client of Object.values(others)) {
    const { status, errors, headers } = await ask(client)
    expect({ status, code: errors[0]?.extensions.code }).toEqual({ status: 403, code: 'ACCESS_DENIED' })
    const rows = await world.sql(
      `select from audit.event where action = 'access.denied' and outcome = 'DENY' and request_id = $1`,
      [headers.get('x-request-id')],
    )
    expect(rows).toHaveLength(1)
  }
  expect((await ask(people.owner())).errors[0]?.extensions.reason).toBe('APPROVAL_REQUIRED')
  expect((await ask(people.anonymous())).status).toBe(401)
})

it('EXP-17 MUST be refused without a reason, as a view, by another method, and with words it does not know', async () => {
  const admin = world.people.admin('north')
  expect((await ask(admin, { reason: 'short' })).errors[0]?.extensions.code).toBe('REASON_REQUIRED')
  expect((await ask(admin, {}, { 'x-autora-view-as': 'DEALER_SALES' })).status).toBe(400)
  expect((await ask(admin, { format: 'xml' })).status).toBe(400)
  expect((await ask(admin, { tenant: groupOf('south') })).status).toBe(400)
  expect((await ask(admin, { from: 'yesterday' })).status).toBe(422)
  expect((await admin.post('/audit/export', '', { 'content-type': 'application/json' })).status).toBe(405)
})
