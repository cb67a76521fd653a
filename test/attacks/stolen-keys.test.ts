import { createHash, generateKeyPairSync, type KeyObject, randomUUID } from 'node:crypto'
import { demoApiKey } from '@autora/cli'
import { formatApiKey } from '@autora/shared/api-key'
import { decodeId } from '@autora/shared/request'
import { calculateJwkThumbprint, exportJWK, SignJWT } from 'jose'
import { codeOf, eventually, KeyDesk, type MadeKey, ME } from '../kit/api-keys.js'
import { startWorld, type World } from '../kit/world.js'
import { footprint } from './footprint.js'
import { type LinkedGateway, linkGateway } from './linked-gateway.js'

let world: World
let keys: KeyDesk
beforeAll(async () => {
  world = await startWorld()
  keys = new KeyDesk(world)
})
afterAll(() => world.close())

describe('a report of leaked keys', () => {
  const report = (body: unknown, at = world.gatewayUrl) =>
    world.people
      .withCredential('')
      .post(new URL('/keys/leaked', at).href.slice(world.gatewayUrl.length), JSON.stringify(body), {
        'content-type': 'application/json',
      })
  const wrongSecret = (made: MadeKey) =>
    formatApiKey({ id: decodeId('ApiKey', made.apiKey.id) ?? '', secret: 'A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6' })

  it('KEY-22 MUST end each real one, tell the trail of its group, and answer nothing', async () => {
    const [leaked, other, kept] = [await keys.make(), await keys.make(), await keys.make()]

    const answer = await report([
      { token: leaked.secret, type: 'autora_api_key', url: 'https://example.test/repository' },
      { key: other.secret },
      { token: wrongSecret(kept), type: 'autora_api_key' },
    ])

    expect([answer.status, answer.text]).toEqual([202, '{"accepted":true}'])
    for (const made of [leaked, other]) {
      expect(await keys.eventsOn(made.apiKey.id)).toMatchObject([
        { action: 'apiKey.created' },
        { action: 'apiKey.leaked', actor_principal: 'SYSTEM', outcome: 'ALLOW' },
      ])
      const refused = await keys.holderOf(made).send(ME)
      expect([refused.status, codeOf(refused)]).toEqual([401, 'UNAUTHENTICATED'])
    }
    expect((await keys.holderOf(kept).send(ME)).status).toBe(200)
    const { data } = await keys.admin.send(
      '{ auditEvents(filter: { action: "apiKey.leaked" }) { edges { node { targetId } } } }',
    )
    expect(data.auditEvents.edges).toHaveLength(2)
    const told = world.mails.filter(({ subject }) => subject.startsWith('An API key was found'))
    expect(told).toHaveLength(4) // two keys, two Dealer Admins of the whole group
    expect(JSON.stringify(told)).not.toContain(leaked.secret)
    expect(world.logLines.join('\n')).not.toContain(leaked.secret)
  })

  it('KEY-22 MUST be answered with the same bytes, whatever it holds, and change nothing', async () => {
    const made = await keys.make()
    const linked = await linkGateway(world)
    const before = await footprint(world)
    const send = async (body: string) => {
      const { status, text } = await linked.people
        .anonymous()
        .post('/keys/leaked', body, { 'content-type': 'application/json', 'x-request-id': 'leak-same-1' })
      return `${status} ${text}`
    }

    try {
      const answers = [
        await send('[]'),
        await send('no json'),
        await send('{"token":1}'),
        await send(JSON.stringify([{ token: wrongSecret(made) }])),
        await send(JSON.stringify([{ token: `${made.secret.slice(0, -1)}_` }])),
        await send(JSON.stringify(Array.from({ length: 101 }, () => ({ token: made.secret })))),
        await send(JSON.stringify([{ token: demoApiKey(revokedKey()) }])),
      ]
      expect(new Set(answers)).toEqual(new Set(['202 {"accepted":true}']))
      expect(await footprint(world)).toEqual(before)
    } finally {
      await linked.close()
    }
  })

  it('KEY-21 MUST be taken ten times a minute from one address', async () => {
    const linked = await linkGateway(world)
    const send = () =>
      linked.people.anonymous().post('/keys/leaked', '[]', { 'content-type': 'application/json' })

    try {
      for (let n = 0; n < 10; n += 1) expect((await send()).status).toBe(202)
      const refused = await send()
      expect([refused.status, codeOf(refused)]).toEqual([429, 'TOO_MANY_REQUESTS'])
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
    } finally {
      await linked.close()
    }
  })

  const revokedKey = () => world.network.apiKeys.find(({ kind }) => kind === 'REVOKED')?.id ?? ''
})

