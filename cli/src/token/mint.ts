import { randomUUID } from 'node:crypto'
import { importJWK, SignJWT } from 'jose'
import type { IssuerKey } from '../installation/secrets.js'
import { keyIdOf } from './issuer-key.js'

/** Life of an access token in seconds. */
export const TOKEN_TTL_SECONDS = 300

/** Who a token is for. Ids are uuids. */
export interface TokenClaims {
  readonly issuer: string
  readonly audience: string
  /** The user; with a grant the tenant that he acts for. */
  readonly subject: string
  readonly membership: string
  /** Version of the membership; default 1. */
  readonly membershipVersion?: number
  /** Default: a new session. */
  readonly session?: string
  /** Limits the token to saved queries. */
  readonly isAnalyst?: boolean
  /** A support grant and who acts under it (RFC 8693 `act`). */
  readonly grant?: { readonly id: string; readonly actor: string }
  /** Unix time in seconds. */
  readonly issuedAt: number
}

/** A token and when it ends. */
export interface MintedToken {
  readonly token: string
  readonly expiresAt: Date
}

/** Signs an access token (RFC 9068, `typ: at+jwt`) that lives `TOKEN_TTL_SECONDS`. */
export async function mintToken(key: IssuerKey, claims: TokenClaims): Promise<MintedToken> {
  const expires = claims.issuedAt + TOKEN_TTL_SECONDS
  const token = await new SignJWT({
    client_id: 'autora-cli',
    acr: 'urn:autora:acr:mfa',
    auth_time: claims.issuedAt,
    sid: claims.session ?? randomUUID(),
    membership: claims.membership,
    membership_version: claims.membershipVersion ?? 1,
    ...(claims.isAnalyst && { analyst: true }),
    ...(claims.grant && { act: { sub: claims.grant.actor }, grant: claims.grant.id }),
  })
    .setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt', kid: await keyIdOf(key) })
    .setIssuer(claims.issuer)
    .setAudience(claims.audience)
    .setSubject(claims.subject)
    .setJti(randomUUID())
    .setIssuedAt(claims.issuedAt)
    .setExpirationTime(expires)
    .sign(await importJWK({ ...key }, 'EdDSA'))
  return { token, expiresAt: new Date(expires * 1000) }
}
