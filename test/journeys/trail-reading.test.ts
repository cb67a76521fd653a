import { withClient } from '@autora/shared/database'
import { encodeId } from '@autora/shared/request'
import type { Client } from '../kit/client.js'
import { type RunningTrail, startTrail } from '../kit/trail.js'
import { startWorld, type World } from '../kit/world.js'

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

const NODE = 'node { sequence action integrity position { index batch } detail }'
interface Node {
  readonly sequence: string
  readonly action: string
  readonly integrity: string
  readonly position: { readonly index: number } | null
  readonly detail: string
}

/** All pages of a connection. */
async function all(who: Client, field: string, args: string, variables: object, first = 40): Promise<Node[]> {
  const nodes: Node[] = []
  for (let after: string | null = null; ; ) {
    const { data, errors } = await who.send(
      `query Q($first: Int, $after: String, ${args}) { page: ${field} { edges { ${NODE} } pageInfo { hasNextPage endCursor } } }`,
      { first, after, ...variables },
    )
    expect(errors).toEqual([])
    nodes.push(...data.page.edges.map(({ node }: { node: Node }) => node))
    after = data.page.pageInfo.endCursor
    if (!data.page.pageInfo.hasNextPage) return nodes
  }
}

const timeline = (who: Client, of: object, order = 'NEWEST_FIRST', first = 40) =>
  all(
    who,
    'auditTimeline(of: $of, order: $order, first: $first, after: $after)',
    '$of: AuditTimelineOf!, $order: AuditOrder!',
    { of, order },
    first,
  )
const events = (who: Client, filter: object, first = 40) =>
  all(
    who,
    'auditEvents(filter: $filter, first: $first, after: $after)',
    '$filter: AuditEventFilter',
    { filter },
    first,
  )

const sequences = (nodes: readonly Node[]) => nodes.map(({ sequence }) => sequence)
const hex = (uuid: string) => uuid.replaceAll('-', '')

/** Events of north that are about an id, by a statement that shares nothing with the timelines. */
const about = async (uuid: string, where = 'true') =>
  (
    await world.sql<{ id: string }>(
      `select id::text from audit.event
        where tenant_id = '${world.people.store('north-one').groupId}' and ${where}
          and (actor_id = '${uuid}' or target_id = '${uuid}' or detail::text like '%${uuid}%' or detail::text like '%${hex(uuid)}%')
        order by recorded_at desc, id desc`,
    )
  ).map(({ id }) => id)

/** The lead of north that most events are about. */
const busiestLead = async () =>
  (
    await world.sql<{ id: string }>(
      `select target_id as id from audit.event where target_type = 'Lead' and store_id = '${world.people.store('north-one').id}'
        group by 1 order by count(*) desc, 1 limit 1`,
    )
  )[0]?.id ?? ''

describe('timelines', () => {
  it('AUD-30 MUST hold every event of a person and of a thing, in either order, and page without gap or double', async () => {
    const admin = world.people.admin('north')
    const person = world.people.membership('DEALER_SALES', 'north-one').userId
    const lead = await busiestLead()
    const ofLead = await about(lead)
    const ofPerson = await about(person)
    expect(Math.min(ofLead.length, ofPerson.length)).toBeGreaterThan(1)

    expect(sequences(await timeline(admin, { record: encodeId('Lead', lead) }, 'NEWEST_FIRST', 1))).toEqual(
      ofLead,
    )
    const found = await timeline(admin, { person: encodeId('User', person) }, 'OLDEST_FIRST', 3)
    expect(sequences(found)).toEqual([...ofPerson].reverse())
    expect(found.every(({ integrity, position }) => integrity === 'SEALED' && position !== null)).toBe(true)
  })

  it('AUD-31 MUST hold what one request did', async () => {
    const answer = await world.people
      .sales('north-one')
      .send(
        'mutation { incidentReport(input: { category: OTHER, summary: "A test" }) { incident { id } userErrors { code } } }',
      )
    expect(answer.data.incidentReport.userErrors).toEqual([])
    await trail.settled()
    const found = await timeline(world.people.admin('north'), { request: answer.headers.get('x-request-id') })

    expect(found.map(({ action }) => action)).toEqual(['incident.reported'])
  })

  it('AUD-32 MUST not believe its own lines: one that somebody planted shows nothing', async () => {
    const admin = world.people.admin('north')
    const person = world.people.membership('DEALER_SALES', 'north-one').userId
    await world.sql(
      `insert into audit.timeline select tenant_id, 1, '${person}', recorded_at, id from audit.event
        where tenant_id = '${world.people.store('north-one').groupId}' and actor_id <> '${person}'
          and target_id <> '${person}' and detail::text not like '%${person}%' and detail::text not like '%${hex(person)}%'
        limit 5 on conflict do nothing`,
    )

    expect(sequences(await timeline(admin, { person: encodeId('User', person) }))).toEqual(
      await about(person),
    )
  })

  it.each([[{}], [{ person: 'usr_1', record: 'led_1' }]])('demand one thing: %j', async (of) => {
    const { errors } = await world.people
      .admin('north')
      .send('query T($of: AuditTimelineOf!) { auditTimeline(of: $of) { edges { cursor } } }', { of })

    expect(errors[0]?.extensions.code).toBe('BAD_USER_INPUT')
  })
})

