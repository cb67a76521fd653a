import { buildSchema } from 'graphql'
import { Refusal } from '../answers/index.js'
import { Documents, limits, readPayload } from './index.js'

const schema = buildSchema(`
  type Query { a(x: [Int], s: String, o: In): A, b: Int, c: Int, d: Int, e: Int, f: Int, g: Int }
  input In { constructor: Int, s: String }
  type A { a: A, b(x: [Int], s: String): Int, c: Int }
  type Subscription { s: Int }
`)

/** `OK`, or code and message of the refusal. */
function verdict(work: () => unknown): string {
  try {
    work()
    return 'OK'
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return `${error.status} ${error.errors[0]?.extensions.code} ${error.errors[0]?.message}`
  }
}

const check = (query: string, development = false) =>
  verdict(() => new Documents(schema, development).check(query))
const payload = (value: unknown) => verdict(() => readPayload(Buffer.from(JSON.stringify(value))))
const variables = (value: unknown) => payload({ query: '{b}', variables: value })
const repeat = (count: number, text: (index: number) => string) =>
  Array.from({ length: count }, (_, i) => text(i)).join(' ')

/** `depth` fields inside each other. */
const deep = (depth: number) => `${'{a'.repeat(depth - 1)}{b}${'}'.repeat(depth - 1)}`
const listOf = (count: number) => Array.from({ length: count }, () => 1)
const nested = (depth: number): unknown => (depth === 0 ? 1 : { x: nested(depth - 1) })

/** For each limit: something of size n, once written out and once through fragments where fragments can carry it. */
const operations: Record<string, (n: number) => string> = {
  depth: deep,
  'depth, by fragments': (n) => `query { ...F } fragment F on Query { a ${deep(n - 1)} }`,
  aliases: (n) => `{ a { ${repeat(n, (i) => `x${i}: b`)} } }`,
  'aliases, of __typename': (n) => `{ a { ${repeat(n, (i) => `x${i}: __typename`)} } }`,
  'aliases, by fragments': (n) =>
    `{ a { ...F x: b } } fragment F on A { ${repeat(n - 1, (i) => `y${i}: c`)} }`,
  rootFields: (n) => `{ ${repeat(n, () => 'b')} }`,
  'rootFields, by fragments': (n) => `{ b ...F } fragment F on Query { ${repeat(n - 1, () => 'b')} }`,
  directives: (n) => `{ a { ${repeat(n, () => 'b @skip(if: false)')} } }`,
  'directives, by fragments': (n) =>
    `{ a { ...F @skip(if: false) } } fragment F on A { ${repeat(n - 1, () => 'b @skip(if: false)')} }`,
  listItems: (n) => `{ a(x: [${repeat(n, () => '1')}]) { b } }`,
  variables: (n) =>
    `query(${repeat(n, (i) => `$v${i}: Int`)}) { a { ${repeat(n, (i) => `b(x: [$v${i}])`)} } }`,
}

describe('the limits of operations', () => {
  it.each(Object.entries(operations))('PRO-01 MUST refuse more than allowed: %s', (name, write) => {
    const limit = limits[name.split(',')[0] as keyof typeof limits]
    const isConflict = name === 'variables' // same field, other arguments: only the limit is of interest

    const within = [check(write(limit - 1)), check(write(limit))]
    expect(within.every((one) => one === 'OK' || (isConflict && one.includes('VALIDATION')))).toBe(true)
    expect(check(write(limit + 1))).toMatch(
      new RegExp(`^400 OPERATION_LIMIT_EXCEEDED .*${limit + 1}.*${limit}`),
    )
  })

  it('PRO-02 MUST count what fragments repeat, without expanding it', () => {
    const fragments = repeat(22, (i) => `fragment F${i} on A { a { ...F${i + 1} } c: b a { ...F${i + 1} } }`)
    const bomb = `{ a { ...F0 } } ${fragments} fragment F22 on A { b }`

    // expanded, these would be four million fields: the test would not come to an end
    expect(check(bomb)).toContain('OPERATION_LIMIT_EXCEEDED')
  })

  it('stops the parser at the token limit', () => {
    const tokens = (n: number) => `{ ${'b '.repeat(n - 2)}}`

    expect(check(tokens(limits.tokens))).toContain('(fields)')
    expect(check(tokens(limits.tokens + 1))).toBe(
      '400 OPERATION_LIMIT_EXCEEDED The document has more than 2000 tokens (tokens).',
    )
  })

  it.each([
    ['666 inline fragments', `${'{...'.repeat(660)}{b}${'}'.repeat(660)}`, 'nesting'],
    ['660 fields', `${'{a'.repeat(660)}{b}${'}'.repeat(660)}`, 'nesting'],
    ['900 lists', `{ a(x: ${'['.repeat(900)}${']'.repeat(900)}) { b } }`, ''],
    [
      '240 fragments in a chain',
      `{...F0} ${repeat(240, (i) => `fragment F${i} on Query {...F${i + 1}}`)} fragment F240 on Query {b}`,
      '',
    ],
  ])('answers deep nesting with a refusal, never with a fault: %s', (_name, query, limit) => {
    expect(check(query)).toMatch(new RegExp(`^(OK|400 .*${limit})`))
  })

  it.each([
    ['a fragment that spreads itself', '{ ...F } fragment F on Query { ...F }', 'GRAPHQL_VALIDATION_FAILED'],
    [
      'two that spread each other',
      '{...F} fragment F on Query {...G} fragment G on Query {...F}',
      'GRAPHQL_VALIDATION_FAILED',
    ],
    ['introspection', '{ __schema { types { name } } }', 'GRAPHQL_VALIDATION_FAILED'],
    [
      'introspection under an alias in a fragment',
      '{...F} fragment F on Query { x: __type(name: "A") { name } }',
      'GRAPHQL_VALIDATION_FAILED',
    ],
    ['a subscription', 'subscription { s }', 'BAD_REQUEST'],
    ['schema definitions', 'type X { a: Int }', 'GRAPHQL_VALIDATION_FAILED'],
    ['a syntax error', '{ b', 'GRAPHQL_PARSE_FAILED'],
    ['an unknown field', '{ bb }', 'GRAPHQL_VALIDATION_FAILED'],
    ['an alias __proto__', '{ __proto__: b }', 'BAD_REQUEST'],
    ['an alias constructor', '{ a { constructor: b } }', 'BAD_REQUEST'],
    ['a literal key constructor', '{ a(o: {constructor: 1}) { b } }', 'BAD_REQUEST'],
    ['a NUL in a literal', '{ a(s: "x\\u0000") { b } }', 'BAD_USER_INPUT'],
  ])('refuses %s', (_name, query, code) => {
    expect(check(query)).toMatch(new RegExp(`^400 ${code}`))
  })

  it('never suggests names', () => {
    expect(check('{ bb aa { q } }')).not.toMatch(/did you mean/i)
  })

  it('serves introspection in development only', () => {
    expect(check('{ __schema { types { fields { type { ofType { ofType { name } } } } } } }', true)).toBe(
      'OK',
    )
  })
})

