import { type Subgraph, subgraphs } from '@autora/shared/actor'
import { encodeId } from '@autora/shared/request'
import type { Answer } from '../kit/client.js'
import { startWorld, type World } from '../kit/world.js'
import { footprint } from './footprint.js'
import { type LinkedGateway, linkGateway } from './linked-gateway.js'
import { expectNothingInner } from './refusals.js'

let world: World
let linked: LinkedGateway

beforeAll(async () => {
  world = await startWorld()
})
beforeEach(async () => {
  linked = await linkGateway(world)
})
afterEach(() => linked.close())
afterAll(() => world.close())

/** A field that each subgraph answers alone. */
const fields: Readonly<Record<Subgraph, string>> = {
  identity: 'stores(first: 1) { edges { node { code } } }',
  dealer_ops: 'leads(first: 1) { edges { node { status } } }',
  audit: 'auditEvents(first: 1) { edges { node { action } } }',
}
const roots: Readonly<Record<Subgraph, string>> = {
  identity: 'stores',
  dealer_ops: 'leads',
  audit: 'auditEvents',
}
const ALL = `{ ${Object.values(fields).join(' ')} }`
const codesOf = ({ errors }: Answer) => errors.map(({ extensions }) => extensions.code)

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** Waits until something holds, and says what did not. */
async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 400; tries++) {
    if (await holds()) return
    await pause(25)
  }
  throw new Error(`never: ${what}`)
}

const CREATE =
  'mutation C($input: LeadCreateInput!) { leadCreate(input: $input) { lead { id } userErrors { code } } }'
const create = (name: string) => ({
  input: {
    storeId: encodeId('Store', world.people.store('north-one').id),
    customer: { firstName: name, emails: [`${name}@example.test`] },
    interest: 'BUY',
    source: 'WALK_IN',
  },
})

describe('a subgraph that is away', () => {
  it.each(['dealer_ops', 'audit'] as const)(
    'FLT-01 MUST be missed only where it is asked for, and by a stable code: %s',
    async (away) => {
      const admin = linked.people.admin('north')
      expect((await admin.send(ALL)).errors).toEqual([])

      await linked.links[away].cut()
      const answer = await admin.send(ALL)

      expect(answer.status).toBe(200)
      expect(codesOf(answer)).toEqual(['SERVICE_UNAVAILABLE'])
      for (const name of subgraphs)
        if (name === away) expect(answer.data[roots[name]]).toBeNull()
        else expect(answer.data[roots[name]].edges).toHaveLength(1)
      expectNothingInner(answer.text)

      await linked.links[away].heal()
      expect((await admin.send(ALL)).errors).toEqual([])
    },
  )

  it('FLT-02 MUST leave a part of an answer null, and the rest as it is', async () => {
    const sales = linked.people.sales('north-one')
    const [lead] = await world.sql<{ id: string }>(
      'select id from dealer_ops.lead where store_id = $1 limit 1',
      [world.people.store('north-one').id],
    )
    const leadId = encodeId('Lead', lead?.id ?? '')
    await sales.send(
      'mutation R($input: IncidentReportInput!) { incidentReport(input: $input) { __typename } }',
      {
        input: { category: 'OTHER', summary: 'Looks odd', leadId },
      },
    )

    await linked.links.dealer_ops.cut()
    const answer = await sales.send(
      '{ incidents(first: 1) { edges { node { category lead { id status } } } } }',
    )

    expect(answer.data).toEqual({ incidents: { edges: [{ node: { category: 'OTHER', lead: null } }] } })
    expect(new Set(codesOf(answer))).toEqual(new Set(['SERVICE_UNAVAILABLE']))
    expectNothingInner(answer.text)
  })

  it('FLT-03 MUST carry out nothing it did not hear of, and say so', async () => {
    const sales = linked.people.sales('north-one')
    await sales.send('{ me { principal } }')
    const before = await footprint(world)

    await linked.links.dealer_ops.cut()
    const answer = await sales.send(CREATE, create('unheard'))

    expect(codesOf(answer)).toEqual(['SERVICE_UNAVAILABLE'])
    expect(answer.data?.leadCreate ?? null).toBeNull()
    expectNothingInner(answer.text)
    expect(await footprint(world)).toEqual(before)
  })

  it('FLT-04 MUST let nobody in whom nobody can vouch for, and everybody again afterwards', async () => {
    await linked.links.identity.cut()
    const person = await linked.people.admin('north').send(ALL)
    const partner = await linked.people.partner('north-one').send('{ me { principal } }')

    await linked.links.identity.heal()
    await until('let in again', async () => (await linked.people.admin('north').send(ALL)).status === 200)

    for (const answer of [person, partner]) {
      expect([answer.status, codesOf(answer)]).toEqual([503, ['SERVICE_UNAVAILABLE']])
      expect(answer.data).toBeNull()
      expect(answer.headers.get('retry-after')).toBe('1')
      expectNothingInner(answer.text)
    }
  })

  it('FLT-05 MUST be waited for no longer than is said, and do nothing afterwards', async () => {
    const admin = linked.people.admin('north')
    await admin.send(ALL)

    linked.links.audit.hold()
    const answer = await admin.send(ALL)

    expect(codesOf(answer)).toEqual(['SERVICE_UNAVAILABLE'])
    expect(answer.data.leads.edges).toHaveLength(1)
    expect(answer.data.auditEvents).toBeNull()
    expectNothingInner(answer.text)
  })
})

