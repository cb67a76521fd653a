import { createHmac, randomUUID } from 'node:crypto'
import { demoApiKey } from '@autora/cli'
import { formatApiKey } from '@autora/shared/api-key'
import { UnsecuredJWT } from 'jose'
import { goodClaims, newIssuerKey, signToken, type TokenSubject } from '../kit/tokens.js'
import type { World } from '../kit/world.js'

/** Stands in every hostile token, so that no log line can quote one unseen. */
export const MARK = 'canary-token'

/** Makes the value of an Authorization header. */
type Maker = (world: World) => Promise<string> | string

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
const now = () => Math.floor(Date.now() / 1000)
const absent = 'cccccccc-0000-4000-8000-000000000000'

/** Who every hostile token pretends to be: somebody in sales of north-one. */
export function subjectOf(world: World): TokenSubject {
  const { userId, id } = world.people.membership('DEALER_SALES', 'north-one')
  return { userId, membershipId: id }
}

/** Claims that would be accepted as they are, marked. */
export const markedClaims = (world: World, subject = subjectOf(world)): Record<string, unknown> => ({
  ...goodClaims(subject),
  jti: `${MARK}-${randomUUID()}`,
})

/** A token that is good but for these claims and headers; `undefined` leaves a claim out. */
const but =
  (claims: Record<string, unknown>, header: Record<string, unknown> = {}): Maker =>
  async (world) =>
    `Bearer ${await signToken(world.issuerKey, { ...markedClaims(world), ...claims }, header)}`

/** A token of somebody else, with everything right that can be signed. */
const of =
  (who: (world: World) => TokenSubject, claims: Record<string, unknown> = {}): Maker =>
  async (world) =>
    `Bearer ${await signToken(world.issuerKey, { ...markedClaims(world, who(world)), ...claims })}`

const parts = async (world: World): Promise<readonly [string, string, string]> => {
  const [header = '', payload = '', signature = ''] = (
    await signToken(world.issuerKey, markedClaims(world))
  ).split('.')
  return [header, payload, signature]
}

/** A good payload and signature under a header of one's own. */
const under =
  (header: object): Maker =>
  async (world) => {
    const [, payload, signature] = await parts(world)
    return `Bearer ${encode({ typ: 'at+jwt', kid: world.issuerKey.kid, ...header })}.${payload}.${signature}`
  }

const signedWithPublicKey: Maker = async (world) => {
  const header = { alg: 'HS256', typ: 'at+jwt', kid: world.issuerKey.kid }
  const body = `${encode(header)}.${(await parts(world))[1]}`
  const secret = world.issuerKey.publicKey.export({ type: 'spki', format: 'pem' })
  return `Bearer ${body}.${createHmac('sha256', secret).update(body).digest('base64url')}`
}

const changedPayload: Maker = async (world) => {
  const [header, , signature] = await parts(world)
  const { userId, id } = world.people.membership('DEALER_ADMIN', 'north')
  return `Bearer ${header}.${encode(markedClaims(world, { userId, membershipId: id }))}.${signature}`
}

const flipped = (text: string, place: number) => {
  const index = place < 0 ? text.length + place : place
  return `${text.slice(0, index)}${text[index] === '0' ? '1' : '0'}${text.slice(index + 1)}`
}

const storeKey = (world: World) => {
  const { id } = world.people.store('north-one')
  const key = world.network.apiKeys.find((one) => one.kind === 'STORE' && one.storeIds.includes(id))
  return { id: key?.id ?? absent, text: demoApiKey(key?.id ?? absent) }
}

const expiredKeyId = (world: World) =>
  world.network.apiKeys.find(({ kind }) => kind === 'EXPIRED')?.id ?? absent

const userOf = (world: World, find: (world: World) => string | undefined): TokenSubject => {
  const userId = find(world) ?? absent
  const membership = world.network.memberships.find((one) => one.userId === userId)
  return { userId, membershipId: membership?.id ?? absent }
}

