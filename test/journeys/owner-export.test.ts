import { PLATFORM_TENANT } from '@autora/shared/actor'
import { TenantDatabase, type TenantTx } from '@autora/shared/database'
import { leafHash } from '@autora/shared/tlog'
import { footprint, refusals } from '../attacks/footprint.js'
import type { Client } from '../kit/client.js'
import { actorOf, callDirectly, sealFor } from '../kit/direct-call.js'
import { pairOf } from '../kit/governance.js'
import { ocsfFaults } from '../kit/ocsf.js'
import { plant } from '../kit/plant.js'
import { goodClaims, signToken } from '../kit/tokens.js'
import { type RunningTrail, startTrail } from '../kit/trail.js'
import { startWorld, type World } from '../kit/world.js'
import {
  APPROVE,
  ask,
  codeOf,
  download,
  EVENTS,
  LIST,
  REJECT,
  reason,
  uuidOf,
  whole,
} from './owner-export-steps.js'

const ALL = { format: 'NDJSON' }
const MANY = Array.from({ length: 51 }, (_, n) => `${'a'.repeat((n % 30) + 1)}.${n < 30 ? 'b' : 'c'}`)

let world: World
let trail: RunningTrail
let asker: Client
let other: Client
beforeAll(async () => {
  world = await startWorld()
  trail = await startTrail(world.adminUrl)
  ;[asker, other] = pairOf(world, 'PLATFORM_OWNER')
  // something of people's words in the trail of the platform, and something refused
  await ask(asker, ALL)
  await asker.get(`/audit/export?${new URLSearchParams({ reason })}`)
  await trail.settled()
})
afterAll(async () => {
  await trail.close()
  await world.close()
})

const asked = async (filter: object = ALL): Promise<string> => {
  const { data } = await ask(asker, filter)
  expect(data.auditExportRequest.userErrors).toEqual([])
  return data.auditExportRequest.auditExport.id
}
const approve = async (client: Client, id: string) =>
  (await client.send(APPROVE, { id })).data?.auditExportApprove
const approved = async (filter: object = ALL): Promise<string> => {
  const id = await asked(filter)
  expect(await approve(other, id)).toMatchObject({ auditExport: { state: 'APPROVED' }, userErrors: [] })
  return id
}
const stateOf = async (id: string): Promise<string> => {
  const { data } = await asker.send(LIST)
  return data.auditExports.edges.find((edge: { node: { id: string } }) => edge.node.id === id)?.node.state
}
/** Makes a request older than it is. */
const age = (id: string, column: 'asked_at' | 'decided_at', by: string) =>
  plant(
    world,
    PLATFORM_TENANT,
    `update audit.export_request set ${column} = ${column} - interval '${by}' where id = '${uuidOf(id)}'`,
  )
/** Carries out what must be refused: nothing may have changed, and the trail tells of the attempt. */
async function refused<Result>(work: () => Promise<Result>): Promise<Result> {
  const [before, told] = [await footprint(world), await refusals(world)]
  const result = await work()
  expect(await footprint(world)).toEqual(before)
  expect(await refusals(world)).toBe(told + 1)
  return result
}

/** Everything that the trail shows an owner of the platform's own, in the order of the log. */
async function shown() {
  const rows = await world.sql<{ id: string }>('select id::text from audit.event where tenant_id = $1', [
    PLATFORM_TENANT,
  ])
  const own = new Set(rows.map(({ id }) => id))
  const events: { sequence: string; detail: string; position: { index: number } | null }[] = []
  for (let after: string | null = null; ; ) {
    const { data } = await asker.send(EVENTS, { after })
    const { edges, pageInfo } = data.auditEvents
    events.push(...edges.map(({ node }: { node: object }) => node))
    if (!pageInfo.hasNextPage) break
    after = pageInfo.endCursor
  }
  const place = ({ position }: (typeof events)[number]) => position?.index ?? Number.POSITIVE_INFINITY
  return events.filter(({ sequence }) => own.has(sequence)).sort((a, b) => place(a) - place(b))
}

