import { encodeId } from '@autora/shared/request'
import { signToken } from '../kit/tokens.js'
import { startWorld, type World } from '../kit/world.js'
import { footprint } from './footprint.js'
import { claimed, forged, MARK, markedClaims, respelt, unfounded } from './hostile-tokens.js'
import { expectRefusal } from './refusals.js'
import { sendWire, type WireAnswer } from './wire.js'

let world: World
let nobody: WireAnswer

const MIME: readonly [string, string] = ['content-type', 'application/json']
const SAME: readonly [string, string] = ['x-request-id', 'tokens-same-1']
type Header = readonly [name: string, value: string]

beforeAll(async () => {
  world = await startWorld()
  nobody = await knock([])
})
afterAll(() => world.close())

/** A deed that the holder of a good token may do: whoever is let in leaves a trace. */
const deed = () =>
  JSON.stringify({
    query: 'mutation C($input: LeadCreateInput!) { leadCreate(input: $input) { userErrors { code } } }',
    variables: {
      input: {
        storeId: encodeId('Store', world.people.store('north-one').id),
        customer: { firstName: 'Knock', emails: ['knock@example.test'] },
        interest: 'BUY',
        source: 'WALK_IN',
      },
    },
  })

const knock = (headers: readonly Header[], path = '/graphql') =>
  sendWire(world.gatewayUrl, { path, headers: [MIME, SAME, ...headers], body: deed() })

/** Everything of an answer but the time of day. */
const bytesOf = ({ head, body }: WireAnswer) => `${head.replace(/\r\ndate: [^\r]*/i, '')}\r\n\r\n${body}`

const goodToken = () => signToken(world.issuerKey, markedClaims(world))

/** Parts of a credential that would give it away in a log. */
const secretsOf = (headers: readonly Header[]) =>
  headers.flatMap(([, value]) => value.split(/[\s.,;="]+/)).filter((part) => part.length >= 16)

/** Refused like nobody, byte for byte; nothing is done, nothing of the credential is logged. */
async function expectRefused(headers: readonly Header[], path?: string): Promise<void> {
  const before = await footprint(world)
  const firstLine = world.logLines.length

  const answer = await knock(headers, path)

  expect(answer.status).toBe(401)
  expect(bytesOf(answer)).toBe(bytesOf(nobody))
  const logged = world.logLines.slice(firstLine).join('\n')
  expect(logged).toContain('tokens-same-1')
  expect(logged).not.toContain(MARK)
  for (const secret of secretsOf(headers)) expect(logged).not.toContain(secret)
  expect(await footprint(world)).toEqual(before)
}

describe('a good token', () => {
  it.each([
    ['as it is usually written', 'Authorization', 'Bearer '],
    ['with everything in lower case', 'authorization', 'bearer '],
    ['with everything in upper case', 'AUTHORIZATION', 'BEARER '],
    ['with more than one space', 'Authorization', 'Bearer   '],
  ])(
    'ATT-01 MUST be let in %s, so that every refusal below is for its own reason',
    async (_, name, scheme) => {
      const before = await footprint(world)

      const answer = await knock([[name, `${scheme}${await goodToken()}`]])

      expect(answer.status).toBe(200)
      expect(answer.body).toContain('"userErrors":[]')
      expect(await footprint(world)).not.toEqual(before)
    },
  )
})

describe('nobody', () => {
  it('ATT-02 MUST be told what to send, and nothing else', () => {
    expect(nobody.status).toBe(401)
    expect(nobody.head).toMatch(/\r\nwww-authenticate: Bearer\r\n/i)
    expect(JSON.parse(nobody.body)).toEqual({
      errors: [{ message: expect.any(String), extensions: { code: 'UNAUTHENTICATED' } }],
    })
  })
})

describe('a hostile credential', () => {
  it.each(Object.entries({ ...forged, ...claimed, ...unfounded }))(
    'ATT-03 MUST be answered like nobody, byte for byte: %s',
    async (_name, make) => expectRefused([['Authorization', await make(world)]]),
  )

  it.each(Object.entries(respelt))(
    'ATT-04 MUST be no other spelling of a good one: %s',
    async (_name, make) => expectRefused([['Authorization', await make(world)]]),
  )

  it('ATT-05 MUST be no key that is REVOKED', async () => {
    const before = await footprint(world)

    const answer = await world.people.partner('north-one', 'REVOKED').send('{ me { principal } }')

    expect([answer.status, answer.text]).toEqual([401, nobody.body])
    expect(await footprint(world)).toEqual(before)
  })

  it('ATT-05 MUST be no key that is EXPIRED, and only its holder is told why', async () => {
    const before = await footprint(world)

    const answer = await world.people.partner('north-one', 'EXPIRED').send('{ me { principal } }')

    expectRefusal(answer, 401, 'KEY_EXPIRED')
    expect(await footprint(world)).toEqual(before)
  })
})

describe('a credential in another place', () => {
  it.each([
    ['another header', (token: string): Header[] => [['x-authorization', `Bearer ${token}`]]],
    ['the header of proxies', (token: string): Header[] => [['proxy-authorization', `Bearer ${token}`]]],
    ['a cookie', (token: string): Header[] => [['cookie', `access_token=${token}; authorization=${token}`]]],
    ['a header of ours', (token: string): Header[] => [['x-autora-caller', token]]],
  ])('ATT-06 MUST be no credential: %s', async (_name, headers) => expectRefused(headers(await goodToken())))

  it.each(['access_token', 'authorization', 'token', 'api_key'])(
    'ATT-07 MUST be no credential: the query string, as %s',
    async (name) => {
      const token = await goodToken()
      const firstLine = world.logLines.length

      await expectRefused([], `/graphql?${name}=${token}`)

      expect(world.logLines.slice(firstLine).join('\n')).not.toContain(token.slice(0, 40))
    },
  )

  it('ATT-08 MUST be one credential: two Authorization headers are none, in either order and twice the same', async () => {
    const good: Header = ['Authorization', `Bearer ${await goodToken()}`]
    const bad: Header = ['Authorization', 'Bearer x']

    for (const pair of [
      [good, bad],
      [bad, good],
      [good, good],
    ])
      await expectRefused(pair)
    await expectRefused([['Authorization', `${good[1]}, ${good[1]}`]])
  })
})