describe('health', () => {
  const health = async (path: string) => {
    const response = await fetch(`${linked.running.url}/health/${path}`)
    return { status: response.status, text: await response.text() }
  }
  const isSaid = (status: number, body: object) => async () => {
    const answer = await health('ready')
    return answer.status === status && answer.text === JSON.stringify(body)
  }
  const isReady = isSaid(200, { status: 'ready', degraded: [] })

  it.each([
    ['audit', 200, 'degraded'],
    ['identity', 503, 'not ready'],
  ] as const)(
    'FLT-10 MUST name %s when it is away, by name and not by address, and stay live',
    async (away, status, word) => {
      await until('ready', isReady)

      await linked.links[away].cut()
      await until('noticed', isSaid(status, { status: word, degraded: [away] }))
      const live = await health('live')
      await linked.links[away].heal()
      await until('ready again', isReady)

      expect(live).toEqual({ status: 200, text: '{"status":"ok"}' })
    },
  )

  it.each(subgraphs)('FLT-11 MUST be told by %s itself', async (name) => {
    for (const path of ['live', 'ready']) {
      const response = await fetch(`${world.urls[name]}/health/${path}`)

      expect(response.status).toBe(200)
      expectNothingInner(await response.text())
    }
  })
})

describe('a gateway that stops', () => {
  it('FLT-20 MUST finish what it accepted, take nothing new, and lose no deed', async () => {
    const sales = linked.people.sales('north-one')
    await sales.send('{ me { principal } }')
    linked.links.dealer_ops.hold()
    const running = sales.send(CREATE, create('slow'))
    await until('on its way', () => linked.links.dealer_ops.waiting > 0)

    const closing = linked.running.close()
    const late = await linked.people
      .admin('north')
      .send('{ me { principal } }')
      .then(
        (answer) => [answer.status, ...codesOf(answer)],
        () => ['refused'],
      )
    linked.links.dealer_ops.release()
    const finished = await running
    await closing

    expect([['refused'], [503, 'SHUTTING_DOWN']]).toContainEqual(late)
    expect([finished.status, finished.errors]).toEqual([200, []])
    const { id } = finished.data.leadCreate.lead
    expect(await world.sql('select 1 from dealer_ops.lead where id = $1', [uuidOf(id)])).toHaveLength(1)
  })
})

const uuidOf = (id: string) => id.slice(4).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')

describe('a database that loses its connections', () => {
  const terminate = () =>
    world.sql(`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and usename like 'autora_%'`)

  it('FLT-30 MUST end no process, lose nothing that was acknowledged, and be used again at once', async () => {
    const { people } = world
    const asked = Array.from({ length: 120 }, async (_, n): Promise<Answer> => {
      await pause(n * 10)
      return n % 3 === 0
        ? people.sales('north-one').send(CREATE, create(`cut-${n}`))
        : people.admin('north').send(ALL)
    })
    await asked[0] // something has been acknowledged, also on a machine that is slow
    for (let cuts = 0; cuts < 8; cuts++) {
      await pause(120)
      await terminate()
    }
    const answers = await Promise.all(asked)
    await until('well again', async () => (await people.admin('north').send(ALL)).errors.length === 0)

    const codes = new Set(answers.flatMap(codesOf))
    expect([...codes].filter((code) => code !== 'SERVICE_UNAVAILABLE')).toEqual([])
    for (const { text } of answers) expect(text).not.toMatch(/terminat|administrator|ECONN|127\.0\.0\.1/i)
    const acknowledged = answers.flatMap((answer) => answer.data?.leadCreate?.lead?.id ?? [])
    const kept = await world.sql<{ id: string }>('select id from dealer_ops.lead where id = any($1)', [
      acknowledged.map(uuidOf),
    ])
    expect(kept).toHaveLength(acknowledged.length)
    expect(acknowledged.length).toBeGreaterThan(0)
  })
})

describe('a request id', () => {
  it('FLT-40 MUST go from the client through answer, logs and trail', async () => {
    const id = 'edge-to-trail-0001'

    const answer = await world.people
      .sales('north-one')
      .send(CREATE, create('traced'), { 'x-request-id': id })

    expect(answer.headers.get('x-request-id')).toBe(id)
    expect(answer.text).toContain(`"requestId":"${id}"`)
    expect(world.logLines.some((line) => line.includes('"gateway"') && line.includes(id))).toBe(true)
    const trail = await world.people
      .admin('north')
      .send(
        'query T($f: AuditEventFilter) { auditEvents(filter: $f) { edges { node { action requestId } } } }',
        {
          f: { requestId: id },
        },
      )
    expect(trail.data.auditEvents.edges).toEqual([{ node: { action: 'lead.created', requestId: id } }])
  })

  it.each(['short', 'x'.repeat(65), 'a b c d e f', '<script>alert', "'; drop table lead; --", 'ümläut-id'])(
    'FLT-41 MUST be made anew when it is none: %s',
    async (id) => {
      const answer = await world.people
        .anonymous()
        .send(
          '{ me { principal } }',
          {},
          { 'x-request-id': encodeURI(id) === id ? id : encodeURIComponent(id) },
        )

      expect(answer.headers.get('x-request-id')).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
    },
  )

  it('FLT-42 MUST lead to a log line that names every code of the answer', async () => {
    const admin = linked.people.admin('north')
    await admin.send(ALL)

    await linked.links.audit.cut()
    await admin.send(ALL, {}, { 'x-request-id': 'partial-answer-1' })

    const line = linked.lines.find((one) => one.includes('"request"') && one.includes('partial-answer-1'))
    expect(JSON.parse(line ?? '{}')).toMatchObject({ status: 200, codes: 'SERVICE_UNAVAILABLE' })
  })
})
