import type { Principal } from '@autora/shared/access'
import { encodeId } from '@autora/shared/request'
import { footprint, refusals } from '../attacks/footprint.js'
import type { Answer, Client } from '../kit/client.js'
import { actorOf, callDirectly } from '../kit/direct-call.js'
import { shortestPaths, visit } from '../kit/supergraph.js'
import { startWorld, type World } from '../kit/world.js'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.close())

const header = (value: string) => ({ 'x-autora-view-as': value })
const storeId = (code: string) => encodeId('Store', world.people.store(code).id)
const viewAs = (client: Client, role: string, query: string, variables: object = {}) =>
  client.send(query, variables, header(role))
const report = (answer: Answer) => JSON.parse(answer.text).extensions.access.viewAs
const LEADS =
  '{ leads(first: 100) { edges { node { id store { code } budgetCents customer { firstName emails } } } } }'
const CUSTOMERS = '{ customers(first: 100) { edges { node { id firstName emails } } } }'

describe('a view as another role', () => {
  it('VIEW-01 MUST show what the role sees, not what the viewer sees, and say field by field where they differ', async () => {
    const admin = world.people.admin('north')

    const own = await admin.send(CUSTOMERS)
    const view = await viewAs(admin, 'DEALER_MARKETING', CUSTOMERS)

    expect(own.data.customers.edges.some(({ node }: { node: { firstName: string } }) => node.firstName)).toBe(
      true,
    )
    expect(JSON.parse(own.text).extensions.access).toBeUndefined()
    for (const { node } of view.data.customers.edges)
      expect([node.firstName, node.emails]).toEqual([null, null])
    const path = ['customers', 'edges', '*', 'node']
    expect(report(view).differences).toEqual([
      { path: [...path, 'firstName'], coordinate: 'Customer.firstName', own: 'CLEAR', asRole: 'REDACTED' },
      { path: [...path, 'emails'], coordinate: 'Customer.emails', own: 'CLEAR', asRole: 'REDACTED' },
    ])
    expect(view.redactions.map(({ coordinate }) => coordinate)).toEqual([
      'Customer.firstName',
      'Customer.emails',
    ])
  })

  it('VIEW-02 MUST carry a watermark: who, as whom, when, in which request', async () => {
    const membership = world.people.membership('DEALER_ADMIN', 'north')
    const view = await viewAs(world.people.as(membership), 'DEALER_SALES', '{ me { principal } }')

    const { role, watermark, differences } = report(view)
    expect([role, differences]).toEqual(['DEALER_SALES', []])
    expect(watermark).toContain('Seen as DEALER_SALES')
    expect(watermark).toContain(encodeId('User', membership.userId))
    expect(watermark).toContain(JSON.parse(view.text).extensions.requestId)
    expect(view.data.me.principal).toBe('DEALER_SALES')
  })

  it('VIEW-03 MUST refuse the whole where the role is denied a field, with the differences all the same', async () => {
    const view = await viewAs(world.people.admin('north'), 'DEALER_MARKETING', LEADS)

    expect([view.status, view.data]).toEqual([403, null])
    expect(view.errors[0]?.extensions).toMatchObject({
      code: 'ACCESS_DENIED',
      coordinate: 'Lead.budgetCents',
    })
    expect(report(view).differences).toContainEqual(
      expect.objectContaining({ coordinate: 'Lead.budgetCents', own: 'CLEAR', asRole: 'DENIED' }),
    )
  })

  it('VIEW-04 MUST be limited to the stores that are named, and to none that the viewer does not see', async () => {
    const admin = world.people.admin('north')
    const storeAdmin = world.people.admin('north-one')
    const codes = ({ data }: Answer) => [
      ...new Set(data.leads.edges.map(({ node }: { node: { store: { code: string } } }) => node.store.code)),
    ]

    const whole = await viewAs(admin, 'DEALER_SALES', LEADS)
    const one = await viewAs(admin, `DEALER_SALES@${storeId('north-one')}`, LEADS)
    const foreign = await viewAs(admin, `DEALER_SALES@${storeId('south-one')}`, LEADS)
    const beyond = await viewAs(storeAdmin, `DEALER_SALES@${storeId('north-two')}`, LEADS)
    const both = await viewAs(
      storeAdmin,
      `DEALER_SALES@${storeId('north-one')},${storeId('north-two')}`,
      LEADS,
    )

    expect(codes(whole).length).toBeGreaterThan(1)
    expect(codes(one)).toEqual(['north-one'])
    expect([foreign, beyond].map((answer) => [answer.status, codes(answer)])).toEqual([
      [200, []],
      [200, []],
    ])
    expect(codes(both)).toEqual(['north-one'])
  })

  it('VIEW-05 MUST change nothing: every mutation is refused', async () => {
    const before = await footprint(world)
    const refused = await refusals(world, 'access.denied')
    const admin = world.people.admin('north')
    const UPDATE =
      'mutation U { a: accessPolicyUpdate(input: { version: 1, export: OFF }) { userErrors { code } } }'

    const answers = await Promise.all([
      viewAs(admin, 'DEALER_ADMIN', UPDATE),
      viewAs(admin, 'DEALER_SALES', UPDATE),
      viewAs(
        world.people.owner(),
        'PLATFORM_OWNER',
        'mutation U { ...M } fragment M on Mutation { approvalWithdraw(input: { id: "x" }) { userErrors { code } } }',
      ),
    ])

    for (const answer of answers) {
      expect([answer.status, answer.data]).toEqual([403, null])
      expect(answer.errors[0]?.extensions).toMatchObject({
        code: 'ACCESS_DENIED',
        reason: 'VIEW_AS_READ_ONLY',
      })
    }
    expect(answers[0]?.errors[0]).toMatchObject({
      path: ['a'],
      extensions: { coordinate: 'Mutation.accessPolicyUpdate' },
    })
    expect(await refusals(world, 'access.denied')).toBe(refused + 3)
    const after = await footprint(world)
    expect({ ...after, 'audit.event': null }).toEqual({ ...before, 'audit.event': null })
  })

  it('VIEW-11 MUST change nothing even past the gateway: a subgraph refuses the deeds of a view itself', async () => {
    const { userId, tenantId } = world.people.membership('DEALER_ADMIN', 'north')
    const actor = actorOf('DEALER_ADMIN', {
      id: userId,
      tenantId,
      reach: 'TENANT',
      limitedBy: 'DEALER_SALES',
    })
    const before = await footprint(world)

    const { text } = await callDirectly(
      world.urls.identity,
      { audience: 'identity', actor: { ...actor, limitedBy: 'DEALER_ADMIN' } },
      'mutation { accessPolicyUpdate(input: { version: 1, export: OFF }) { userErrors { code } } }',
    )
    const limited = await callDirectly(
      world.urls.identity,
      { audience: 'identity', actor },
      '{ accessPolicy { version } }',
    )

    expect(JSON.parse(text).errors[0].extensions).toEqual({
      code: 'ACCESS_DENIED',
      reason: 'VIEW_AS_READ_ONLY',
    })
    expect(JSON.parse(limited.text).errors[0].extensions.reason).toBe('ROLE_NOT_ALLOWED')
    expect(await footprint(world)).toEqual(before)
  })

  it('VIEW-06 MUST leave one event for each request, in the name of the viewer himself', async () => {
    const membership = world.people.membership('DEALER_ADMIN', 'north')
    const used = () =>
      world.sql<{ principal: string; actor: string; detail: Record<string, unknown> }>(
        `select actor_principal as principal, actor_id::text as actor, detail from audit.event
          where action = 'viewAs.used' order by id`,
      )
    const before = (await used()).length

    await viewAs(world.people.as(membership), `DEALER_SALES@${storeId('north-one')}`, LEADS)
    await viewAs(world.people.as(membership), `DEALER_SALES@${storeId('north-one')}`, LEADS)

    const events = (await used()).slice(before)
    expect(events).toHaveLength(2)
    expect(events[0]).toEqual({
      principal: 'DEALER_ADMIN',
      actor: membership.userId,
      detail: {
        role: 'DEALER_SALES',
        stores: [storeId('north-one')],
        document: expect.stringMatching(/^[0-9a-f]{64}$/),
      },
    })
  })

  it('VIEW-07 MUST be for Dealer Admins and platform owners alone, and leave a mark when others try', async () => {
    const { people } = world
    const others = [
      people.sales('north-one'),
      people.marketing('north-one'),
      people.support(),
      people.partner('north-one'),
      people.analyst('north-one'),
    ]
    for (const client of others) {
      const refused = await refusals(world, 'access.denied')
      const answer = await viewAs(client, 'DEALER_MARKETING', '{ me { principal } }')
      expect([answer.status, answer.errors[0]?.extensions.reason]).toEqual([403, 'VIEW_AS_NOT_ALLOWED'])
      expect(await refusals(world, 'access.denied')).toBe(refused + 1)
    }
  })

  it.each([
    'sales',
    'DEALER_SALES@',
    'SYSTEM',
    'DEALER_SALES@north-one',
    'DEALER_SALES, DEALER_SALES',
    'DEALER_SALES@str_1',
    ' ',
  ])('VIEW-08 MUST refuse a header of another form: %j', async (value) => {
    const answer = await viewAs(world.people.admin('north'), value, '{ me { principal } }')

    expect([answer.status, answer.errors[0]?.extensions.code]).toEqual([400, 'BAD_REQUEST'])
    expect(answer.errors[0]?.message).toContain('x-autora-view-as')
  })

  it('VIEW-09 MUST never be answered with the program of another view, or of none', async () => {
    const admin = world.people.admin('north')
    const sent = ['DEALER_SALES', 'DEALER_MARKETING', 'DEALER_SALES', 'DEALER_ADMIN', 'DEALER_MARKETING']
    const hidden: boolean[] = []
    for (const role of sent) {
      const { data } = await viewAs(admin, role, CUSTOMERS)
      hidden.push(
        data.customers.edges.every(({ node }: { node: { emails: unknown } }) => node.emails === null),
      )
    }
    const own = await admin.send(CUSTOMERS)

    expect(hidden).toEqual([false, true, false, false, true])
    expect(own.redactions).toEqual([])
  })
})