describe('an export of the platform', () => {
  it('EXP-30 MUST be asked for, approved by another owner, and downloaded once; each step an event', async () => {
    const filter = { format: 'NDJSON', actions: ['auditExport.asked'], from: '2020-01-01T00:00:00Z' }
    const first = (await ask(asker, filter)).data.auditExportRequest.auditExport
    expect(first).toMatchObject({
      state: 'ASKED',
      reason,
      actions: ['auditExport.asked'],
      downloadableUntil: null,
    })
    await trail.settled()
    const yes = (await approve(other, first.id)).auditExport
    expect(yes.state).toBe('APPROVED')
    expect(Date.parse(yes.downloadableUntil) - Date.parse(yes.decidedAt)).toBe(24 * 3_600_000)

    const { status, text, headers } = await download(asker, first.id)
    expect(status).toBe(200)
    const { lines } = whole(text)
    expect(lines.length).toBeGreaterThan(1)
    expect(lines.every(({ action }) => action === 'auditExport.asked')).toBe(true)
    expect(headers.get('content-disposition')).toContain('audit-trail.ndjson')
    expect(await stateOf(first.id)).toBe('DOWNLOADED')

    const again = await refused(() => download(asker, first.id))
    expect(codeOf(again)).toBe('409 STATE_NOT_ALLOWED')
    const steps = await world.sql<{ action: string; detail: { filter: string } }>(
      'select action, detail from audit.event where target_id = $1 order by id',
      [uuidOf(first.id)],
    )
    expect(steps.map(({ action }) => action)).toEqual([
      'auditExport.asked',
      'auditExport.approved',
      'auditExport.downloaded',
    ])
    const told = await world.sql<{ detail: { filter: string } }>(
      `select detail from audit.event where action = 'auditTrail.exported' and request_id = $1`,
      [headers.get('x-request-id')],
    )
    expect(new Set([...steps, ...told].map(({ detail }) => detail.filter)).size).toBe(1)
    expect(told).toHaveLength(1)
  })

  it('EXP-31 MUST equal what the trail shows the owner of the platform: in the same words, and nothing of a dealer', async () => {
    const id = await approved()
    await trail.settled()
    const { lines, trailer } = whole((await download(asker, id)).text)
    const events = (await shown()).filter(
      ({ position }) => position !== null && position.index < trailer.size,
    )

    expect(lines.length).toBe(trailer.size)
    expect(
      lines.map((line) => ({
        ...{ action: line.action, outcome: line.outcome, requestId: line.requestId },
        ...{ actorPrincipal: line.actor.principal, targetType: line.target.type, index: line.index },
        detail: line.detail,
      })),
    ).toEqual(
      events.map(({ sequence: _sequence, position, detail, ...rest }) => ({
        ...rest,
        index: position?.index,
        detail: JSON.parse(detail),
      })),
    )
    const text = JSON.stringify(lines)
    for (const { id: group } of world.network.groups) {
      const leaves = await world.sql<{ hash: Buffer }>('select hash from audit.leaf where tenant_id = $1', [
        group,
      ])
      expect(leaves.filter(({ hash }) => text.includes(hash.toString('base64')))).toEqual([])
    }
  })

  it('EXP-32 MUST show masked words nowhere in the clear, and the bytes of every other event', async () => {
    const texts = await Promise.all(
      ['NDJSON', 'CSV', 'OCSF'].map(async (format) => {
        const id = await approved({ format })
        await trail.settled()
        return (await download(asker, id)).text
      }),
    )
    for (const text of texts) expect(text).not.toContain(reason)
    const { lines } = whole(texts[0] ?? '')
    const clear = lines.filter(({ leaf }) => leaf !== null)
    expect(clear.length).toBeGreaterThan(0)
    expect(clear.length).toBeLessThan(lines.length)
    for (const { leaf, leafHash: told } of clear)
      expect(leafHash(Buffer.from(leaf ?? '')).toString('base64')).toBe(told)
    const hashes = await world.sql<{ hash: Buffer }>(
      'select hash from audit.leaf where tenant_id = $1 order by index',
      [PLATFORM_TENANT],
    )
    expect(lines.map((line) => line.leafHash)).toEqual(
      hashes.slice(0, lines.length).map(({ hash }) => hash.toString('base64')),
    )
    const records = (texts[2] ?? '').trimEnd().split('\n').slice(0, -1)
    for (const record of records) expect(ocsfFaults(JSON.parse(record))).toEqual([])
  })
})

