import { createHmac } from 'node:crypto'
import { formatApiKey } from '@autora/shared/api-key'
import { UnsecuredJWT } from 'jose'
import { goodClaims, keySetOf, newEcKey, newKey, type SigningKey, sign } from '../../testing/issuer.js'
import { actorOf, type FakeService, fakeService, keptLog, testSettings } from '../../testing/services.js'
import { Refusal, refusalAnswer } from '../answers/index.js'
import { subgraphWays } from '../calls/index.js'
import { Rates } from '../rates/index.js'
import { Authenticator } from './index.js'

const userKey = newKey('k1')
const ecKey = newEcKey('k2')
const strangerKey = newKey('k1')
const now = () => Math.floor(Date.now() / 1000)
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
const apiKey = formatApiKey({
  id: '0b9d1c9e-3f52-4a6b-8a43-6a1f5a2f7c11',
  secret: 'A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6',
})

let identity: FakeService
let keys: string
let fetches = 0
let keysAnswer: () => string

async function newAuthenticator(replace: Partial<ReturnType<typeof testSettings>> = {}) {
  const settings = {
    ...testSettings({ identity: identity.url, dealer_ops: identity.url, audit: identity.url }),
    ...replace,
  }
  const log = keptLog()
  const ways = subgraphWays(settings)
  const authenticator = new Authenticator({
    settings,
    ways,
    clock: { now: () => new Date() },
    log,
    rates: new Rates(log),
  })
  return {
    log,
    ask: (value: string | null, more: string[] = []) =>
      authenticator.authenticate(
        { rawHeaders: [...(value === null ? [] : ['Authorization', value]), ...more] },
        'request-1',
      ),
    close: () => ways.calls.identity.close(),
  }
}

let open: Awaited<ReturnType<typeof newAuthenticator>>

beforeAll(async () => {
  keys = await keySetOf(userKey, ecKey)
  identity = await fakeService('identity', () => ({}), {
    '/.well-known/jwks.json': () => {
      fetches += 1
      return keysAnswer()
    },
  })
})
afterAll(() => identity.close())
beforeEach(async () => {
  keysAnswer = () => keys
  fetches = 0
  identity.calls.length = 0
  identity.respond = () => ({ actor: actorOf('DEALER_SALES') })
  open = await newAuthenticator()
})
afterEach(() => open.close())

/** The bytes a refused client gets, and why in the log. */
async function refusal(
  value: string | null,
  more: string[] = [],
): Promise<{ bytes: string; logged: string }> {
  const error: unknown = await open.ask(value, more).then(
    () => new Error('was let in'),
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof Refusal)) throw error
  const { status, headers, body } = refusalAnswer(error, 'request-1')
  return { bytes: JSON.stringify([status, headers, body]), logged: error.details.logged ?? '' }
}

const bearer = async (token: string | Promise<string>) => `Bearer ${await token}`
const signed = (
  claims: Record<string, unknown>,
  header?: Record<string, unknown>,
  key: SigningKey = userKey,
) => bearer(sign(key, { ...goodClaims(), ...claims }, header))

/** A token with one claim left out. */
async function without(claim: string): Promise<string> {
  const { [claim]: _left, ...claims } = goodClaims()
  return bearer(sign(userKey, claims))
}

const parts = async () => (await sign(userKey, goodClaims())).split('.') as [string, string, string]

