import { request as send } from 'node:http'
import { composeServices } from '@apollo/composition'
import { sampleServices } from '../../testing/sample-graph.js'
import { codeOf, TestGateway } from '../../testing/test-gateway.js'

const gateway = new TestGateway()

beforeAll(() => gateway.start(composeServices(sampleServices()).supergraphSdl ?? ''))
afterAll(() => gateway.close())
beforeEach(() => gateway.reset())

/** Every document that dealer_ops was asked. */
const asked = () => gateway.dealerOps.calls.map(({ body }) => JSON.parse(body).query as string).join('\n')

describe('the way of a request', () => {
  it('goes through to the subgraphs and back, in the order that was asked for', async () => {
    const answer = await gateway.ask(
      'query One { leads(first: 1) { total edges { node { id store { name id } customer { emails } } } } }',
    )

    expect(answer.text).toContain(
      '{"data":{"leads":{"total":1,"edges":[{"node":{"id":"l0","store":{"name":"Store s0","id":"s0"},"customer":{"emails":["thandi@example.test"]}}}',
    )
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(answer.headers.get('access-control-allow-origin')).toBeNull()
  })

  it('GW-01 MUST never ask a subgraph for a hidden field, on any way', async () => {
    await gateway.as('DEALER_MARKETING')
    const answer = await gateway.ask(
      `query Ways { leads(first: 3) { edges { node { id customer { a: emails ...C ... on Customer { phones { e164 } } }
        things { __typename ... on Note { title body } ... on Car { vin } } store { name } } } } }
        fragment C on Customer { firstName emails __typename }`,
    )

    expect(answer.json.errors).toMatchObject([{ path: ['leads', 'edges', 1, 'node', 'store', 'name'] }])
    expect(asked()).not.toMatch(/[^:]\s*\b(emails|phones|firstName|e164|body)\b(?!\s*:)/)
    const [first, , third] = answer.json.data.leads.edges
    expect(JSON.stringify(first.node)).toBe(
      '{"id":"l0","customer":{"a":null,"firstName":null,"emails":null,"__typename":"Customer","phones":null},"things":[{"__typename":"Note","title":"note","body":null},{"__typename":"Car","vin":"V1"}],"store":{"name":"Store s0"}}',
    )
    expect(third.node.customer).toBeNull()
    expect(
      answer.json.extensions.access.redactions.map(({ path }: { path: string[] }) => path.join('.')),
    ).toEqual([
      'leads.edges.*.node.customer.a',
      'leads.edges.*.node.customer.firstName',
      'leads.edges.*.node.customer.emails',
      'leads.edges.*.node.customer.phones',
      'leads.edges.*.node.things.*.body',
    ])
  })

  it('GW-02 MUST keep profiles apart in every cache', async () => {
    const query = '{ leads(first: 1) { edges { node { customer { emails } } } } }'
    for (let round = 0; round < 20; round++) {
      await gateway.as(round % 2 ? 'DEALER_MARKETING' : 'DEALER_SALES')
      const { json } = await gateway.ask(query)
      const emails = json.data.leads.edges[0].node.customer.emails
      expect(emails).toEqual(round % 2 ? null : ['thandi@example.test'])
      expect(json.extensions.access === undefined).toBe(round % 2 === 0)
      expect(asked()).toMatch(round % 2 ? /emails:__typename/ : /{emails}/)
      gateway.dealerOps.calls.length = 0
    }
  })

  it('GW-03 MUST refuse a denied operation before any subgraph hears of it', async () => {
    await gateway.as('DEALER_MARKETING')
    const answer = await gateway.ask('{ leads { edges { node { id money: budget } } } }')

    expect(answer.status).toBe(403)
    expect(answer.json).toMatchObject({
      errors: [
        {
          path: ['leads', 'edges', 'node', 'money'],
          extensions: { code: 'ACCESS_DENIED', coordinate: 'Lead.budget', reason: 'CLASS_DENIED' },
        },
      ],
      data: null,
    })
    expect(gateway.dealerOps.calls).toEqual([])
    const denied = gateway.log.lines.find(({ event }) => event === 'access.denied')
    expect(denied?.fields).toMatchObject({
      decisionId: answer.json.errors[0].extensions.decisionId,
      coordinate: 'Lead.budget',
    })
  })

  it('carries out a mutation once, with its result hidden where it must be', async () => {
    await gateway.as('DEALER_MARKETING')
    const answer = await gateway.ask(
      'mutation N($t: String!) { leadNote(text: $t) { lead { customer { emails } } note { title body } } }',
      { t: 'x' },
    )

    expect(answer.json.data.leadNote).toEqual({
      lead: { customer: { emails: null } },
      note: { title: 'x', body: null },
    })
    expect(gateway.dealerOps.calls).toHaveLength(1)
  })

  it('hides a whole answer of nothing but hidden fields, at any depth', async () => {
    await gateway.as('DEALER_MARKETING')
    const answer = await gateway.ask('{ leads(first: 1) { edges { node { customer { emails } } } } }')

    expect(answer.json.data).toEqual({ leads: { edges: [{ node: { customer: { emails: null } } }] } })
  })

  it('takes @skip and @include of a hidden field as they are', async () => {
    await gateway.as('DEALER_MARKETING')
    const query =
      'query I($x: Boolean!, $unused: [ID!]) { leads(first: 1) { edges { node { customer { id emails @include(if: $x) phones { e164 @skip(if: $x) } } } } } u: leads(ids: $unused) { total } }'

    const shown = await gateway.ask(query, { x: true, unused: [] })
    const left = await gateway.ask(query, { x: false })
    expect(shown.json.data.leads.edges[0].node.customer).toEqual({ id: 'c1', emails: null, phones: null })
    expect(left.json.data.leads.edges[0].node.customer).toEqual({ id: 'c1', phones: null })
    expect(left.json.extensions.access.redactions).toHaveLength(1)
  })

  it('sends each different entity once, in parts of 200, and spreads results and errors', async () => {
    const answer = await gateway.ask('{ leads(first: 600) { edges { node { store { name } } } } }')
    const calls = gateway.identity.calls.filter(({ path }) => path === '/graphql')

    expect(calls.map(({ body }) => JSON.parse(body).variables.representations.length)).toEqual([200, 50])
    const names = answer.json.data.leads.edges.map(
      (edge: { node: { store: { name: string | null } } }) => edge.node.store.name,
    )
    expect(names.slice(0, 3)).toEqual(['Store s0', null, 'Store s2'])
    expect(names[599]).toBe('Store s99')
    expect(answer.json.errors.map(({ path }: { path: unknown[] }) => path[2])).toEqual([1, 251, 501])
  })

  it('GW-04 MUST send no header of the client on, and the caller signed', async () => {
    await gateway.ask(
      '{ leads(first: 1) { total } }',
      {},
      {
        'x-autora-caller': 'e30',
        'x-autora-seal': 'x',
        'x-forwarded-for': '1.2.3.4',
        cookie: 'a=b',
        'x-request-id': 'client-id-1',
      },
    )

    const [call] = gateway.dealerOps.calls
    expect(Object.keys(call?.headers ?? {}).sort()).toEqual([
      'connection',
      'content-length',
      'content-type',
      'host',
      'x-autora-caller',
      'x-autora-hop',
      'x-autora-seal',
    ])
    expect(call?.caller).toEqual({ actor: gateway.actor, requestId: 'client-id-1' })
  })

  it('answers GET, other media types, other charsets and encodings with a refusal', async () => {
    const get = await fetch(`${gateway.running.url}/graphql?query={leads{total}}`, {
      headers: { authorization: gateway.token },
    })
    expect([get.status, get.headers.get('allow')]).toEqual([405, 'POST'])
    const types = [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'application/json; charset=utf-16',
      'application/json; charset=utf-8; x=y',
      'application/graphql',
    ]
    for (const type of types)
      expect((await gateway.ask('{ me { id } }', {}, { 'content-type': type })).status).toBe(415)
    expect((await gateway.ask('{ me { id } }', {}, { 'content-encoding': 'gzip' })).status).toBe(415)
    expect(
      (await gateway.ask('{ me { id } }', {}, { 'content-type': 'application/json; charset=UTF-8' })).status,
    ).toBe(200)
  })

  it('knows no path but its own and serves no page in production', async () => {
    for (const path of ['/', '/graphql/', '/.well-known/jwks.json', '/internal/principals/key', '/_service'])
      expect((await gateway.post(path, '{}')).status).toBe(404)
    const page = await fetch(`${gateway.running.url}/graphql`, { headers: { accept: 'text/html' } })
    expect(page.status).toBe(405)
  })

  it.each([
    ['{ __schema { types { name } } }', 'GRAPHQL_VALIDATION_FAILED'],
    ['{ _entities(representations: []) { __typename } }', 'GRAPHQL_VALIDATION_FAILED'],
    ['{ _service { sdl } }', 'GRAPHQL_VALIDATION_FAILED'],
    ['query A { me { id } } query B { me { id } }', 'OPERATION_RESOLUTION_FAILURE'],
    ['subscription { x }', 'BAD_REQUEST'],
    ['query V($n: Int!) { leads(first: $n) { total } }', 'BAD_USER_INPUT'],
    [
      `{ ${Array.from({ length: 16 }, (_, i) => `a${i}: __typename`).join(' ')} }`,
      'OPERATION_LIMIT_EXCEEDED',
    ],
  ])('refuses %s', async (query, code) => {
    const answer = await gateway.ask(query)

    expect([answer.status, codeOf(answer)]).toEqual([400, code])
    expect(answer.text).not.toMatch(/did you mean|stack|node_modules/i)
    expect(gateway.dealerOps.calls).toEqual([])
  })

  it('answers a body above the limit with 413, announced or not', async () => {
    const long = JSON.stringify({ query: '{ me { id } }', variables: { x: 'x'.repeat(110_000) } })
    expect((await gateway.post('/graphql', long)).status).toBe(413)

    const status = await new Promise((resolve, reject) => {
      const headers = {
        authorization: gateway.token,
        'content-type': 'application/json',
        'transfer-encoding': 'chunked',
      }
      const request = send(`${gateway.running.url}/graphql`, { method: 'POST', headers }, (response) =>
        resolve(response.statusCode),
      )
      request.on('error', reject)
      for (let part = 0; part < 20; part++) request.write('x'.repeat(10_000))
      request.end()
    })
    expect(status).toBe(413)
  })

  it('GW-05 MUST log who, what and how it ended, and nothing that was said', async () => {
    await gateway.ask(
      'query Named($t: [ID!]) { leads(ids: $t) { total } }',
      { t: ['canary-variable'] },
      { 'x-request-id': 'request-xyz' },
    )

    expect(gateway.log.lines.filter(({ event }) => event === 'request')).toEqual([
      {
        event: 'request',
        fields: expect.objectContaining({
          method: 'POST',
          path: '/graphql',
          status: 200,
          requestId: 'request-xyz',
          operationName: 'Named',
          actorKind: 'USER',
          principal: 'DEALER_SALES',
          tenantId: gateway.actor.tenantId,
        }),
      },
    ])
    expect(JSON.stringify(gateway.log.lines)).not.toMatch(/canary|eyJ/)
  })
})
