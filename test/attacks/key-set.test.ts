import { randomUUID } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { demoApiKey } from '@autora/cli'
import { type RunningGateway, startGateway } from '@autora/gateway'
import { createLog } from '@autora/shared/telemetry'
import { Client } from '../kit/client.js'
import { testKeys } from '../kit/secrets.js'
import { keySet, newIssuerKey, signToken, testAudience, testIssuer } from '../kit/tokens.js'
import { startWorld, type World } from '../kit/world.js'
import { markedClaims } from './hostile-tokens.js'

let world: World
let issuer: Server
let gateway: RunningGateway
let lines: string[]
let fetches: number
let keys: () => string

beforeAll(async () => {
  world = await startWorld()
  issuer = createServer((_request, response) => {
    fetches += 1
    response.end(keys())
  })
  await new Promise<void>((resolve) => issuer.listen(0, '127.0.0.1', resolve))
})
afterAll(async () => {
  await new Promise((resolve) => issuer.close(resolve))
  await world.close()
})

beforeEach(async () => {
  fetches = 0
  lines = []
  const published = await keySet(world.issuerKey)
  keys = () => published
  gateway = await startGateway(
    {
      AUTORA_PROFILE: 'production',
      AUTORA_HOST: '127.0.0.1',
      AUTORA_PORT: 0,
      AUTORA_IDENTITY_URL: world.urls.identity,
      AUTORA_DEALER_OPS_URL: world.urls.dealer_ops,
      AUTORA_AUDIT_URL: world.urls.audit,
      AUTORA_SEAL_KEY: testKeys.seal,
      AUTORA_HOP_SECRET: testKeys.hopSecret,
      AUTORA_ISSUER: testIssuer,
      AUTORA_AUDIENCE: testAudience,
      AUTORA_JWKS_URL: issuerUrl(),
    },
    { log: createLog('gateway', (line) => lines.push(line)) },
  )
})
afterEach(async () => {
  jest.restoreAllMocks()
  await gateway.close()
})

const issuerUrl = () => `http://127.0.0.1:${(issuer.address() as AddressInfo).port}/keys`

/** Asks with a token under these headers. */
const ask = async (header: Record<string, unknown> = {}, key = world.issuerKey) =>
  new Client(gateway.url, () => signToken(key, { ...markedClaims(world), sid: randomUUID() }, header)).send(
    '{ me { principal } }',
  )

describe('the key set of the issuer', () => {
  it('ATT-10 MUST be fetched a few times at most for 200 tokens with random key ids, and serve good ones meanwhile', async () => {
    const first = await ask()
    const floods = Array.from({ length: 200 }, () => ask({ kid: randomUUID() }))
    const during = await ask()
    const answers = await Promise.all(floods)
    const after = await ask()

    expect([first.status, during.status, after.status]).toEqual([200, 200, 200])
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([401]))
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1)
    expect(fetches).toBeLessThanOrEqual(2)
  })

  it('ATT-11 MUST be the only place keys come from: an address in a token is never called', async () => {
    await ask()
    const before = fetches

    for (const header of [{ jku: issuerUrl() }, { x5u: issuerUrl() }, { jku: issuerUrl(), kid: 'mine' }])
      expect((await ask(header, newIssuerKey('mine'))).status).toBe(401)

    expect(fetches).toBe(before)
  })

  it('ATT-12 MUST be read anew for an unknown key id once half a minute is over, and then hold what is published', async () => {
    const next = newIssuerKey('next')
    const published = await keySet(next)
    const time = performance.now.bind(performance)
    await ask()
    keys = () => published

    jest.spyOn(performance, 'now').mockImplementation(() => time() + 31_000)
    const changed = await ask({}, next)
    const old = await ask()

    expect([changed.status, old.status]).toEqual([200, 401])
    expect(fetches).toBe(2)
  })

  it.each([
    ['no JSON', () => 'gone'],
    ['an empty set', () => '{"keys":[]}'],
    ['far too much', () => 'x'.repeat(200_000)],
  ])('ATT-13 MUST let nobody in while it was never had: %s', async (_name, broken) => {
    keys = broken

    const person = await ask()
    const partner = new Client(gateway.url, async () => partnerKey())

    expect(person.status).toBe(503)
    expect(person.errors.map(({ extensions }) => extensions.code)).toEqual(['SERVICE_UNAVAILABLE'])
    expect(person.text).not.toMatch(/127\.0\.0\.1|ECONN|keys/)
    expect((await partner.send('{ me { principal } }')).data).toEqual({ me: { principal: 'PARTNER' } })
    expect(lines.join('\n')).not.toContain('gone')
  })
})

/** Partners need no key set. */
function partnerKey(): string {
  const { id } = world.people.store('north-one')
  const key = world.network.apiKeys.find((one) => one.kind === 'STORE' && one.storeIds.includes(id))
  if (!key) throw new Error('north-one has no key')
  return demoApiKey(key.id)
}
