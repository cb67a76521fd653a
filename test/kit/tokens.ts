import { generateKeyPairSync, type KeyObject, randomUUID } from 'node:crypto'
import { exportJWK, SignJWT } from 'jose'

/** A signing key of a test issuer. */
export interface IssuerKey {
  readonly kid: string
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
}

/** Issuer and audience of the test installation. */
export const testIssuer = 'http://issuer.test'
/** The audience of access tokens. */
export const testAudience = 'urn:autora:api'

/** Where the test installation's web application is sent back to; nobody listens there. */
export const testRedirect = 'http://127.0.0.1:9/callback'

/** A fresh Ed25519 key. */
export const newIssuerKey = (kid = 'test-key'): IssuerKey => ({ kid, ...generateKeyPairSync('ed25519') })

/** The public key set of some keys, as the identity service publishes it. */
export async function keySet(...keys: readonly IssuerKey[]): Promise<string> {
  const jwks = await Promise.all(
    keys.map(async (key) => ({
      ...(await exportJWK(key.publicKey)),
      kid: key.kid,
      alg: 'EdDSA',
      use: 'sig',
    })),
  )
  return JSON.stringify({ keys: jwks })
}

/** Who a token is for. */
export interface TokenSubject {
  readonly userId: string
  readonly membershipId: string
  readonly membershipVersion?: number
  readonly analyst?: boolean
  /** Acting under a support grant of this tenant. */
  readonly grant?: { readonly id: string; readonly tenantId: string }
}

/** Claims of a good access token (RFC 9068) for a subject. */
export function goodClaims(
  subject: TokenSubject,
  now = Math.floor(Date.now() / 1000),
): Record<string, unknown> {
  return {
    iss: testIssuer,
    aud: testAudience,
    sub: subject.grant?.tenantId ?? subject.userId,
    client_id: 'autora-test',
    sid: randomUUID(),
    jti: randomUUID(),
    iat: now,
    exp: now + 300,
    acr: 'urn:autora:acr:mfa',
    auth_time: now,
    membership: subject.membershipId,
    membership_version: subject.membershipVersion ?? 1,
    ...(subject.analyst && { analyst: true }),
    ...(subject.grant && { act: { sub: subject.userId }, grant: subject.grant.id }),
  }
}

/** Signs claims as an access token. */
export const signToken = (
  key: IssuerKey,
  claims: Record<string, unknown>,
  header: Record<string, unknown> = {},
): Promise<string> =>
  new SignJWT(claims)
    .setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt', kid: key.kid, ...header })
    .sign(key.privateKey)