const other = (world: World) => world.people.membership('DEALER_ADMIN', 'north')
const leaver = (world: World) => world.network.memberships.find((one) => one.endedDaysAgo !== null)?.userId
const deactivated = (world: World) => world.network.users.find((one) => one.status === 'DEACTIVATED')?.id
const grant = '66666666-6666-4666-8666-666666666666'

/** What is wrong with how a token is made: form, signature, header. */
export const forged: Readonly<Record<string, Maker>> = {
  'an empty bearer': () => 'Bearer ',
  garbage: () => `Bearer ${MARK}`,
  'three parts of garbage': () => `Bearer ${MARK}.${MARK}.${MARK}`,
  'a part too many': async (world) => `Bearer ${(await parts(world)).join('.')}.AA`,
  'no signature': async (world) => `Bearer ${(await parts(world)).slice(0, 2).join('.')}.`,
  'a very long text': () => `Bearer ${MARK.repeat(800)}`,
  'another scheme': async (world) => `Basic ${(await parts(world)).join('.')}`,
  'no scheme': async (world) => (await parts(world)).join('.'),
  'algorithm none': (world) => `Bearer ${new UnsecuredJWT(markedClaims(world)).encode()}`,
  'algorithm none in our header': under({ alg: 'none' }),
  'HS256 keyed with the public key': signedWithPublicKey,
  'ES256 in the header of an EdDSA token': under({ alg: 'ES256' }),
  'a wrong key under a known id': async (world) =>
    `Bearer ${await signToken(newIssuerKey(world.issuerKey.kid), markedClaims(world))}`,
  'an unknown key id': but({}, { kid: MARK }),
  'no key id': but({}, { kid: undefined }),
  'a changed payload': changedPayload,
  'a crit header': under({ alg: 'EdDSA', crit: ['exp'], exp: 1 }),
  'a crit header nobody knows': under({ alg: 'EdDSA', crit: [MARK], [MARK]: true }),
  'an embedded key': async (world) => {
    const key = newIssuerKey(world.issuerKey.kid)
    return `Bearer ${await signToken(key, markedClaims(world), { jwk: key.publicKey.export({ format: 'jwk' }) })}`
  },
  'the type of an ID token': but({}, { typ: 'JWT' }),
  'the type of a refresh token': but({}, { typ: 'rt+jwt' }),
  'no type': but({}, { typ: undefined }),
}

/** What is wrong with what a token says. */
export const claimed: Readonly<Record<string, Maker>> = {
  'a wrong issuer': but({ iss: `http://${MARK}.test` }),
  'no issuer': but({ iss: undefined }),
  'a wrong audience': but({ aud: MARK }),
  'no audience': but({ aud: undefined }),
  'an expired token': async (world) => but({ iat: now() - 400, exp: now() - 100 })(world),
  'a token not yet valid': async (world) => but({ nbf: now() + 60 })(world),
  'a token issued in the future': async (world) => but({ iat: now() + 60, exp: now() + 300 })(world),
  'no expiry': but({ exp: undefined }),
  'a life that is too long': async (world) => but({ exp: now() + 3600 })(world),
  'no subject': but({ sub: undefined }),
  'no token id': but({ jti: undefined }),
  'no client': but({ client_id: undefined }),
  'no session': but({ sid: undefined }),
  'no membership': but({ membership: undefined }),
  'no membership version': but({ membership_version: undefined }),
  'an actor inside an actor': async (world) =>
    but({ act: { sub: other(world).userId, act: { sub: absent } }, grant })(world),
  'an actor without a grant': async (world) => but({ act: { sub: other(world).userId } })(world),
  'a grant without an actor': but({ grant }),
  'analyst as a text': but({ analyst: 'yes' }),
}

