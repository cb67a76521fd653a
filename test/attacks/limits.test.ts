import type { Client } from '../kit/client.js'
import { goodClaims, signToken } from '../kit/tokens.js'
import { startWorld, type World } from '../kit/world.js'
import { footprint } from './footprint.js'
import { expectNothingInner, expectRefusal } from './refusals.js'
import { type Operation, sized } from './sized-operations.js'
import { sendWire, WIRE_HEADERS } from './wire.js'

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
const cases = Object.entries(sized).flatMap(([limit, { most, ways }]) =>
  Object.entries(ways).map(([way, make]) => [limit, way, most, make] as const),
)
const send = ({ query, variables = {} }: Operation) => admin.send(query, variables)

const goodToken = async () => {
  const { userId, id } = world.people.membership('DEALER_ADMIN', 'north')
  return `Bearer ${await signToken(world.issuerKey, goodClaims({ userId, membershipId: id }))}`
}

describe('the size of an operation', () => {
  it.each(cases)('LIM-01 MUST be accepted at the limit of %s %s', async (_limit, _way, most, make) => {
    const answer = await send(make(most))

    expect(answer.errors).toEqual([])
    expect(answer.status).toBe(200)
  })

  it.each(cases)('LIM-02 MUST be refused one above the limit of %s %s', async (limit, _way, most, make) => {
    const answer = await send(make(most + 1))

    expectRefusal(answer, 400, 'OPERATION_LIMIT_EXCEEDED')
    expect(answer.errors[0]?.message).toContain(`(${limit})`)
  })

  it.each([
    ['101 aliases', `{ me { ${Array.from({ length: 101 }, (_, n) => `a${n}: principal`).join(' ')} } }`],
    ['4,000 aliases', `{ ${Array.from({ length: 4000 }, (_, n) => `a${n}:me{scopes}`).join(' ')} }`],
    [
      '5,000 aliases of __typename',
      `{ ${Array.from({ length: 5000 }, (_, n) => `a${n}:__typename`).join(' ')} }`,
    ],
    ['10,000 times one field', `{ me { ${'scopes '.repeat(10_000)} } }`],
    ['1,000 directives', `{ me { scopes ${'@include(if: true) '.repeat(1000)} } }`],
    ['1,000 directives nobody knows', `{ me { scopes ${'@a'.repeat(1000)} } }`],
    ['1,000 variables of one name', `query Q(${'$a: Int '.repeat(1000)}) { me { scopes } }`],
    [
      '5,000 fragments in a chain',
      `{ me { ...F0 } } ${Array.from({ length: 5000 }, (_, n) => `fragment F${n} on Viewer{...F${n + 1}}`)
        .join('')
        .slice(0, 95_000)}`,
    ],
    ['2,000 nested inline fragments', `{ me ${'{ ... '.repeat(2000)} { scopes } ${'}'.repeat(2000)} }`],
    ['20,000 nested lists', `{ store(id: ${'['.repeat(20_000)}) { id } }`],
    ['20,000 nested objects', `{ store(id: ${'{a:'.repeat(20_000)}) { id } }`],
    ['20,000 nested types of a variable', `query Q($a: ${'['.repeat(20_000)}) { me { scopes } }`],
  ])('LIM-03 MUST be refused far above every limit: %s', async (_name, query) => {
    expectRefusal(await admin.send(query), 400, 'OPERATION_LIMIT_EXCEEDED')
  })

  it('LIM-04 MUST count what fragments repeat without repeating it: 2^22 fields in 23 fragments', async () => {
    const bomb = Array.from(
      { length: 22 },
      (_, n) => `fragment F${n} on Viewer { ...F${n + 1} ...F${n + 1} }`,
    )

    const answer = await admin.send(`{ me { ...F0 } } ${bomb.join(' ')} fragment F22 on Viewer { scopes }`)

    expectRefusal(answer, 400, 'OPERATION_LIMIT_EXCEEDED')
  })

  it('LIM-05 MUST allow as many fragments in a chain as tokens do', async () => {
    const chain = Array.from({ length: 245 }, (_, n) => `fragment F${n} on Viewer { ...F${n + 1} }`)

    const answer = await admin.send(
      `{ me { ...F0 } } ${chain.join(' ')} fragment F245 on Viewer { principal }`,
    )

    expect([answer.status, answer.data]).toEqual([200, { me: { principal: 'DEALER_ADMIN' } }])
  })
})

