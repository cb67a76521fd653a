import { encodeId } from '@autora/shared/request'
import { footprint } from '../attacks/footprint.js'
import type { Answer, Client } from '../kit/client.js'
import { startWorld, type World } from '../kit/world.js'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.close())

const storeId = (code: string) => encodeId('Store', world.people.store(code).id)
const codesOf = ({ errors }: Answer) => errors.map(({ extensions }) => extensions.code)

interface Page {
  readonly edges: readonly { readonly node: { readonly id: string }; readonly cursor: string }[]
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null }
}

const LISTS = ['leads', 'customers', 'appointments', 'inbox', 'stores', 'users', 'apiKeys'] as const
const tables: Readonly<Record<(typeof LISTS)[number], string>> = {
  leads: 'dealer_ops.lead',
  customers: 'dealer_ops.customer',
  appointments: 'dealer_ops.appointment',
  inbox: 'dealer_ops.conversation',
  stores: 'identity.store',
  users: 'identity.user_account',
  apiKeys: 'identity.api_key',
}

const pageOf = async (client: Client, list: string, first: number, after: string | null): Promise<Page> => {
  const answer = await client.send(
    `query P($first: Int, $after: String) { ${list}(first: $first, after: $after) {
      edges { cursor node { id } } pageInfo { hasNextPage endCursor } } }`,
    { first, after },
  )
  expect(answer.errors).toEqual([])
  return answer.data[list]
}

/** Walks a list to its end. @returns the pages. */
async function walk(client: Client, list: string, first: number): Promise<readonly Page[]> {
  const pages: Page[] = []
  let after: string | null = null
  for (;;) {
    const page = await pageOf(client, list, first, after)
    pages.push(page)
    if (!page.pageInfo.hasNextPage) return pages
    expect(page.edges).toHaveLength(first)
    after = page.pageInfo.endCursor
  }
}

const idsOf = (pages: readonly Page[]) => pages.flatMap(({ edges }) => edges.map(({ node }) => node.id))

describe('a list in pages', () => {
  it.each(LISTS)(
    'JRN-120 MUST show each row of %s once and miss none, whatever the size of the page',
    async (list) => {
      const admin = world.people.admin('north')
      const [count] = await world.sql<{ n: string }>(
        `select count(*) as n from ${tables[list]} where tenant_id = $1`,
        [world.people.store('north-one').groupId],
      )

      const large = idsOf(await walk(admin, list, 100))
      const small = idsOf(await walk(admin, list, 37))

      expect(large).toHaveLength(Number(count?.n))
      expect(new Set(large).size).toBe(large.length)
      expect(small).toEqual(large)
    },
  )

  it('JRN-121 MUST stay in its place while new rows come in', async () => {
    const sales = world.people.sales('south-one')
    const first = await pageOf(sales, 'leads', 10, null)
    const expected = await pageOf(sales, 'leads', 10, first.pageInfo.endCursor)

    await sales.send('mutation C($i: LeadCreateInput!) { leadCreate(input: $i) { lead { id } } }', {
      i: {
        storeId: storeId('south-one'),
        customer: { firstName: 'New', emails: ['new@example.test'] },
        interest: 'BUY',
        source: 'PHONE',
      },
    })
    const second = await pageOf(sales, 'leads', 10, first.pageInfo.endCursor)

    expect(second).toEqual(expected)
  })

  it.each([
    'leads',
    'customers',
    'appointments',
    'inbox',
    'stores',
    'users',
    'apiKeys',
    'auditEvents',
    'incidents',
    'flags',
    'legalHolds',
    'dealerGroups',
    'supportGrants',
  ])('JRN-122 MUST refuse a page of %s that is none', async (list) => {
    const admin = world.people.admin('north')
    const ask = (first: number | null, after: string | null) =>
      admin.send(
        `query P($first: Int, $after: String) { ${list}(first: $first, after: $after) { __typename } }`,
        {
          first,
          after,
        },
      )
    const foreign = Buffer.from("2026-01-01T00:00:00Z|' or 1=1 --").toString('base64url')

    const refused = await Promise.all([
      ...[0, 101, -1, 1_000_000].map((first) => ask(first, null)),
      ...['', 'x', 'bm90LWEtY3Vyc29y', foreign].map((after) => ask(10, after)),
    ])
    const usual = await ask(null, null)

    for (const answer of refused) {
      expect(codesOf(answer)).toEqual(['BAD_USER_INPUT'])
      expect(answer.data).toEqual({ [list]: null })
    }
    expect(usual.errors).toEqual([])
  })

  it('JRN-123 MUST hold nothing in a cursor but time and id', async () => {
    const { edges } = await pageOf(world.people.marketing('north-one'), 'leads', 100, null)

    for (const { cursor } of edges)
      expect(Buffer.from(cursor, 'base64url').toString()).toMatch(/^[\d-]{10}T[\d:.]+Z\|[0-9a-f-]{36}$/)
  })

  it('JRN-124 MUST refuse a wrong page of a list inside a list', async () => {
    const query = '{ leads(first: 2) { edges { node { id appointments(first: 0) { __typename } } } } }'

    const answer = await world.people.sales('north-one').send(query)

    expect(new Set(codesOf(answer))).toEqual(new Set(['BAD_USER_INPUT']))
    expect(
      answer.data.leads.edges.map(({ node }: { node: { appointments: unknown } }) => node.appointments),
    ).toEqual([null, null])
  })
})