/** Tokens with nothing wrong in themselves: the database does not agree. */
export const unfounded: Readonly<Record<string, Maker>> = {
  "somebody else's membership": of((world) => ({
    ...subjectOf(world),
    membershipId: other(world).id,
  })),
  'a membership that is not there': of((world) => ({ ...subjectOf(world), membershipId: absent })),
  'a membership that ended': of((world) => userOf(world, leaver)),
  'somebody who is deactivated': of((world) => userOf(world, deactivated)),
  'another version of the membership': of((world) => ({ ...subjectOf(world), membershipVersion: 2 })),
  'a grant that is not there': of((world) => {
    const { userId, id } = world.people.membership('PLATFORM_SUPPORT')
    const { groupId } = world.people.store('north-one')
    return { userId, membershipId: id, grant: { id: grant, tenantId: groupId } }
  }),
  'a grant in the hands of sales': of((world) => ({
    ...subjectOf(world),
    grant: { id: grant, tenantId: world.people.store('north-one').groupId },
  })),
  'analyst for sales': of((world) => ({ ...subjectOf(world), analyst: true })),
  'analyst for support': of((world) => {
    const { userId, id } = world.people.membership('PLATFORM_SUPPORT')
    return { userId, membershipId: id, analyst: true }
  }),
  'a key with a flipped checksum': (world) => `ApiKey ${flipped(storeKey(world).text, -1)}`,
  'a key with a flipped secret': (world) => `ApiKey ${flipped(storeKey(world).text, 50)}`,
  'a key of a right form with a wrong secret': (world) =>
    `ApiKey ${formatApiKey({ id: storeKey(world).id, secret: 'A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6' })}`,
  'an expired key with a wrong secret': (world) =>
    `ApiKey ${formatApiKey({ id: expiredKeyId(world), secret: 'A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6' })}`,
  'a key of a right form that is not there': () =>
    `ApiKey ${formatApiKey({ id: absent, secret: 'A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6' })}`,
  'a key where a header belongs': async (world) =>
    `Bearer ${storeKey(world).text}.${(await parts(world)).slice(1).join('.')}`,
  'a key where a signature belongs': async (world) =>
    `Bearer ${(await parts(world)).slice(0, 2).join('.')}.${storeKey(world).text}`,
  'a token under the scheme of keys': async (world) => `ApiKey ${(await parts(world)).join('.')}`,
  'the secret of a key alone': (world) => `ApiKey ${storeKey(world).text.slice(45)}`,
}

/** A good token with a `-` or `_` in its signature, so that another alphabet changes it. */
async function spelt(world: World, respell: (header: string, payload: string, signature: string) => string) {
  for (;;) {
    const [header, payload, signature] = await parts(world)
    if (/[-_]/.test(signature)) return `Bearer ${respell(header, payload, signature)}`
  }
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** Other spellings of a good token: decoders are lenient, a platform must not be. */
export const respelt: Readonly<Record<string, Maker>> = {
  'padding at the end': (world) => spelt(world, (...all) => `${all.join('.')}==`),
  'padding inside': (world) =>
    spelt(world, (header, payload, signature) => `${header}.${payload}=.${signature}`),
  'the other base64 alphabet': (world) =>
    spelt(
      world,
      (header, payload, signature) =>
        `${header}.${payload}.${signature.replaceAll('-', '+').replaceAll('_', '/')}`,
    ),
  'a space inside': (world) =>
    spelt(world, (header, payload, signature) => `${header}.${payload}. ${signature}`),
  'a tab at the end of a part': (world) =>
    spelt(world, (header, payload, signature) => `${header}.${payload}\t.${signature}`),
  'stray last bits': (world) =>
    spelt(world, (header, payload, signature) => {
      const last = alphabet.indexOf(signature.slice(-1))
      return `${header}.${payload}.${signature.slice(0, -1)}${alphabet[last + 1] ?? 'B'}`
    }),
  'a dot at the end': (world) => spelt(world, (...all) => `${all.join('.')}.`),
  'quotes around it': (world) => spelt(world, (...all) => `"${all.join('.')}"`),
}