/** Response keys of the leaves that an answer shows, with their values. */
function shown(value: unknown, path = ''): string[] {
  if (value === null || value === undefined) return []
  if (Array.isArray(value)) return value.flatMap((item) => shown(item, path))
  if (typeof value !== 'object') return [`${path}=${String(value)}`]
  return Object.entries(value).flatMap(([key, inner]) => shown(inner, `${path}.${key}`))
}

/** Fields whose value says who looks, or changes from one look to the next: every look at the trail is in it. */
const ofTheLook = /principal|checkedAt|__typename|audit(?:Events|Timeline)[\s\S]*[cC]ursor/

describe('the rights of a view', () => {
  it.each<[string, () => Client, Principal]>([
    ['a Dealer Admin as Platform Owner', () => world.people.admin('north'), 'PLATFORM_OWNER'],
    ['the Admin of one store as Dealer Admin', () => world.people.admin('north-one'), 'DEALER_ADMIN'],
    ['a Platform Owner as Dealer Admin', () => world.people.owner(), 'DEALER_ADMIN'],
  ])(
    'VIEW-10 MUST never be more than the own rights, on every field of the graph: %s',
    async (_who, client, role) => {
      const faults: string[] = []
      for (const [coordinate, steps] of shortestPaths(8)) {
        const { query, variables } = visit('query', steps)
        const before = await client().send(query, variables) // a full page still ends with what the view pushes out
        const view = await viewAs(client(), role, query, variables)
        const own = await client().send(query, variables) // sees the event of the view, too
        if (own.status === 403 && view.status !== 403)
          faults.push(`${coordinate}: denied, and shown by the view`)
        if (view.errors.some(({ extensions }) => extensions.code === 'INTERNAL_SERVER_ERROR'))
          faults.push(`${coordinate}: failed`)
        const seen = new Set([...shown(before.data), ...shown(own.data)])
        if (ofTheLook.test(query)) continue
        for (const value of shown(view.data))
          if (!seen.has(value)) faults.push(`${coordinate}: ${value} is not the viewer's to see`)
      }

      expect(faults).toEqual([])
    },
    120_000,
  )
})
