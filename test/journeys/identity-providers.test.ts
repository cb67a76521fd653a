import { createHmac } from 'node:crypto'
import { encodeId } from '@autora/shared/request'
import { footprint } from '../attacks/footprint.js'
import { type ForeignAlgorithm, ForeignIssuer, foreignAudience } from '../attacks/foreign-issuer.js'
import type { Answer, Client } from '../kit/client.js'
import { goodClaims, signToken, testIssuer } from '../kit/tokens.js'
import { startWorld, type World } from '../kit/world.js'

const ME = '{ me { principal user { id } } }'
const SAVE = `mutation Save($input: IdentityProviderSaveInput!) {
  identityProviderSave(input: $input) { identityProvider { id status version } userErrors { code field } } }`
const REMOVE = `mutation Remove($input: IdentityProviderRemoveInput!) {
  identityProviderRemove(input: $input) { identityProvider { id status } userErrors { code } } }`
const LINK = `mutation Link($input: ExternalIdentityLinkInput!) {
  externalIdentityLink(input: $input) { externalIdentity { id subject user { id } provider { id } } userErrors { code } } }`
const UNLINK = `mutation Unlink($input: ExternalIdentityUnlinkInput!) {
  externalIdentityUnlink(input: $input) { externalIdentity { id } userErrors { code } } }`
const LIST = '{ identityProviders(first: 50) { edges { node { id issuer dealerGroup { code } } } } }'

let world: World
let north: ForeignIssuer
let south: ForeignIssuer
const issuers: ForeignIssuer[] = []
let northId: string
let southId: string

/** Starts an issuer that ends with the tests. */
async function startIssuer(alg: ForeignAlgorithm): Promise<ForeignIssuer> {
  const issuer = await ForeignIssuer.start(alg)
  issuers.push(issuer)
  return issuer
}

const provider = (of: ForeignIssuer, algorithms: readonly string[], more: object = {}) => ({
  input: {
    name: 'House',
    issuer: of.issuer,
    audience: foreignAudience,
    jwksUri: of.jwksUri,
    algorithms,
    ...more,
  },
})

async function register(admin: Client, of: ForeignIssuer, algorithm: string, more: object = {}) {
  const { data, errors } = await admin.send(SAVE, provider(of, [algorithm], more))
  expect(errors).toEqual([])
  expect(data.identityProviderSave.userErrors).toEqual([])
  return data.identityProviderSave.identityProvider.id as string
}

const sales = (store: string) => world.people.membership('DEALER_SALES', store)

/** Links a subject to somebody. @returns the link's id. */
async function link(group: string, providerId: string, subject: string, userId: string): Promise<string> {
  const input = { providerId, subject, userId: encodeId('User', userId) }
  const { data, errors } = await world.people.admin(group).send(LINK, { input })
  expect([errors, data?.externalIdentityLink.userErrors]).toEqual([[], []])
  return data.externalIdentityLink.externalIdentity.id
}

const ask = (token: string, headers: Record<string, string> = {}): Promise<Answer> =>
  world.people.withCredential(token).send(ME, {}, headers)