describe('a key that asks too often', () => {
  it('KEY-20 MUST wait, whatever a request holds, while other keys of its partner go on', async () => {
    const [busy, quiet] = [await keys.make(), await keys.make()]
    const aliases = `{ ${Array.from({ length: 5 }, (_, n) => `a${n}: me { principal }`).join(' ')} }`
    const statuses: number[] = []
    for (let n = 0; n < 22; n += 1) statuses.push((await keys.holderOf(busy).send(aliases)).status)
    const refused = await keys.holderOf(busy).send(ME)

    expect(statuses.filter((status) => status === 200)).toHaveLength(20)
    expect([refused.status, codeOf(refused)]).toEqual([429, 'TOO_MANY_REQUESTS'])
    expect(refused.headers.get('ratelimit-policy')).toBe('"second";q=20;w=10')
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
    expect((await keys.holderOf(quiet).send(ME)).status).toBe(200)
  })
})

interface KeyPair {
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
  readonly jkt: string
}
async function newKeyPair(): Promise<KeyPair> {
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return { ...pair, jkt: await calculateJwkThumbprint(await exportJWK(pair.publicKey)) }
}

describe('a key that is bound to a key pair', () => {
  const PUBLIC = 'https://api.example.test'
  let linked: LinkedGateway
  let pair: KeyPair
  let bound: MadeKey
  beforeAll(async () => {
    linked = await linkGateway(world, undefined, { AUTORA_PUBLIC_URL: PUBLIC })
    pair = await newKeyPair()
    bound = await keys.make({ senderConstraint: { jkt: pair.jkt } })
  })
  afterAll(() => linked.close())

  const goodClaims = () => ({
    jti: randomUUID(),
    htm: 'POST',
    htu: `${PUBLIC}/graphql`,
    iat: Math.floor(Date.now() / 1000),
    ath: createHash('sha256').update(bound.secret).digest('base64url'),
  })
  const proofOf = async (claims: object = {}, header: object = {}, by = pair) =>
    new SignJWT({ ...goodClaims(), ...claims })
      .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk: await exportJWK(by.publicKey), ...header })
      .sign(by.privateKey)
  const ask = (headers: Record<string, string>, secret = bound.secret) =>
    linked.people.anonymous().send(ME, {}, { authorization: `DPoP ${secret}`, ...headers })

  it('KEY-23 MUST open with a proof of the private key, every request with its own', async () => {
    expect(bound.apiKey.isSenderConstrained).toBe(true)
    for (let n = 0; n < 2; n += 1) expect((await ask({ dpop: await proofOf() })).status).toBe(200)
  })

  const hour = 3_600
  it.each<[string, () => Promise<Record<string, string>>]>([
    ['no proof', async () => ({})],
    [
      'a proof under the scheme of keys',
      async () => ({ authorization: `ApiKey ${bound.secret}`, dpop: await proofOf() }),
    ],
    ['the key as a bearer', async () => ({ authorization: `Bearer ${bound.secret}` })],
    ["somebody else's proof", async () => ({ dpop: await proofOf({}, {}, await newKeyPair()) })],
    ['a proof for another method', async () => ({ dpop: await proofOf({ htm: 'GET' }) })],
    [
      'a proof for another address',
      async () => ({ dpop: await proofOf({ htu: 'https://evil.example/graphql' }) }),
    ],
    ['a proof for another path', async () => ({ dpop: await proofOf({ htu: `${PUBLIC}/intake/adf` }) })],
    ['a proof for another key', async () => ({ dpop: await proofOf({ ath: 'x'.repeat(43) }) })],
    ['an old proof', async () => ({ dpop: await proofOf({ iat: goodClaims().iat - 61 }) })],
    ['a proof of the future', async () => ({ dpop: await proofOf({ iat: goodClaims().iat + hour }) })],
    ['a proof without a name', async () => ({ dpop: await proofOf({ jti: undefined }) })],
    ['a proof of another type', async () => ({ dpop: await proofOf({}, { typ: 'at+jwt' }) })],
    ['a proof that carries no key', async () => ({ dpop: await proofOf({}, { jwk: undefined }) })],
    [
      'a proof that carries the private key',
      async () => ({ dpop: await proofOf({}, { jwk: await exportJWK(pair.privateKey) }) }),
    ],
    ['two proofs', async () => ({ dpop: `${await proofOf()}, ${await proofOf()}` })],
    ['garbage', async () => ({ dpop: 'a.b.c' })],
    ['a changed proof', async () => ({ dpop: (await proofOf()).replace(/\.[^.]*$/, `.${'A'.repeat(86)}`) })],
  ])('KEY-24 MUST open nothing with %s', async (_name, headers) => {
    const before = await footprint(world)

    const answer = await ask(await headers())

    expect([answer.status, codeOf(answer)]).toEqual([401, 'KEY_PROOF_REFUSED'])
    expect(answer.headers.get('www-authenticate')).toContain('DPoP error="invalid_dpop_proof"')
    expect(await footprint(world)).toEqual(before)
  })

  it('KEY-24 MUST open nothing with a proof that was used, and the trail has it', async () => {
    const dpop = await proofOf()
    await ask({ dpop })

    const replayed = await ask({ dpop })

    expect([replayed.status, codeOf(replayed)]).toEqual([401, 'KEY_PROOF_REFUSED'])
    const events = await eventually(
      () => keys.eventsOn(bound.apiKey.id),
      (found) => found.some(({ detail }) => detail.reason === 'PROOF_REPLAYED'),
    )
    expect(events.map(({ detail }) => detail.reason)).toContain('PROOF_REPLAYED')
  })

  it('KEY-24 MUST open nothing at a gateway that does not know its own address', async () => {
    const answer = await world.people
      .anonymous()
      .send(ME, {}, { authorization: `DPoP ${bound.secret}`, dpop: await proofOf() })

    expect([answer.status, codeOf(answer)]).toEqual([401, 'KEY_PROOF_REFUSED'])
  })

  it('KEY-24 MUST not take a proof for a key that is bound to nothing', async () => {
    const plain = await keys.make()

    const answer = await ask({ dpop: await proofOf() }, plain.secret)

    expect([answer.status, codeOf(answer)]).toEqual([401, 'KEY_PROOF_REFUSED'])
  })
})