describe('the size of a request', () => {
  const padded = (bytes: number) => JSON.stringify({ query: ME }).padEnd(bytes)

  it('LIM-10 MUST be 100 KB at most, and not a byte more', async () => {
    const fits = await admin.post('/graphql', padded(100 * 1024), JSON_TYPE)
    const above = await admin.post('/graphql', padded(100 * 1024 + 1), JSON_TYPE)
    const far = await admin.post('/graphql', padded(2_000_000), JSON_TYPE)

    expect([fits.status, fits.data]).toEqual([200, { me: { principal: 'DEALER_ADMIN' } }])
    expectRefusal(above, 413, 'PAYLOAD_TOO_LARGE')
    expectRefusal(far, 413, 'PAYLOAD_TOO_LARGE')
  })

  it('LIM-11 MUST be measured as it comes, whatever length was announced', async () => {
    const token = await goodToken()
    const body = `${padded(100 * 1024 + 1)}`

    const response = await fetch(`${world.gatewayUrl}/graphql`, {
      method: 'POST',
      headers: { ...JSON_TYPE, authorization: token },
      body: new Blob([body]).stream(),
      duplex: 'half',
    })

    expectRefusal({ status: response.status, text: await response.text() }, 413, 'PAYLOAD_TOO_LARGE')
  })

  it('LIM-12 MUST have 100 headers at most', async () => {
    const fixed = [
      ['content-type', 'application/json'],
      ['authorization', await goodToken()],
    ] as const
    const with100 = Array.from(
      { length: 100 - fixed.length - WIRE_HEADERS },
      (_, n) => [`x-${n}`, '1'] as const,
    )
    const body = JSON.stringify({ query: ME })

    const fits = await sendWire(world.gatewayUrl, { headers: [...fixed, ...with100], body })
    const above = await sendWire(world.gatewayUrl, { headers: [...fixed, ...with100, ['x-y', '1']], body })
    const far = await sendWire(world.gatewayUrl, {
      headers: [...fixed, ...with100, ...with100, ...with100],
      body,
    })

    expect(fits.status).toBe(200)
    for (const { status, body: text } of [above, far])
      expectRefusal({ status, text }, 431, 'OPERATION_LIMIT_EXCEEDED')
  })

  it('LIM-13 MUST have no header of 16 KB or more', async () => {
    const headers = [
      ['content-type', 'application/json'],
      ['authorization', await goodToken()],
      ['x-large', 'x'.repeat(17 * 1024)],
    ] as const

    const answer = await sendWire(world.gatewayUrl, { headers, body: JSON.stringify({ query: ME }) })

    expect([answer.status, answer.body]).toEqual([431, ''])
  })
})

describe('wrong values', () => {
  it.each([
    ['30,000 bad items of a list', { v: Array.from({ length: 30_000 }, () => 1) }],
    ['100 lists of 200 bad items', { v: Array.from({ length: 100 }, () => Array(200).fill({})) }],
  ])('LIM-20 MUST be answered briefly: %s', async (_name, variables) => {
    const answer = await admin.send(
      'mutation K($v: [String!]!) { apiKeyCreate(input: { appId: "a", label: "b", scopes: $v, storeIds: [] }) { secret } }',
      variables,
    )

    expect(answer.status).toBe(400)
    expectNothingInner(answer.text)
    expect(answer.errors.length).toBeLessThanOrEqual(11)
  })

  it.each([
    [
      'a variable',
      'query Q($n: Int!) { leads(first: $n) { pageInfo { hasNextPage } } }',
      { n: 'x'.repeat(90_000) },
    ],
    [
      'an enum',
      'query Q($s: LeadStatus) { leads(filter: { status: $s }) { __typename } }',
      { s: 'x'.repeat(90_000) },
    ],
    [
      'a key of an input',
      'query Q($f: LeadFilter) { leads(filter: $f) { __typename } }',
      { f: { ['k'.repeat(90_000)]: 1 } },
    ],
    ['a field', `{ ${'x'.repeat(90_000)} }`, {}],
    ['an argument', `{ leads(${'x'.repeat(90_000)}: 1) { __typename } }`, {}],
    ['a type', `{ ... on ${'x'.repeat(90_000)} { __typename } }`, {}],
    ['an enum in the document', `{ leads(filter: { status: ${'x'.repeat(90_000)} }) { __typename } }`, {}],
    ['a text where a name belongs', `{ "${'x'.repeat(90_000)}" }`, {}],
    ['ten long names', `{ ${Array.from({ length: 10 }, () => 'x'.repeat(9_000)).join(' ')} }`, {}],
  ])('LIM-21 MUST NOT come back at length: %s', async (_name, query, variables) => {
    const answer = await admin.send(query, variables)

    expect(answer.status).toBe(400)
    expectNothingInner(answer.text)
  })

  it.each(['yesterday', '2026-11-20', '2026-11-20T10:00:00', '', 'x'.repeat(90_000)])(
    'LIM-22 MUST be named as such: a time without its form, starting with %.20s',
    async (time) => {
      const query = 'query T($t: DateTime) { appointments(filter: { from: $t }) { __typename } }'

      const inVariable = await admin.send(query, { t: time })
      const inDocument = await admin.send(
        query.replace('($t: DateTime)', '').replace('$t', JSON.stringify(time)),
      )

      for (const { errors, text } of [inVariable, inDocument]) {
        expect(['BAD_USER_INPUT', 'GRAPHQL_VALIDATION_FAILED']).toContain(errors[0]?.extensions.code)
        expectNothingInner(text)
      }
    },
  )
})