async function untilStatus(status: number, answer: () => Promise<Answer>): Promise<void> {
  for (let tries = 0; tries < 400; tries++) {
    if ((await answer()).status === status) return
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  throw new Error(`never: ${status}`)
}

beforeAll(async () => {
  world = await startWorld({ profile: 'development' })
  north = await startIssuer('EdDSA')
  south = await startIssuer('ES256')
  northId = await register(world.people.admin('north'), north, 'EDDSA')
  southId = await register(world.people.admin('south'), south, 'ES256')
  await link('north', northId, 'anna', sales('north-one').userId)
  await link('south', southId, 'sipho', sales('south-one').userId)
})
afterAll(async () => {
  await world.close()
  await Promise.all(issuers.map((issuer) => issuer.close()))
})

describe("a token of a group's own provider", () => {
  it('IDP-01 MUST speak for the person it was linked to, with the rights he has here and no more', async () => {
    const anna = await ask(await north.token('anna'))
    const sipho = await ask(await south.token('sipho'))

    expect(anna.data.me).toEqual({
      user: { id: encodeId('User', sales('north-one').userId) },
      principal: 'DEALER_SALES',
    })
    expect(sipho.data.me.user.id).toBe(encodeId('User', sales('south-one').userId))
  })

  it('IDP-02 MUST be no second factor', async () => {
    const admin = world.people.membership('DEALER_ADMIN', 'north')
    await link('north', northId, 'the-admin', admin.userId)
    const before = await footprint(world)

    const client = world.people.withCredential(await north.token('the-admin'))
    const answer = await client.send(REMOVE, { input: { id: northId } })

    expect(answer.errors.map(({ extensions }) => extensions.code)).toEqual(['STEP_UP_REQUIRED'])
    expect(await footprint(world)).toEqual(before)
  })

  const hostile: Record<string, () => Promise<string>> = {
    'algorithm none': async () => {
      const [, body] = (await north.token('anna')).split('.')
      return `${Buffer.from('{"alg":"none","kid":"k1","typ":"at+jwt"}').toString('base64url')}.${body}.AA`
    },
    'HS256 keyed with the public key': async () => {
      const [, body] = (await north.token('anna')).split('.')
      const head = Buffer.from('{"alg":"HS256","kid":"k1","typ":"at+jwt"}').toString('base64url')
      const mac = createHmac('sha256', JSON.stringify(north.publicJwk)).update(`${head}.${body}`)
      return `${head}.${body}.${mac.digest('base64url')}`
    },
    'the same key id of another issuer': () => south.sign(north.claims('anna')),
    'a subject of another group': () => north.token('sipho'),
    'a subject nobody linked': () => north.token('nobody'),
    'the id of a user of another group': () => north.token(sales('south-one').userId),
    "the id of the platform's owner": () => north.token(world.people.membership('PLATFORM_OWNER').userId),
    "the platform's own issuer": () => north.sign({ ...north.claims('anna'), iss: testIssuer }),
    'the claims of our own tokens': () => {
      const owner = world.people.membership('PLATFORM_OWNER')
      const own = goodClaims({ userId: owner.userId, membershipId: owner.id })
      return north.sign({ ...own, iss: north.issuer, aud: foreignAudience })
    },
    'our own key in its name': () => signToken(world.issuerKey, north.claims('anna')),
    'an unknown issuer': () => north.sign({ ...north.claims('anna'), iss: 'https://elsewhere.example' }),
    'its issuer with a slash': () => north.sign({ ...north.claims('anna'), iss: `${north.issuer}/` }),
    'another audience': () => north.sign({ ...north.claims('anna'), aud: 'https://other.example' }),
    'no audience': () => north.sign({ ...north.claims('anna'), aud: undefined }),
    'no issuer': () => north.sign({ ...north.claims('anna'), iss: undefined }),
    'an expired token': () => north.sign({ ...north.claims('anna'), exp: Math.floor(Date.now() / 1000) - 6 }),
    'no expiry': () => north.sign({ ...north.claims('anna'), exp: undefined }),
    'a life of a day': () => north.sign({ ...north.claims('anna'), exp: Date.now() / 1000 + 86_400 }),
    'a token not yet valid': () => north.sign({ ...north.claims('anna'), nbf: Date.now() / 1000 + 60 }),
    'no subject': () => north.sign({ ...north.claims('anna'), sub: undefined }),
    'an ID token by its type': () => north.sign(north.claims('anna'), { typ: 'JWT' }),
    'no type': () => north.sign(north.claims('anna'), { typ: undefined }),
    'an ID token by its claims': () => north.sign({ ...north.claims('anna'), nonce: 'n' }),
    'an unknown key id': () => north.sign(north.claims('anna'), { kid: 'k9' }),
    'no key id': () => north.sign(north.claims('anna'), { kid: undefined }),
    'a jku header': () => north.sign(north.claims('anna'), { jku: south.jwksUri }),
    'a jwk header': () => north.sign(north.claims('anna'), { jwk: south.publicJwk }),
  }

  it.each(Object.entries(hostile))('IDP-03 MUST be refused with 401: %s', async (_name, make) => {
    const nobody = await ask('x.y.z')

    const answer = await ask(await make())

    expect([answer.status, answer.text]).toEqual([401, nobody.text])
  })

  it.each([
    ['of another group', () => sales('south-one').id],
    ['of a colleague', () => sales('north-two').id],
    ['of the platform', () => world.people.membership('PLATFORM_OWNER').id],
  ])('IDP-04 MUST NOT act as a membership that is not his: %s', async (_name, membershipId) => {
    const token = await north.token('anna')

    const answer = await ask(token, { 'x-autora-membership': encodeId('Membership', membershipId()) })

    expect(answer.status).toBe(401)
    const own = encodeId('Membership', sales('north-one').id)
    expect((await ask(token, { 'x-autora-membership': own })).status).toBe(200)
    expect((await ask(token, { 'x-autora-membership': 'mem_x' })).status).toBe(401)
  })

  it('IDP-05 MUST name the membership where there are several', async () => {
    const { tenantId, userId } = sales('north-two')
    const storeId = world.people.store('north-one').id
    const second = '0aaaaaaa-0000-4000-8000-00000000000a'
    await world.sql(`begin; alter table identity.membership disable trigger must_be_audited;
      insert into identity.membership (tenant_id, id, user_id, role, store_id)
        values ('${tenantId}', '${second}', '${userId}', 'DEALER_MARKETING', '${storeId}');
      alter table identity.membership enable always trigger must_be_audited; commit`)
    await link('north', northId, 'two-hats', userId)
    const token = await north.token('two-hats')

    expect((await ask(token)).status).toBe(401)
    const client = world.people.withCredential(token)
    const named = { 'x-autora-membership': encodeId('Membership', second) }
    const marketing = await client.send('{ me { principal } }', {}, named)
    expect(marketing.data.me.principal).toBe('DEALER_MARKETING')
  })

  it('IDP-06 MUST be believed after its issuer rotated, and a flood of unknown keys MUST stay cheap', async () => {
    const issuer = await startIssuer('RS256')
    const id = await register(world.people.admin('north'), issuer, 'RS256')
    await link('north', id, 'r', sales('north-one').userId)
    await untilStatus(200, async () => ask(await issuer.token('r')))
    await issuer.rotate('k2', 'RS256')
    expect((await ask(await issuer.token('r'))).status).toBe(200)
    expect(issuer.fetches).toBe(2)

    const flood = Array.from({ length: 200 }, async (_, i) =>
      ask(await issuer.sign(issuer.claims('r'), { kid: `x${i}` })),
    )
    for (const { status } of await Promise.all(flood)) expect(status).toBe(401)
    expect(issuer.fetches).toBeLessThanOrEqual(3)
    expect((await ask(await issuer.token('r'))).status).toBe(200)
  })

  it('IDP-07 MUST be worth nothing once its link, its provider or what the provider was said to be is gone', async () => {
    const issuer = await startIssuer('PS256')
    const admin = world.people.admin('north')
    const id = await register(admin, issuer, 'PS256')
    const linked = await link('north', id, 'p', sales('north-one').userId)
    const token = await issuer.token('p')
    await untilStatus(200, () => ask(token))

    await admin.send(UNLINK, { input: { id: linked } })
    await untilStatus(401, () => ask(token))
    await link('north', id, 'p', sales('north-one').userId)
    await untilStatus(200, () => ask(token))

    await admin.send(SAVE, provider(issuer, ['ES256'], { id }))
    await untilStatus(401, () => ask(token))
    await admin.send(SAVE, provider(issuer, ['PS256'], { id, isActive: false }))
    expect((await ask(token)).status).toBe(401)
    await admin.send(SAVE, provider(issuer, ['PS256'], { id }))
    await untilStatus(200, () => ask(token))

    expect((await admin.send(REMOVE, { input: { id } })).data.identityProviderRemove.userErrors).toEqual([])
    await untilStatus(401, () => ask(token))
    const again = await admin.send(SAVE, provider(issuer, ['PS256'], { id }))
    expect(again.data.identityProviderSave.userErrors[0].code).toBe('NOT_FOUND')
  })

  it('IDP-08 MAY be a plain JWT where the group said so, and still never an ID token', async () => {
    const issuer = await startIssuer('ES256')
    const id = await register(world.people.admin('north'), issuer, 'ES256', {
      tokenType: 'JWT',
      subjectClaim: 'oid',
    })
    await link('north', id, 'j', sales('north-one').userId)
    const claims = { ...issuer.claims('other'), oid: 'j' }

    await untilStatus(200, async () => ask(await issuer.sign(claims, { typ: 'JWT' })))
    expect((await ask(await issuer.sign(claims, { typ: undefined }))).status).toBe(200)
    expect((await ask(await issuer.sign({ ...claims, at_hash: 'x' }, { typ: 'JWT' }))).status).toBe(401)
    expect((await ask(await issuer.sign(issuer.claims('j'), { typ: 'JWT' }))).status).toBe(401)
    expect((await ask(await issuer.sign(claims, { typ: 'logout+jwt' }))).status).toBe(401)
  })
})

describe('identityProviderSave', () => {
  it.each([
    ['the own issuer', { issuer: testIssuer }, 'ISSUER_TAKEN|INVALID'],
    ['another group has it', {}, 'ISSUER_TAKEN'],
    ['http beyond loopback', { issuer: 'http://idp.example' }, 'INVALID'],
    ['credentials in the address', { issuer: 'https://a:b@idp.example' }, 'INVALID'],
    ['a query', { issuer: 'https://idp.example?x=1' }, 'INVALID'],
    ['keys over http', { issuer: 'https://i.example', jwksUri: 'http://idp.example/keys' }, 'INVALID'],
    ['keys in a file', { issuer: 'https://i.example', jwksUri: 'file:///etc/passwd' }, 'INVALID'],
    ['no algorithm', { issuer: 'https://i.example', algorithms: [] }, 'INVALID'],
    ['no audience', { issuer: 'https://i.example', audience: ' ' }, 'INVALID'],
    ['a claim that is none', { issuer: 'https://i.example', subjectClaim: 'a b' }, 'INVALID'],
  ])('IDP-09 MUST refuse and change nothing: %s', async (_name, parts, code) => {
    const before = await footprint(world)

    const answer = await world.people.admin('south').send(SAVE, provider(north, ['EDDSA'], parts))

    const [refusal] = answer.data.identityProviderSave.userErrors
    expect(refusal.code).toMatch(new RegExp(`^(${code})$`))
    expect(await footprint(world)).toEqual(before)
  })

  it('IDP-10 MUST be for the admin of the whole group alone, fresh from his second factor', async () => {
    const { people } = world
    const before = await footprint(world)
    const wish = provider(north, ['EDDSA'], { id: northId })
    const admin = people.membership('DEALER_ADMIN', 'north')
    const claims = goodClaims({ userId: admin.userId, membershipId: admin.id })
    const signedIn = async (parts: object) =>
      people.withCredential(await signToken(world.issuerKey, { ...claims, ...parts }))
    const codeOf = async (client: Client | Promise<Client>) => {
      const { data, errors } = await (await client).send(SAVE, wish)
      return errors[0]?.extensions.code ?? data.identityProviderSave.userErrors[0]?.code
    }

    expect(await codeOf(people.admin('north-one'))).toBe('ACCESS_DENIED')
    for (const client of [people.sales('north-one'), people.support(), people.owner()])
      expect(await codeOf(client)).toBe('ACCESS_DENIED')
    expect(await codeOf(signedIn({ acr: 'urn:autora:acr:password' }))).toBe('STEP_UP_REQUIRED')
    const old = Number(claims.auth_time) - 400
    expect(await codeOf(signedIn({ auth_time: old }))).toBe('STEP_UP_REQUIRED')
    expect(await codeOf(people.admin('south'))).toBe('NOT_FOUND')
    expect(await footprint(world)).toEqual(before)
  })

  it('IDP-11 MUST show a group its own, and the owner all', async () => {
    const codes = async (client: Client) => {
      const { data } = await client.send(LIST)
      const edges: { node: { id: string } }[] = data.identityProviders.edges
      return edges.map(({ node }) => node.id)
    }

    expect(await codes(world.people.admin('south'))).toEqual([southId])
    expect(await codes(world.people.admin('north'))).toContain(northId)
    expect(await codes(world.people.admin('north'))).not.toContain(southId)
    expect(await codes(world.people.admin('north-one'))).toEqual([])
    expect(await codes(world.people.owner())).toEqual(expect.arrayContaining([northId, southId]))
  })
})

describe('externalIdentityLink', () => {
  it.each([
    ['a person of another group', () => ({ userId: sales('south-one').userId }), 'NOT_FOUND'],
    [
      'a person of the platform',
      () => ({ userId: world.people.membership('PLATFORM_OWNER').userId }),
      'NOT_FOUND',
    ],
    ['a provider of another group', () => ({ providerId: southId }), 'NOT_FOUND'],
    ['a subject that is linked', () => ({ subject: 'anna' }), 'SUBJECT_TAKEN'],
    ['no subject', () => ({ subject: '' }), 'INVALID'],
  ])('IDP-12 MUST refuse and change nothing: %s', async (_name, parts, code) => {
    const before = await footprint(world)
    const wish = { providerId: northId, subject: 'somebody', userId: sales('north-one').userId, ...parts() }

    const input = { ...wish, userId: encodeId('User', wish.userId) }
    const answer = await world.people.admin('north').send(LINK, { input })

    expect(answer.data.externalIdentityLink.userErrors).toEqual([{ code }])
    expect(await footprint(world)).toEqual(before)
  })
})