describe('what a client says about himself beside his credential', () => {
  it('KEY-25 MUST be flagged when it is a key in the address, and never repeated', async () => {
    const made = await keys.make()
    const firstLine = world.logLines.length

    const answer = await world.people
      .anonymous()
      .post(`/graphql?api_key=${made.secret}`, JSON.stringify({ query: ME }), {
        'content-type': 'application/json',
      })

    const lines = world.logLines.slice(firstLine).join('\n')
    expect([answer.status, codeOf(answer)]).toEqual([401, 'UNAUTHENTICATED'])
    expect(lines).toContain('"hasCredentialInUrl":true')
    expect(lines).not.toContain(made.secret.slice(12, 44))
  })

  it('KEY-26 MUST be ignored: no header of his makes him somebody else', async () => {
    const sales = world.people.sales('north-one')
    const owner = world.people.membership('PLATFORM_OWNER')
    const spoofed = {
      'x-autora-caller': Buffer.from(JSON.stringify({ actor: { principal: 'PLATFORM_OWNER' } })).toString(
        'base64url',
      ),
      'x-autora-seal': 'a1|k1|9999999999|identity',
      'x-autora-signature': 'x',
      'x-user-id': owner.userId,
      'x-tenant-id': world.people.store('south-one').groupId,
      'x-forwarded-user': owner.userId,
      'x-forwarded-for': '127.0.0.1',
      'x-request-id': 'spoofed-same-1',
    }
    const question = '{ me { principal stores { code } } stores(first: 100) { edges { node { code } } } }'

    const plain = await sales.send(question, {}, { 'x-request-id': 'spoofed-same-1' })
    const dressed = await sales.send(question, {}, spoofed)

    expect(plain.status).toBe(200)
    expect([dressed.status, dressed.text]).toEqual([plain.status, plain.text])
  })

  it('KEY-27 MUST not make a key for an application of somebody else', async () => {
    const before = await footprint(world)
    const { data } = await keys.admin.send(
      'mutation C($input: ApiKeyCreateInput!) { apiKeyCreate(input: $input) { secret userErrors { code } } }',
      keys.wanted({ appId: keys.appOf('south') }),
    )

    expect(data.apiKeyCreate).toEqual({ secret: null, userErrors: [{ code: 'NOT_FOUND' }] })
    expect(await footprint(world)).toEqual(before)
    const [denied] = await world.sql<{ n: number }>(
      `select count(*)::int as n from audit.event
        where action = 'access.refused' and outcome = 'DENY' and detail @> '{"operation":"apiKeyCreate","code":"NOT_FOUND"}'`,
    )
    expect(denied?.n).toBe(1)
  })
})
