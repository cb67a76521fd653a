import { generateKeyPairSync, type KeyObject, randomUUID } from 'node:crypto'
import { exportJWK, SignJWT } from 'jose'

/** Issuer and audience of test tokens. */
export const issuer = 'http://issuer.test'
/** The audience that a gateway in a test is. */
export const audience = 'urn:autora:api'

/** A key that signs test tokens. */
export interface SigningKey {
  readonly kid: string
  readonly alg: 'EdDSA' | 'ES256'
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
}

/** A fresh Ed25519 key. */
export const newKey = (kid: string): SigningKey => ({ kid, alg: 'EdDSA', ...generateKeyPairSync('ed25519') })

/** A fresh P-256 key. */
export const newEcKey = (kid: string): SigningKey => ({
  kid,
  alg: 'ES256',
  ...generateKeyPairSync('ec', { namedCurve: 'P-256' }),
})

/** The public keys as an issuer publishes them. */
export const keySetOf = async (...keys: readonly SigningKey[]): Promise<string> =>
  JSON.stringify({
    keys: await Promise.all(
      keys.map(async ({ kid, alg, publicKey }) => ({
        ...(await exportJWK(publicKey)),
        kid,
        alg,
        use: 'sig',
      })),
    ),
  })

/** Claims of a token that is accepted. */
export const goodClaims = (now = Math.floor(Date.now() / 1000)): Record<string, unknown> => ({
  iss: issuer,
  aud: audience,
  sub: '11111111-1111-4111-8111-111111111111',
  client_id: 'web',
  sid: '22222222-2222-4222-8222-222222222222',
  membership: '33333333-3333-4333-8333-333333333333',
  membership_version: 4,
  jti: randomUUID(),
  iat: now,
  exp: now + 300,
})

/** Signs claims; `header` replaces or, with undefined, removes members of the usual header. */
export function sign(
  key: SigningKey,
  claims: Record<string, unknown>,
  header: Record<string, unknown> = {},
): Promise<string> {
  const full = { alg: key.alg, typ: 'at+jwt', kid: key.kid, ...header }
  const kept = Object.fromEntries(Object.entries(full).filter(([, value]) => value !== undefined))
  return new SignJWT(claims).setProtectedHeader(kept as { alg: string }).sign(key.privateKey)
}