describe('a partner', () => {
  it('JRN-130 MUST see the leads its application submitted to its store, and no other', async () => {
    const { id } = world.people.store('north-one')
    const own = await world.sql<{ id: string }>(
      'select id from dealer_ops.lead where store_id = $1 and submitted_by is not null',
      [id],
    )
    const others = await world.sql<{ id: string }>(
      'select id from dealer_ops.lead where store_id <> $1 or submitted_by is null',
      [id],
    )
    const partner = world.people.partner('north-one')

    const seen = idsOf(await walk(partner, 'leads', 100))
    const single = await partner.send('query L($id: ID!) { lead(id: $id) { id } }', {
      id: encodeId('Lead', others[0]?.id ?? ''),
    })

    expect([...seen].sort()).toEqual(own.map((row) => encodeId('Lead', row.id)).sort())
    expect(seen.length).toBeGreaterThan(0)
    expect(single.data).toEqual({ lead: null })
  })

  it('JRN-131 MUST see its customers masked, and clear with the scope alone', async () => {
    const query = '{ customers(first: 100) { edges { node { id firstName emails phones { raw } } } } }'

    const masked = await world.people.partner('north-one').send(query)
    const clear = await world.people.partner('north-one', 'FULL').send(query)

    expect(masked.errors).toEqual([])
    expect(masked.data.customers.edges).toHaveLength(clear.data.customers.edges.length)
    expect(masked.text).not.toMatch(/CANARY|@example/)
    for (const { node } of masked.data.customers.edges)
      for (const email of node.emails) expect(email).toMatch(/^.{0,2}\*\*\*@.\*\*\*$/u)
    expect(clear.text).toContain('CANARY-north-north-one-first_name')
  })

  it.each([
    ['conversations', '{ leads(first: 1) { edges { node { conversations { id } } } } }'],
    ['appointments', '{ appointments(first: 1) { edges { node { id } } } }'],
    ['messages', 'mutation { messageSend(input: { conversationId: "cnv_x", body: "x" }) { __typename } }'],
    [
      'bookings',
      `mutation { appointmentBook(input: { leadId: "led_x", type: SERVICE, resource: "x",
      startsAt: "2027-03-01T10:00:00Z", endsAt: "2027-03-01T11:00:00Z" }) { __typename } }`,
    ],
    ['numbers', '{ leadMetrics(input: {}) { grain } }'],
  ])('JRN-132 MUST be told which scope is missing for %s, and nothing happens', async (_name, query) => {
    const before = await footprint(world)

    const answer = await world.people.partner('north-one').send(query)

    expect([answer.status, answer.data]).toEqual([403, null])
    expect(answer.errors[0]?.extensions).toMatchObject({ code: 'ACCESS_DENIED', reason: 'SCOPE_MISSING' })
    expect(await footprint(world)).toEqual(before)
  })
})

interface Cell {
  readonly value: number | null
  readonly isSuppressed: boolean
  readonly reason: string | null
}
interface Row {
  readonly period: string
  readonly source: string
  readonly leadsReceived: Cell
  readonly won: Cell
  readonly customers: Cell
}