const hostile: Record<string, () => Promise<string | null> | string | null> = {
  nothing: () => null,
  'an empty credential': () => 'Bearer ',
  garbage: () => 'Bearer x.y.z',
  'another scheme': async () => `Basic ${(await parts()).join('.')}`,
  'no scheme': async () => (await parts()).join('.'),
  'algorithm none': () => `Bearer ${new UnsecuredJWT(goodClaims()).encode()}`,
  'algorithm none with a header of ours': async () =>
    `Bearer ${encode({ alg: 'none', typ: 'at+jwt', kid: 'k1' })}.${(await parts())[1]}.AA`,
  'HS256 keyed with the public key': async () => {
    const body = `${encode({ alg: 'HS256', typ: 'at+jwt', kid: 'k1' })}.${(await parts())[1]}`
    const mac = createHmac('sha256', userKey.publicKey.export({ type: 'spki', format: 'pem' }))
    return `Bearer ${body}.${mac.update(body).digest('base64url')}`
  },
  'ES256 in the header of an EdDSA token': async () => {
    const [, payload, signature] = await parts()
    return `Bearer ${encode({ alg: 'ES256', typ: 'at+jwt', kid: 'k2' })}.${payload}.${signature}`
  },
  'a key of somebody else under a known id': () => signed({}, {}, strangerKey),
  'an unknown key id': () => signed({}, { kid: 'k9' }),
  'no key id': () => signed({}, { kid: undefined }),
  'a wrong issuer': () => signed({ iss: 'http://other.test' }),
  'no issuer': () => without('iss'),
  'a wrong audience': () => signed({ aud: 'urn:other' }),
  'no audience': () => without('aud'),
  'an expired token': () => signed({ iat: now() - 400, exp: now() - 6 }),
  'a token not yet valid': () => signed({ nbf: now() + 60 }),
  'a token issued in the future': () => signed({ iat: now() + 60, exp: now() + 300 }),
  'a life that is too long': () => signed({ exp: now() + 700 }),
  'no expiry': () => without('exp'),
  'no issue time': () => without('iat'),
  'no subject': () => without('sub'),
  'no session': () => without('sid'),
  'no token id': () => without('jti'),
  'no client': () => without('client_id'),
  'no membership': () => without('membership'),
  'no membership version': () => without('membership_version'),
  'a subject that is no uuid': () => signed({ sub: 'admin' }),
  'an ID token': () => signed({}, { typ: 'JWT' }),
  'no type': () => signed({}, { typ: undefined }),
  'a crit header': async () => {
    const [, payload, signature] = await parts()
    return `Bearer ${encode({ alg: 'EdDSA', typ: 'at+jwt', kid: 'k1', crit: ['exp'], exp: 1 })}.${payload}.${signature}`
  },
  'a jku header': () => signed({}, { jku: 'http://evil.test/jwks.json' }),
  'an x5u header': () => signed({}, { x5u: 'http://evil.test/cert.pem' }),
  'a jwk header': () => signed({}, { jwk: { kty: 'OKP' } }),
  'an actor inside an actor': () =>
    signed({ act: { sub: goodClaims().sub, act: { sub: goodClaims().sub } }, grant: goodClaims().sid }),
  'an actor without a grant': () => signed({ act: { sub: goodClaims().sub } }),
  'a grant without an actor': () => signed({ grant: goodClaims().sid }),
  'analyst that is no boolean': () => signed({ analyst: 'yes' }),
  'padding after the signature': async () => `Bearer ${(await parts()).join('.')}==`,
  'padding inside the payload': async () => {
    const [header, payload, signature] = await parts()
    return `Bearer ${header}.${payload}=.${signature}`
  },
  'another alphabet': async () =>
    `Bearer ${(await parts()).join('.').replaceAll('-', '+').replaceAll('_', '/')}+`,
  'stray last bits': async () => {
    const token = (await parts()).join('.')
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
    return `Bearer ${token.slice(0, -1)}${alphabet[(alphabet.indexOf(token.slice(-1)) & 0x30) + 1]}`
  },
  'a changed payload': async () => {
    const [header, , signature] = await parts()
    return `Bearer ${header}.${encode({ ...goodClaims(), membership_version: 5 })}.${signature}`
  },
  'four parts': async () => `Bearer ${(await parts()).join('.')}.AA`,
  'a very long text': () => `Bearer ${'a'.repeat(9_000)}`,
  'a key with a wrong checksum': () => `ApiKey ${apiKey.slice(0, -1)}${apiKey.endsWith('0') ? '1' : '0'}`,
  'a key of another form': () => 'Bearer autora_test_x',
}