describe('what eight seats read of the trail of a store', () => {
  const seats: readonly [string, () => Client, 'ALL' | 'OWN' | 'NOTHING'][] = [
    ['owner', () => world.people.owner(), 'ALL'],
    ['support', () => world.people.support(), 'OWN'],
    ['admin of the group', () => world.people.admin('north'), 'ALL'],
    ['admin of another group', () => world.people.admin('south'), 'OWN'],
    ['sales', () => world.people.sales('north-one'), 'OWN'],
    ['marketing', () => world.people.marketing('north-one'), 'NOTHING'],
    ['partner', () => world.people.partner('north-one'), 'OWN'],
    ['analyst', () => world.people.analyst('north-one'), 'NOTHING'],
  ]

  it.each(seats)('AUD-33 MUST be as the matrix says for %s', async (_name, seat, sees) => {
    const lead = await busiestLead()
    const of = { record: encodeId('Lead', lead) }
    if (sees === 'NOTHING') {
      const query = 'query T($of: AuditTimelineOf!) { auditTimeline(of: $of) { edges { cursor } } }'
      const { data, errors } = await seat().send(query, { of })
      expect([data?.auditTimeline ?? null, errors[0]?.extensions.code]).toEqual([null, 'ACCESS_DENIED'])
      return
    }
    const nodes = await timeline(seat(), of)
    if (sees === 'ALL') expect(sequences(nodes)).toEqual(await about(lead))
    else {
      const [me] = (await seat().send('{ auditEvents(first: 1) { edges { node { actorId } } } }')).data
        .auditEvents.edges
      const own = me ? hex(me.node.actorId.slice(4)) : 'nobody'
      expect(sequences(nodes)).toEqual(await about(lead, `replace(actor_id::text, '-', '') = '${own}'`))
    }
  })
})

describe('filters', () => {
  it('find what a count over the table finds, page by page', async () => {
    const tenant = world.people.store('north-one').groupId
    const expected = await world.sql<{ id: string }>(
      `select id::text from audit.event where tenant_id = '${tenant}' and action in ('lead.created', 'lead.assigned')
          and actor_principal = 'DEALER_SALES' order by recorded_at desc, id desc`,
    )
    const filter = { actions: ['lead.created', 'lead.assigned'], principal: 'DEALER_SALES' }

    expect(expected.length).toBeGreaterThan(1)
    expect(sequences(await events(world.people.admin('north'), filter, 7))).toEqual(
      expected.map(({ id }) => id),
    )
  })
})

describe('reading the trail', () => {
  it('AUD-34 MUST be an event that tells no value, and is not in its own answer', async () => {
    const admin = world.people.admin('north')
    const filter = { action: 'auditTrail.read', from: new Date().toISOString() }
    expect(await events(admin, filter)).toEqual([])
    const told = await events(admin, filter)

    expect(told).toMatchObject([
      { action: 'auditTrail.read', integrity: expect.stringMatching(/PENDING|SEALED/) },
    ])
    expect(JSON.parse(told[0]?.detail ?? '')).toEqual({
      field: 'auditEvents',
      filters: ['action', 'from'],
      filterHash: expect.stringMatching(/^[0-9a-f]{64}$/),
      count: 0,
      broken: 0,
      first: null,
      last: null,
    })
  })

  it('AUD-35 MUST give no answer when its event cannot be written', async () => {
    const name = 'no_reading'
    await world.sql(
      `alter table audit.event add constraint ${name} check (action <> 'auditTrail.read') not valid`,
    )
    const { data, errors } = await world.people
      .admin('north')
      .send('{ auditEvents(first: 1) { edges { node { action } } } }')
    await world.sql(`alter table audit.event drop constraint ${name}`)

    expect(data?.auditEvents ?? null).toBeNull()
    expect(errors).toHaveLength(1)
  })
})

it('AUD-36 MUST call an event broken that was changed in the database, and no other', async () => {
  const admin = world.people.admin('south')
  const all = await events(admin, {})
  const [one, two] = all.filter(({ position }) => position !== null)
  const edit = (statement: string) =>
    withClient(world.adminUrl, async (db) => {
      await db.query(`begin; alter table audit.event disable trigger append_only_row; ${statement};
        alter table audit.event enable always trigger append_only_row; commit`)
    })
  await edit(`update audit.event set detail = detail || '{"edited": true}' where id = ${one?.sequence}`)
  await edit(`update audit.event set actor_principal = 'SYSTEM' where id = ${two?.sequence}`)
  const after = await events(admin, { to: new Date().toISOString() })
  const broken = after.filter(({ integrity }) => integrity === 'BROKEN')

  expect(sequences(broken).sort()).toEqual([one?.sequence, two?.sequence].sort())
  expect(after.length).toBeGreaterThan(5)
  expect(world.logLines.filter((line) => line.includes('trail.broken')).length).toBeGreaterThanOrEqual(2)
})