describe('leadMetrics', () => {
  const METRICS = `query M($input: LeadMetricsInput!) { leadMetrics(input: $input) { grain isExact note rows { period source
    leadsReceived { value isSuppressed reason } won { value isSuppressed reason } customers { value isSuppressed reason } } } }`
  const metrics = async (client: Client, input: object) =>
    (await client.send(METRICS, { input })).data.leadMetrics

  /** The numbers of a store as the database has them. */
  const counted = (store: string, period: string, assigneeId: string | null = null) =>
    world.sql<{ period: string; source: string; leads: number; won: number; customers: number }>(
      `select to_char(received_at at time zone s.timezone, $2) as period, source, count(*)::integer as leads,
              count(*) filter (where l.status = 'WON')::integer as won, count(distinct customer_id)::integer as customers
         from dealer_ops.lead l join identity.store s on s.id = l.store_id
        where l.store_id = $1 and ($3::uuid is null or l.assignee_id = $3) and l.received_at <= now()
        group by 1, 2`,
      [world.people.store(store).id, period, assigneeId],
    )

  const filled = (rows: readonly Row[]) =>
    rows
      .filter((row) => row.leadsReceived.value !== 0)
      .map(({ period, source, leadsReceived, won, customers }) => ({
        period,
        source,
        leads: leadsReceived.value,
        won: won.value,
        customers: customers.value,
      }))
  const sorted = <T extends { period: string; source: string }>(rows: readonly T[]) =>
    [...rows].sort((a, b) => `${a.period}${a.source}`.localeCompare(`${b.period}${b.source}`))

  it('JRN-140 MUST be exact for a Dealer Admin, and for sales about the leads he looks after', async () => {
    const { userId } = world.people.membership('DEALER_SALES', 'north-one')

    const all = await metrics(world.people.admin('north'), { storeId: storeId('north-one') })
    const own = await metrics(world.people.sales('north-one'), {})

    expect(all).toMatchObject({ grain: 'MONTH', isExact: true, note: null })
    expect(sorted(filled(all.rows))).toEqual(sorted(await counted('north-one', 'YYYY-MM')))
    expect(own).toMatchObject({ isExact: true, note: expect.any(String) })
    expect(sorted(filled(own.rows))).toEqual(sorted(await counted('north-one', 'YYYY-MM', userId)))
  })

  it.each([
    ['marketing', () => world.people.marketing('north-one')],
    ['an analyst', () => world.people.analyst('north-one')],
  ])(
    'JRN-141 MUST hide from %s what counts fewer than ten customers, and round the rest to five',
    async (_name, client) => {
      const { grain, isExact, note, rows } = await metrics(client(), {})
      const forms: Readonly<Record<string, string>> = { MONTH: 'YYYY-MM', QUARTER: 'YYYY-"Q"Q', YEAR: 'YYYY' }
      const truth = new Map(
        (await counted('north-one', forms[grain] ?? '')).map((row) => [`${row.period}|${row.source}`, row]),
      )

      expect(isExact).toBe(false)
      expect(note).toMatch(/10 customers.*rounded to 5/)
      expect(rows.some((row: Row) => !row.customers.isSuppressed)).toBe(true)
      expect(rows.some((row: Row) => row.customers.isSuppressed)).toBe(true)
      for (const row of rows as Row[]) {
        const real = truth.get(`${row.period}|${row.source}`) ?? { leads: 0, won: 0, customers: 0 }
        for (const [cell, value] of [
          [row.customers, real.customers],
          [row.leadsReceived, real.leads],
          [row.won, real.won],
        ] as const)
          if (cell.isSuppressed)
            expect(cell).toEqual({ value: null, isSuppressed: true, reason: 'SMALL_CELL' })
          else expect(cell).toEqual({ value: Math.round(value / 5) * 5, isSuppressed: false, reason: null })
        if (real.customers < 10)
          expect(row.customers.isSuppressed && row.leadsReceived.isSuppressed).toBe(true)
      }
    },
  )

  it('JRN-142 MUST leave no lone hidden number in a period or a source', async () => {
    const { rows } = await metrics(world.people.marketing('north-one'), {})

    for (const axis of ['period', 'source'] as const)
      for (const name of new Set((rows as Row[]).map((row) => row[axis]))) {
        const line = (rows as Row[]).filter((row) => row[axis] === name)
        const hidden = line.filter(({ customers }) => customers.isSuppressed)
        if (line.length > 1) expect(hidden.length).not.toBe(1)
      }
  })

  it('JRN-143 MUST say the same about a period whatever window is asked for, so that nothing is told by differences', async () => {
    const marketing = world.people.marketing('north-one')
    const whole = await metrics(marketing, { months: 12 })

    for (const months of [1, 2, 6]) {
      const part = await metrics(marketing, { months })
      const periods = new Set((part.rows as Row[]).map(({ period }) => period))
      expect(part.rows).toEqual((whole.rows as Row[]).filter(({ period }) => periods.has(period)))
      expect(part.grain).toBe(whole.grain)
    }
  })

  it.each<[string, () => Client, object, string]>([
    ['no month', () => world.people.admin('north'), { months: 0 }, 'INVALID'],
    ['more than a year', () => world.people.admin('north'), { months: 13 }, 'INVALID'],
  ])('JRN-144 MUST refuse %s', async (_name, client, input, code) => {
    const answer = await client().send(METRICS, { input })

    expect(codesOf(answer)).toEqual([code])
    expect(answer.data).toEqual({ leadMetrics: null })
  })

  it('JRN-145 MUST have no number of another store', async () => {
    const marketing = world.people.marketing('north-one')

    const sibling = await metrics(marketing, { storeId: storeId('north-two') })
    const foreign = await metrics(world.people.admin('north'), { storeId: storeId('south-one') })

    expect(sibling.rows).toEqual([])
    expect(foreign.rows).toEqual([])
  })
})