describe('a hostile credential', () => {
  it.each(Object.entries(hostile))(
    'AUT-01 MUST be answered 401 with the same bytes: %s',
    async (_name, make) => {
      const nobody = await refusal(null)

      const answered = await refusal(await make())

      expect(answered.bytes).toBe(nobody.bytes)
      expect(answered.bytes).toMatch(/^\[401,\{"www-authenticate":"Bearer"\}/)
      expect(answered.logged).toMatch(/^[A-Za-z_]+$/)
      expect(identity.calls).toEqual([])
    },
  )

  it('AUT-02 MUST be the only one: two Authorization headers are none', async () => {
    const good = await signed({})

    expect((await refusal(good, ['authorization', good])).logged).toBe('TWO_CREDENTIALS')
  })
})

describe('an access token', () => {
  it('is accepted with EdDSA and with ES256, and verified once', async () => {
    const token = await signed({})

    expect(await open.ask(token)).toEqual(actorOf('DEALER_SALES'))
    expect(await open.ask(token)).toEqual(actorOf('DEALER_SALES'))
    expect(await open.ask(await signed({}, {}, ecKey))).toEqual(actorOf('DEALER_SALES'))
    expect(fetches).toBe(1)
  })

  it('asks identity with what it says, once for concurrent requests, and again for the next', async () => {
    const token = await signed({})

    await Promise.all([open.ask(token), open.ask(token), open.ask(token)])
    expect(identity.calls.map(({ path, body }) => [path, JSON.parse(body)])).toEqual([
      [
        '/internal/principals/user',
        {
          userId: '11111111-1111-4111-8111-111111111111',
          sessionId: '22222222-2222-4222-8222-222222222222',
          membershipId: '33333333-3333-4333-8333-333333333333',
          membershipVersion: 4,
        },
      ],
    ])
    expect(identity.calls[0]?.caller.actor.kind).toBe('SYSTEM')

    identity.respond = (_call, response) => response.writeHead(401).end('{}')
    expect((await refusal(token)).logged).toBe('PRINCIPAL_NOT_ACTIVE')
  })

  it('acts for the tenant under a grant, and only as identity confirms it', async () => {
    const claims = goodClaims()
    const grant = '66666666-6666-4666-8666-666666666666'
    const tenantId = '44444444-4444-4444-8444-444444444444'
    const token = await signed({ sub: tenantId, act: { sub: claims.sub }, grant })
    const supporter = actorOf('PLATFORM_SUPPORT', {
      tenantId,
      grant: { id: grant, piiLevel: 'MASKED', capabilities: ['READ'] },
    })

    identity.respond = () => ({ actor: supporter })
    expect(await open.ask(token)).toEqual(supporter)
    expect(JSON.parse(identity.calls[0]?.body ?? '')).toMatchObject({ userId: claims.sub, grantId: grant })

    for (const other of [{ grant: null }, { tenantId: grant }, { id: grant }]) {
      const again = await signed({ sub: tenantId, act: { sub: claims.sub }, grant, sid: crypto.randomUUID() })
      identity.respond = () => ({ actor: { ...supporter, ...other } })
      expect((await refusal(again)).logged).toBe('PRINCIPAL_NOT_ACTIVE')
    }
  })

  it('AUT-03 MUST never make anybody the platform, whatever identity answers', async () => {
    identity.respond = () => ({ actor: actorOf('SYSTEM', { kind: 'SYSTEM' }) })

    await expect(open.ask(await signed({}))).rejects.toMatchObject({ status: 503 })
  })

  it('AUT-04 MUST be refused with 503 when identity is away, never let in', async () => {
    identity.respond = (_call, response) => response.destroy()
    await expect(open.ask(await signed({}))).rejects.toMatchObject({
      status: 503,
      code: 'SERVICE_UNAVAILABLE',
    })

    identity.respond = (_call, response) => response.writeHead(500).end('{"at":"10.0.0.1"}')
    await expect(open.ask(await signed({ sid: crypto.randomUUID() }))).rejects.toMatchObject({ status: 503 })
  })
})

describe('an API key', () => {
  it('is taken under either scheme and asked for at identity', async () => {
    identity.respond = () => ({ actor: actorOf('PARTNER', { scopes: ['leads:read.own', 'leads:create'] }) })

    const [actor] = await Promise.all([open.ask(`ApiKey ${apiKey}`), open.ask(`Bearer ${apiKey}`)])
    expect(actor).toMatchObject({ principal: 'PARTNER', scopes: ['leads:create', 'leads:read.own'] })
    expect(identity.calls.map(({ path, body }) => [path, JSON.parse(body)])).toEqual([
      ['/internal/principals/key', { key: apiKey, address: null }],
    ])
  })

  it('never makes a person', async () => {
    expect((await refusal(`ApiKey ${apiKey}`)).logged).toBe('PRINCIPAL_NOT_ACTIVE')
  })
})

describe('the key set', () => {
  it('AUT-05 MUST not be fetched again for a thousand unknown key ids, at once or one after the other', async () => {
    await open.ask(await signed({}))
    await Promise.all(
      Array.from({ length: 1_000 }, async (_, i) => refusal(await signed({}, { kid: `r${i}` }))),
    )
    for (let i = 0; i < 20; i++) await refusal(await signed({}, { kid: `s${i}` }))

    expect(fetches).toBe(1)
  })

  it.each([
    ['an error', () => 'not json'],
    ['an empty set', () => '{"keys":[]}'],
  ])('answers 503 while no key was ever had: %s', async (_name, answer) => {
    keysAnswer = answer

    await expect(open.ask(await signed({}))).rejects.toMatchObject({ status: 503 })
  })

  it('goes on with known keys when the issuer breaks', async () => {
    await open.ask(await signed({}))
    keysAnswer = () => '{"keys":[]}'
    await refusal(await signed({}, { kid: 'k9' }))

    expect(await open.ask(await signed({ sid: crypto.randomUUID() }))).toEqual(actorOf('DEALER_SALES'))
  })
})
