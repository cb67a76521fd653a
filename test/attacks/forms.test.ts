import { encodeCaller, hopHeaders } from '@autora/shared/actor'
import type { Client } from '../kit/client.js'
import { actorOf, sealFor } from '../kit/direct-call.js'
import { startWorld, type World } from '../kit/world.js'
import { footprint } from './footprint.js'
import { expectNothingInner, expectRefusal } from './refusals.js'

let world: World
let admin: Client
let before: Awaited<ReturnType<typeof footprint>>

beforeAll(async () => {
  world = await startWorld()
  admin = world.people.admin('north')
  before = await footprint(world)
})
afterEach(async () => expect(await footprint(world)).toEqual(before))
afterAll(() => world.close())

const JSON_TYPE = { 'content-type': 'application/json' }
const ME = '{ me { principal } }'
const BODY = JSON.stringify({ query: ME })
const SAME = { 'x-request-id': 'forms-same-1' }

describe('the form of a request', () => {
  it.each([
    ['text/plain', BODY],
    ['text/plain;charset=utf-8', BODY],
    ['application/x-www-form-urlencoded', `query=${encodeURIComponent(ME)}`],
    [
      'multipart/form-data; boundary=x',
      `--x\r\ncontent-disposition: form-data; name="operations"\r\n\r\n${BODY}\r\n--x--`,
    ],
    ['application/graphql', ME],
    ['application/json; charset=utf-16', BODY],
    ['application/json; charset=utf-7', BODY],
    ['application/json; charset=iso-8859-1', BODY],
    ['application/json; charset=utf-8; charset=utf-16', BODY],
    ['application/jsonx', BODY],
    ['text/html, application/json', BODY],
    ['', BODY],
  ])('FRM-01 MUST be JSON in UTF-8, not %s', async (type, body) => {
    expectRefusal(await admin.post('/graphql', body, { 'content-type': type }), 415, 'UNSUPPORTED_MEDIA_TYPE')
  })

  it.each(['gzip', 'br', 'deflate', 'identity, gzip', 'x'])(
    'FRM-02 MUST NOT be encoded: %s',
    async (encoding) => {
      const answer = await admin.post('/graphql', BODY, { ...JSON_TYPE, 'content-encoding': encoding })

      expectRefusal(answer, 415, 'UNSUPPORTED_MEDIA_TYPE')
    },
  )

  it.each(['GET', 'HEAD', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'])(
    'FRM-03 MUST NOT be sent by %s',
    async (method) => {
      const headers = {
        origin: 'https://evil.test',
        'access-control-request-method': 'POST',
        accept: 'text/html',
      }
      const asked = `query=${encodeURIComponent(ME)}&extensions=${encodeURIComponent('{"persistedQuery":{"version":1}}')}`
      const response = await fetch(`${world.gatewayUrl}/graphql?${asked}`, { method, headers })

      expect(response.status).toBe(405)
      expect(response.headers.get('allow')).toBe('POST')
      expect(response.headers.get('access-control-allow-origin')).toBeNull()
      expectNothingInner(await response.text())
    },
  )

  it.each([
    ['nothing', ''],
    ['half of it', '{"query":"{ me {'],
    ['a text', '"x"'],
    ['a number', '1'],
    ['null', 'null'],
    ['a batch', `[${BODY},${BODY}]`],
    ['an empty batch', '[]'],
    ['no query', '{}'],
    ['an empty query', '{"query":""}'],
    ['a query of spaces', '{"query":"  \\n "}'],
    ['a query that is a number', '{"query":1}'],
    ['a query that is a list', `{"query":["${ME}"]}`],
    ['variables that are a list', `{"query":"${ME}","variables":[]}`],
    ['variables that are a text', `{"query":"${ME}","variables":"{}"}`],
    ['an operation name that is a number', `{"query":"${ME}","operationName":1}`],
    ['an operation name that is none', `{"query":"${ME}","operationName":"a b"}`],
    ['extensions that are a text', `{"query":"${ME}","extensions":"x"}`],
    ['a key nobody knows', `{"query":"${ME}","plan":true}`],
    ['a persisted query', '{"extensions":{"persistedQuery":{"version":1,"sha256Hash":"00"}}}'],
    [
      'a persisted query with its text',
      `{"query":"${ME}","extensions":{"persistedQuery":{"version":1,"sha256Hash":"00"}}}`,
    ],
    ['the key __proto__', `{"query":"${ME}","__proto__":{"polluted":1}}`],
    ['a variable named __proto__', `{"query":"${ME}","variables":{"__proto__":{"polluted":1}}}`],
    ['__proto__ inside a variable', `{"query":"${ME}","variables":{"a":[{"__proto__":{"polluted":1}}]}}`],
    [
      'constructor inside a variable',
      `{"query":"${ME}","variables":{"a":{"constructor":{"prototype":{"polluted":1}}}}}`,
    ],
    ['a NUL in the document', `{"query":"{ me { principal } } #\\u0000"}`],
  ])('FRM-04 MUST be one object with a query: %s', async (_name, body) => {
    const answer = await admin.post('/graphql', body, JSON_TYPE)

    expectRefusal(answer, 400, 'BAD_REQUEST')
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
  })

  it('FRM-05 MUST be valid UTF-8', async () => {
    const body = Buffer.concat([
      Buffer.from('{"query":"{ me { principal } } #'),
      Buffer.from([0xc3, 0x28]),
      Buffer.from('"}'),
    ])

    expectRefusal(await admin.post('/graphql', body, JSON_TYPE), 400, 'BAD_REQUEST')
    expectRefusal(await admin.post('/graphql', Buffer.from(BODY, 'utf16le'), JSON_TYPE), 400, 'BAD_REQUEST')
  })
})

describe('a document', () => {
  const SCHEMA = 'GRAPHQL_VALIDATION_FAILED'

  it.each([
    [
      'introspection',
      '{ __schema { types { name fields { name type { ofType { ofType { name } } } } } } }',
      SCHEMA,
    ],
    ['introspection of one type', '{ __type(name: "Lead") { name } }', SCHEMA],
    [
      'introspection in a fragment',
      '{ ...F } fragment F on Query { s: __schema { types { name } } }',
      SCHEMA,
    ],
    [
      'introspection in a circle',
      '{ __type(name: "Lead") { fields { type { fields { type { name } } } } } }',
      SCHEMA,
    ],
    [
      'the entities of federation',
      '{ _entities(representations: [{ __typename: "Lead", id: "led_0" }]) { __typename } }',
      SCHEMA,
    ],
    ['the service of federation', '{ _service { sdl } }', SCHEMA],
    ['a field almost right', '{ me { principl } }', SCHEMA],
    ['a root field almost right', '{ lead_(id: "x") { id } }', SCHEMA],
    ['an argument almost right', '{ leads(fist: 1) { __typename } }', SCHEMA],
    ['a type almost right', '{ me { ... on Viewr { principal } } }', SCHEMA],
    ['an enum almost right', '{ leads(filter: { status: NEWW }) { __typename } }', SCHEMA],
    ['a key of an input almost right', '{ leads(filter: { statu: NEW }) { __typename } }', SCHEMA],
    ['a directive almost right', '{ me { principal @includ(if: true) } }', SCHEMA],
    ['a directive of federation', '{ me @key(fields: "id") { principal } }', SCHEMA],
    ['@defer', '{ me { ... @defer { principal } } }', SCHEMA],
    ['a fragment that spreads itself', '{ me { ...F } } fragment F on Viewer { principal ...F }', SCHEMA],
    [
      'fragments in a circle',
      '{ me { ...F } } fragment F on Viewer { ...G } fragment G on Viewer { ...F }',
      SCHEMA,
    ],
    ['a circle nobody spreads', '{ me { principal } } fragment F on Viewer { ...F }', SCHEMA],
    ['a fragment that is not there', '{ me { ...F } }', SCHEMA],
    ['a variable that is not there', '{ lead(id: $id) { id } }', SCHEMA],
    ['a schema', 'type Query { me: String }', SCHEMA],
    ['an extension beside a query', '{ me { principal } } extend type Viewer { x: Int }', SCHEMA],
    ['a subscription', 'subscription { leadArrived { id } }', 'BAD_REQUEST'],
    ['a subscription beside a query', 'query A { me { principal } } subscription B { x }', 'BAD_REQUEST'],
    ['an alias __proto__', '{ __proto__: me { principal } }', 'BAD_REQUEST'],
    ['an alias constructor', '{ me { constructor: principal } }', 'BAD_REQUEST'],
    [
      'an alias prototype in a fragment',
      '{ me { ...F } } fragment F on Viewer { prototype: principal }',
      'BAD_REQUEST',
    ],
    ['a variable __proto__', 'query Q($__proto__: ID!) { lead(id: $__proto__) { id } }', 'BAD_REQUEST'],
    ['a key __proto__', '{ leads(filter: { __proto__: 1 }) { __typename } }', 'BAD_REQUEST'],
    [
      'two operations and no name',
      'query A { me { principal } } query B { me { scopes } }',
      'OPERATION_RESOLUTION_FAILURE',
    ],
    ['nothing but a fragment', 'fragment F on Viewer { principal }', SCHEMA],
    ['nothing but a comment', '# nothing', 'GRAPHQL_PARSE_FAILED'],
    ['half a selection', '{ me { principal', 'GRAPHQL_PARSE_FAILED'],
    ['a NUL in a text', '{ lead(id: "a\\u0000b") { id } }', 'BAD_USER_INPUT'],
  ])('FRM-10 MUST be refused with its code: %s', async (_name, query, code) => {
    const answer = await admin.send(query)

    expectRefusal(answer, 400, code)
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
  })

  it.each([
    ['a name that is not there', 'B'],
    ['a name of JavaScript', 'toString'],
  ])('FRM-11 MUST run the operation that is named, and no other: %s', async (_name, operationName) => {
    const body = JSON.stringify({ query: 'query A { me { principal } }', operationName })

    expectRefusal(await admin.post('/graphql', body, JSON_TYPE), 400, 'OPERATION_RESOLUTION_FAILURE')
  })

  it.each([
    ['an id', 'query Q($v: ID!) { lead(id: $v) { id } }', 'led_\u0000'],
    ['a filter', 'query Q($v: String) { auditEvents(filter: { action: $v }) { __typename } }', 'a\u0000b'],
    [
      'a deed',
      'mutation M($v: String!) { incidentReport(input: { category: OTHER, summary: $v }) { __typename } }',
      '\u0000',
    ],
  ])('FRM-12 MUST hold no NUL in a variable: %s', async (_name, query, v) => {
    expectRefusal(await admin.send(query, { v }), 400, 'BAD_USER_INPUT')
  })

  it.each([
    ['a number for an id in a list', '[1]', 'ID!'],
    ['an object for a text', '{"a":1}', 'String!'],
    ['a list for a text', '["a"]', 'String!'],
    ['null where something has to be', 'null', 'String!'],
    ['an operator of some database', '{"$ne":null}', 'String!'],
  ])('FRM-13 MUST take values of its types only: %s', async (_name, value, type) => {
    const query = `query Q($v: ${type}) { auditEvents(filter: { action: $v }) { __typename } }`.replace(
      'action',
      type === 'ID!' ? 'targetId' : 'action',
    )

    expectRefusal(await admin.send(query, { v: JSON.parse(value) }), 400, 'BAD_USER_INPUT')
  })

  it.each([
    'query __proto__ { me { principal } }',
    'query constructor { me { principal } }',
    '{ me { ...toString } } fragment toString on Viewer { principal }',
    '{ me { ...__proto__ } } fragment __proto__ on Viewer { principal }',
  ])('FRM-14 MUST survive names of JavaScript where they do no harm: %s', async (query) => {
    const answer = await admin.send(query)

    expect([answer.status, answer.data]).toEqual([200, { me: { principal: 'DEALER_ADMIN' } }])
  })
})

describe('headers of the client', () => {
  const owner = () => actorOf('PLATFORM_OWNER')
  const query =
    '{ me { principal } leads(first: 2) { edges { node { id status } } } auditEvents(first: 2, filter: { action: "lead.created" }) { edges { node { sequence } } } }'

  it.each<[string, () => Record<string, string>]>([
    ['plan', () => ({ 'apollo-query-plan-experimental': '1' })],
    [
      'trace',
      () => ({ 'apollo-federation-include-trace': 'ftv1', 'x-apollo-tracing': '1', 'apollo-trace': '1' }),
    ],
    ['cost', () => ({ 'x-wg-trace': 'true', 'hive-expose-query-plan': 'dry-run', 'x-cost': '1' })],
    [
      'our own, well made, of somebody else',
      () => ({
        [hopHeaders.caller]: encodeCaller({ actor: owner(), requestId: 'forms-same-1' }),
        [hopHeaders.seal]: sealFor(owner(), 'dealer_ops'),
        [hopHeaders.signature]: 'x',
      }),
    ],
    [
      'identity',
      () => ({
        'x-user': 'admin',
        'x-user-id': owner().id,
        'x-role': 'PLATFORM_OWNER',
        'x-hasura-role': 'admin',
        'x-hasura-admin-secret': 'x',
        'x-forwarded-user': 'owner-1@platform.example.test',
        'x-autora-store': world.people.store('south-one').id,
        'x-autora-tenant': world.people.store('south-one').groupId,
        'x-tenant-id': world.people.store('south-one').groupId,
        'x-original-url': '/internal/principals/user',
        'x-http-method-override': 'GET',
        forwarded: 'for=127.0.0.1',
        'x-forwarded-for': '127.0.0.1',
      }),
    ],
  ])('FRM-20 MUST change nothing: %s', async (_name, headers) => {
    const sales = world.people.sales('north-one')

    const plain = await sales.send(query, {}, SAME)
    const dressed = await sales.send(query, {}, { ...SAME, ...headers() })

    expect(plain.data.me).toEqual({ principal: 'DEALER_SALES' })
    expect(dressed.text).toBe(plain.text)
    expect([...dressed.headers.keys()]).toEqual([...plain.headers.keys()])
  })

  it('FRM-21 MUST open no path that is not served', async () => {
    for (const path of [
      '/',
      '/graphql/',
      '/internal/principals/key',
      '/.well-known/jwks.json',
      '/graphql%2f',
      '/../internal',
    ])
      expect((await admin.post(path, BODY, JSON_TYPE)).status).toBe(404)
  })
})
