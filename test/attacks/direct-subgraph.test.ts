import { type Actor, hopHeaders, type Subgraph, subgraphs } from '@autora/shared/actor'
import { actorOf, callDirectly, type DirectCall, sealFor } from '../kit/direct-call.js'
import { startWorld, type World } from '../kit/world.js'

let world: World
let admin: Actor

beforeAll(async () => {
  world = await startWorld()
  const membership = world.people.membership('DEALER_ADMIN', 'north')
  admin = actorOf('DEALER_ADMIN', { id: membership.userId, tenantId: membership.tenantId, reach: 'TENANT' })
})

afterAll(() => world.close())

/** A field of each subgraph, and the two doors of federation. */
const documents: Readonly<Record<Subgraph, readonly string[]>> = {
  identity: ['{ stores { edges { node { id } } } }', '{ _service { sdl } }', entities('Store')],
  dealer_ops: ['{ leads { edges { node { id } } } }', '{ _service { sdl } }', entities('Lead')],
  audit: ['{ auditEvents { edges { node { sequence } } } }', '{ _service { sdl } }', entities('Incident')],
}

function entities(type: string): string {
  return `{ _entities(representations: [{ __typename: "${type}", id: "x" }]) { __typename } }`
}

const another = (subgraph: Subgraph): Subgraph => (subgraph === 'audit' ? 'identity' : 'audit')

/** Ways to knock without the right key. Each must get the very same answer. */
const knocks: Readonly<Record<string, (subgraph: Subgraph) => Partial<DirectCall>>> = {
  'without anything': () => ({ headers: () => ({ 'content-type': 'application/json' }) }),
  'without a signature': () => ({ headers: ({ [hopHeaders.signature]: _gone, ...rest }) => rest }),
  'without a seal': () => ({ headers: ({ [hopHeaders.seal]: _gone, ...rest }) => rest }),
  'with a signature of a minute ago': () => ({ signedAt: Date.now() / 1000 - 60 }),
  'with a signature from the future': () => ({ signedAt: Date.now() / 1000 + 60 }),
  "with another subgraph's signature": (subgraph) => ({ signedFor: another(subgraph) }),
  'with a signature for another path': () => ({ signedPath: '/internal/principals/user' }),
  'with a caller put in later': () => ({
    headers: (headers) => ({
      ...headers,
      [hopHeaders.caller]: Buffer.from(
        JSON.stringify({ actor: actorOf('PLATFORM_OWNER'), requestId: 'x' }),
      ).toString('base64url'),
    }),
  }),
  'with a seal put in later': (subgraph) => ({
    headers: (headers) => ({ ...headers, [hopHeaders.seal]: sealFor(actorOf('PLATFORM_OWNER'), subgraph) }),
  }),
}

describe.each(subgraphs)('%s, called directly', (subgraph) => {
  it.each(Object.keys(knocks))('HOP-01 MUST refuse every document %s', async (name) => {
    const knock = knocks[name]?.(subgraph) ?? {}
    const answers = []
    for (const document of documents[subgraph])
      answers.push(
        await callDirectly(world.urls[subgraph], { audience: subgraph, actor: admin, ...knock }, document),
      )

    for (const { status, text } of answers) {
      expect(status).toBe(401)
      expect(text).toBe(
        '{"errors":[{"message":"This service only answers its gateway.","extensions":{"code":"CONTEXT_REFUSED"}}]}',
      )
    }
  })

  it('HOP-02 MUST accept a signed call once and no second time', async () => {
    const sent: Record<string, string>[] = []
    const keep = (headers: Record<string, string>) => {
      sent.push(headers)
      return headers
    }
    const document = documents[subgraph][0] ?? ''

    const first = await callDirectly(
      world.urls[subgraph],
      { audience: subgraph, actor: admin, headers: keep },
      document,
    )
    const second = await callDirectly(
      world.urls[subgraph],
      { audience: subgraph, actor: admin, headers: () => sent[0] ?? {} },
      document,
    )

    expect(first.status).toBe(200)
    expect(second.status).toBe(401)
  })

  it('HOP-03 MUST show no row when the signature is good but the seal is of another subgraph', async () => {
    const { text } = await callDirectly(
      world.urls[subgraph],
      { audience: subgraph, actor: admin, seal: sealFor(admin, another(subgraph)) },
      documents[subgraph][0] ?? '',
    )

    // nobody can be told of who reads the trail without a seal: then there is no answer at all
    expect(text).toMatch(/"edges":\[\]|"auditEvents":null/)
  })

  it('HOP-04 MUST NOT tell its schema to anybody, the gateway included', async () => {
    const { text } = await callDirectly(
      world.urls[subgraph],
      { audience: subgraph, actor: admin },
      '{ _service { sdl } }',
    )

    expect(text).not.toContain('type ')
    expect(text).toContain('ACCESS_DENIED')
  })

  it('HOP-05 MUST refuse more than 200 representations', async () => {
    const representations = Array.from({ length: 201 }, (_, n) => ({ __typename: 'Store', id: String(n) }))
    const { text } = await callDirectly(
      world.urls[subgraph],
      { audience: subgraph, actor: admin },
      'query ($representations: [_Any!]!) { _entities(representations: $representations) { __typename } }',
      { representations },
    )

    expect(text).toContain('OPERATION_LIMIT_EXCEEDED')
  })
})

describe('the layers', () => {
  it('ACC-10 MUST agree: what the gateway redacts for marketing, the subgraph refuses to hand out', async () => {
    const membership = world.people.membership('DEALER_MARKETING', 'north-one')
    const marketing = actorOf('DEALER_MARKETING', {
      id: membership.userId,
      tenantId: membership.tenantId,
      reach: 'STORES',
      storeIds: [world.people.store('north-one').id],
    })

    const { text } = await callDirectly(
      world.urls.dealer_ops,
      { audience: 'dealer_ops', actor: marketing },
      '{ leads(first: 3) { edges { node { id customer { id firstName emails phones { raw } } } } } }',
    )
    const answer = JSON.parse(text)

    expect(answer.data.leads.edges).toHaveLength(3)
    for (const { node } of answer.data.leads.edges) expect(node.customer.firstName).toBeNull()
    expect(
      answer.errors.every(
        (error: { extensions: { code: string } }) => error.extensions.code === 'ACCESS_DENIED',
      ),
    ).toBe(true)
  })
})