describe('the limits of variables', () => {
  it.each<[string, number, (n: number) => unknown]>([
    ['variables', limits.variables, (n) => Object.fromEntries(listOf(n).map((_, i) => [`v${i}`, 1]))],
    ['listItems', limits.listItems, (n) => ({ x: listOf(n) })],
    ['listItems, inside', limits.listItems, (n) => ({ x: { y: [listOf(n)] } })],
    ['variableDepth', limits.variableDepth, (n) => ({ x: nested(n) })],
  ])('PRO-03 MUST refuse more than allowed: %s', (_name, limit, write) => {
    expect([variables(write(limit - 1)), variables(write(limit))]).toEqual(['OK', 'OK'])
    expect(variables(write(limit + 1))).toMatch(
      new RegExp(`^400 OPERATION_LIMIT_EXCEEDED .*${limit + 1}.*${limit}`),
    )
  })

  it('does not run out of stack on the deepest body there can be', () => {
    const text = `{"query":"{b}","variables":{"x":${'['.repeat(50_000)}${']'.repeat(50_000)}}}`

    expect(verdict(() => readPayload(Buffer.from(text)))).toContain('variableDepth')
  })

  it('tells only some of very many faults in values', () => {
    const documents = new Documents(buildSchema('type Query { a(x: [Int!]!): Int }'), false)
    const checked = documents.check('query($x: [Int!]!) { a(x: $x) }')
    const [operation] = checked.operations
    const wrong = Array.from({ length: 30_000 }, () => 'x')

    const refused = () => operation && documents.checkVariables(operation, { x: wrong })
    expect(refused).toThrow(Refusal)
    expect(verdict(refused)).toMatch(/^400 BAD_USER_INPUT/)
  })
})

describe('the body of a request', () => {
  it.each<[string, unknown]>([
    ['a batch', [{ query: '{b}' }]],
    ['a text', 'x'],
    ['null', null],
    ['no document', { variables: {} }],
    ['an empty document', { query: ' ' }],
    ['a document that is no text', { query: { kind: 'Document' } }],
    ['an unknown key', { query: '{b}', id: 'x' }],
    ['a persisted query', { query: '{b}', extensions: { persistedQuery: { version: 1, sha256Hash: 'x' } } }],
    ['variables as a list', { query: '{b}', variables: [] }],
    ['variables as a text', { query: '{b}', variables: '{}' }],
    ['an operation name that is none', { query: '{b}', operationName: 'a b' }],
    ['the operation name constructor', { query: '{b}', operationName: 'constructor' }],
    ['a variable constructor', { query: '{b}', variables: { constructor: 1 } }],
    ['a key prototype inside', { query: '{b}', variables: { x: [{ prototype: 1 }] } }],
  ])('MUST be refused when it is %s', (_name, body) => {
    expect(payload(body)).toMatch(/^400 BAD_REQUEST/)
  })

  it('MUST be refused with __proto__ as a key, and pollute nothing', () => {
    const text = '{"query":"{b}","variables":{"x":{"__proto__":{"polluted":1}}}}'

    expect(verdict(() => readPayload(Buffer.from(text)))).toMatch(/^400 BAD_REQUEST/)
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
  })

  it('MUST be refused with a NUL in a variable, in a key, in the document', () => {
    expect(variables({ x: ['a\0'] })).toMatch(/^400 BAD_USER_INPUT/)
    expect(variables({ 'x\0': 1 })).toMatch(/^400 BAD_USER_INPUT/)
    expect(payload({ query: '{b} \0' })).toMatch(/^400 BAD_REQUEST/)
  })

  it('MUST be UTF-8', () => {
    expect(verdict(() => readPayload(Buffer.from([0x7b, 0xff, 0x7d])))).toMatch(/^400 BAD_REQUEST/)
    expect(verdict(() => readPayload(Buffer.from('{"query":"{b}"}', 'utf16le')))).toMatch(/^400 BAD_REQUEST/)
  })
})