describe('what stands against it', () => {
  it('EXP-33 MUST not be approved or rejected by who asked, nor decided twice', async () => {
    const id = await asked()
    expect((await refused(() => approve(asker, id))).userErrors).toEqual([{ code: 'SELF_APPROVAL_REFUSED' }])
    const own = await refused(() => asker.send(REJECT, { id }))
    expect(own.data.auditExportReject.userErrors).toEqual([{ code: 'SELF_APPROVAL_REFUSED' }])
    expect(codeOf(await refused(() => download(asker, id)))).toBe('409 APPROVAL_REQUIRED')

    const no = await other.send(REJECT, { id })
    expect(no.data.auditExportReject).toMatchObject({ auditExport: { state: 'REJECTED' }, userErrors: [] })
    expect((await refused(() => approve(other, id))).userErrors).toEqual([{ code: 'ALREADY_DECIDED' }])
    expect(codeOf(await refused(() => download(asker, id)))).toBe('409 STATE_NOT_ALLOWED')
  })

  it('EXP-34 MUST be exactly what was approved: another filter beside it, or another person, gets nothing', async () => {
    const id = await approved({ format: 'NDJSON', actions: ['auditExport.asked'] })
    const before = await footprint(world)
    for (const more of [
      { action: 'lead.created' },
      { format: 'csv' },
      { from: '2020-01-01T00:00:00Z' },
      { reason },
    ])
      expect(codeOf(await download(asker, id, more as Record<string, string>))).toBe('400 BAD_REQUEST')
    expect(await footprint(world)).toEqual(before)
    expect(codeOf(await refused(() => download(other, id)))).toBe('404 NOT_FOUND')
    const alone = await refused(() => asker.get(`/audit/export?${new URLSearchParams({ reason })}`))
    expect(alone.errors[0]?.extensions).toMatchObject({ code: 'ACCESS_DENIED', reason: 'APPROVAL_REQUIRED' })
    await expect(
      plant(
        world,
        PLATFORM_TENANT,
        `set local role autora_audit; update audit.export_request set actions = '{}' where id = '${uuidOf(id)}'`,
      ),
    ).rejects.toThrow('permission denied')
    expect((await download(asker, id)).status).toBe(200)
  })

  it('EXP-39 MUST be had once, and decided once, by however many at the same time', async () => {
    const id = await approved()
    // all of them have looked and wait at the row before the first may take it
    const lock = `select from audit.export_request where id = '${uuidOf(id)}' for update`
    const held = world.sql(`begin; ${lock}; select pg_sleep(1.5); commit`)
    await new Promise((resolve) => setTimeout(resolve, 300))
    const taken = await Promise.all([1, 2, 3, 4].map(() => download(asker, id)))
    await held
    expect(taken.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409])
    const open = await asked()
    const decided = await Promise.all([
      approve(other, open),
      other.send(REJECT, { id: open }),
      approve(other, open),
    ])
    expect(
      decided.filter((answer) => !JSON.stringify(answer.data ?? answer).includes('"code"')),
    ).toHaveLength(1)
    const told = await world.sql<{ n: number }>(
      `select count(*)::int as n from audit.event where target_id = any ($1) and outcome = 'ALLOW'
        and action not in ('auditExport.asked', 'auditTrail.exported') group by target_id`,
      [[uuidOf(id), uuidOf(open)]],
    )
    expect(told.map(({ n }) => n).sort()).toEqual([1, 2])
  })

  it('EXP-40 MUST answer pages of what was begun with that filter alone, past the gateway', async () => {
    const id = await approved({ format: 'NDJSON', actions: ['auditExport.asked'] })
    const [row] = await world.sql<{ asked_by: string }>('select asked_by from audit.export_request limit 1')
    const actor = actorOf('PLATFORM_OWNER', { id: row?.asked_by ?? '' })
    const step = async (path: 'begin' | 'page', body: object) => {
      const call = { audience: 'audit', actor, path: `/internal/trail-export/${path}`, body } as const
      const { status, text } = await callDirectly(world.urls.audit, call, '')
      return { status, body: JSON.parse(text) }
    }
    const begun = await step('begin', { request: id })
    const { filter, head: _head, ...cut } = begun.body
    expect((await step('page', { filter, cut, begin: 0 })).status).toBe(200)
    const before = await footprint(world)
    for (const other of [{ actions: [] }, { format: 'csv' }, { to: '2030-01-01T00:00:00Z' }]) {
      expect((await step('page', { filter: { ...filter, ...other }, cut, begin: 0 })).status).toBe(404)
    }
    expect((await step('begin', { request: id, filter })).status).toBe(422)
    expect(await footprint(world)).toEqual(before)
  })

  it('EXP-35 MUST be over when nobody decided within a week, or nobody took it within a day', async () => {
    const late = await asked()
    await age(late, 'asked_at', '7 days 1 second')
    expect(await stateOf(late)).toBe('EXPIRED')
    expect((await refused(() => approve(other, late))).userErrors).toEqual([{ code: 'APPROVAL_EXPIRED' }])

    const left = await approved()
    await age(left, 'decided_at', '24 hours 1 second')
    expect(await stateOf(left)).toBe('EXPIRED')
    expect(codeOf(await refused(() => download(asker, left)))).toBe('409 APPROVAL_EXPIRED')
    const inTime = await approved()
    await age(inTime, 'decided_at', '23 hours')
    expect((await download(asker, inTime)).status).toBe(200)
  })

  it('EXP-36 MUST be neither seen nor touched by anybody but owners of the platform', async () => {
    const { people } = world
    const id = await approved()
    const open = await asked()
    for (const client of [
      people.support(),
      people.admin('north'),
      people.sales('north-one'),
      people.marketing('north-one'),
      people.analyst('north-one'),
    ]) {
      expect(codeOf(await refused(() => client.send(LIST)))).toBe('403 ACCESS_DENIED')
      for (const work of [
        () => ask(client, ALL),
        () => client.send(APPROVE, { id: open }),
        () => client.send(REJECT, { id: open }),
      ])
        expect(codeOf(await refused(work))).toBe('403 ACCESS_DENIED')
    }
    for (const client of [people.support(), people.sales('north-one'), people.partner('north-one')])
      expect((await refused(() => download(client, id))).status).toBe(403)
    expect(codeOf(await refused(() => download(people.admin('north'), id)))).toBe('404 NOT_FOUND')
    expect((await download(people.anonymous(), id)).status).toBe(401)
  })

  it('EXP-37 MUST need a fresh sign-in, a reason, and a filter that can be', async () => {
    const id = await asked()
    const stale = (index: number) => {
      const { userId, id: membershipId } = world.network.memberships.filter(
        ({ role }) => role === 'PLATFORM_OWNER',
      )[index] ?? { userId: '', id: '' }
      const old = {
        ...goodClaims({ userId, membershipId }),
        auth_time: Math.floor(Date.now() / 1000) - 3_600,
      }
      return signToken(world.issuerKey, old).then(world.people.withCredential)
    }
    const [oldAsker, oldOther] = [await stale(0), await stale(1)]
    for (const work of [
      () => ask(oldAsker, ALL),
      () => oldOther.send(APPROVE, { id }),
      () => oldOther.send(REJECT, { id }),
    ])
      expect((await refused(work)).errors[0]?.extensions.code).toBe('STEP_UP_REQUIRED')

    const [early, late] = ['2026-01-01T00:00:00Z', '2026-02-01T00:00:00Z']
    for (const [filter, why, code] of [
      [ALL, 'short', 'REASON_REQUIRED'],
      [{ ...ALL, from: late, to: early }, reason, 'TIME_INVALID'],
      [{ ...ALL, actions: ['no action'] }, reason, 'INVALID'],
      [{ ...ALL, actions: MANY }, reason, 'INVALID'],
    ] as const) {
      const { data } = await refused(() => ask(asker, filter, why))
      expect(data.auditExportRequest.userErrors).toMatchObject([{ code }])
    }
    expect((await refused(() => approve(other, 'axp_1'))).userErrors).toEqual([{ code: 'NOT_FOUND' }])
  })

  it('EXP-38 MUST be refused by the database too, past the service', async () => {
    const [ownId] = await world.sql<{ asked_by: string }>('select asked_by from audit.export_request limit 1')
    const [open, yes, late, left, had] = [
      await asked(),
      await approved(),
      await asked(),
      await approved(),
      await approved(),
    ]
    await age(late, 'asked_at', '7 days 1 second')
    await age(left, 'decided_at', '24 hours 1 second')
    expect((await download(asker, had)).status).toBe(200)
    const database = await TenantDatabase.open({ url: world.roleUrl('audit'), applicationName: 'test' })
    const own = actorOf('PLATFORM_OWNER', { id: ownId?.asked_by ?? '' })
    const run = (actor: typeof own, sql: string, id: string) =>
      database.write(sealFor(actor, 'audit'), (tx: TenantTx) => tx.query(sql, [uuidOf(id)]))
    const before = await footprint(world)
    const [decide, take] = ['select audit.decide_export($1, true)', 'select audit.take_export($1)']
    for (const [actor, sql, id] of [
      [own, decide, open],
      [own, take, open],
      [own, take, left],
      [own, take, had],
      [actorOf('PLATFORM_OWNER'), decide, late],
      [actorOf('PLATFORM_OWNER'), take, yes],
      [actorOf('PLATFORM_OWNER'), decide, yes],
      [actorOf('PLATFORM_SUPPORT'), decide, open],
      [actorOf('DEALER_ADMIN'), decide, open],
    ] as const)
      await expect(run(actor, sql, id)).rejects.toMatchObject({ code: 'STATE_NOT_ALLOWED' })
    await expect(run(own, take, yes)).rejects.toThrow() // nobody takes it without an event
    const seen = await database.read(sealFor(actorOf('PLATFORM_SUPPORT'), 'audit'), (tx) =>
      tx.query('select from audit.export_request'),
    )
    await database.close()
    expect(seen).toEqual([])
    expect(await footprint(world)).toEqual(before)
  })
})
