import type { Assurance } from '@autora/shared/actor'
import { decodeProtectedHeader, errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose'
import { z } from 'zod'

/** What the gateway takes from a verified access token. */
export interface TokenClaims {
  readonly userId: string
  readonly sessionId: string
  readonly membershipId: string
  readonly membershipVersion: number
  /** A support session: the grant, and the tenant whose context it opens. */
  readonly support: { readonly grantId: string; readonly tenantId: string } | null
  /** Limited to saved queries. */
  readonly isAnalyst: boolean
  /** How and when the person signed in (`acr`, `auth_time`); null when the token does not say. */
  readonly assurance: Assurance | null
  /** Unix time in seconds. */
  readonly expiresAt: number
}

/** What a token must fit. */
export interface TokenRules {
  readonly keys: JWTVerifyGetKey
  readonly issuer: string
  readonly audience: string
  readonly now: Date
}

/** A token that is not accepted, and why; the reason is for the log. */
export class TokenRefused extends Error {
  constructor(
    readonly reason: string,
    options?: { cause?: unknown },
  ) {
    super(reason, options)
    this.name = 'TokenRefused'
  }
}

/** Bounds of an access token, in seconds. */
export const tokenLimits = { clockTolerance: 5, life: 600 } as const

/** Authentication context classes of the issuer: with a password alone, with a second factor. */
const acrValues = ['urn:autora:acr:password', 'urn:autora:acr:mfa'] as const

const uuid = z.string().regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
const seconds = z.number().int().positive()

const claimsForm = z.object({
  sub: uuid,
  sid: uuid,
  membership: uuid,
  membership_version: z.number().int().nonnegative(),
  jti: z.string().min(1).max(128),
  client_id: z.string().min(1).max(200),
  iat: seconds,
  exp: seconds,
  analyst: z.boolean().optional(),
  act: z.strictObject({ sub: uuid }).optional(),
  grant: uuid.optional(),
  acr: z.enum(acrValues).optional(),
  auth_time: seconds.optional(),
})

const headerForm = z.strictObject({
  alg: z.enum(['EdDSA', 'ES256']),
  kid: z.string().min(1).max(200),
  typ: z.string().regex(/^at\+jwt$/i),
})

/**
 * Each part must be the only spelling of its bytes: decoders also take spaces, padding and stray last bits, and one
 * token must not have several digests.
 *
 * @throws {TokenRefused} otherwise.
 */
export function checkSpelling(token: string): void {
  const parts = token.split('.')
  const isCanonical = (part: string) =>
    part !== '' && Buffer.from(part, 'base64url').toString('base64url') === part
  if (parts.length !== 3 || !parts.every(isCanonical)) throw new TokenRefused('TOKEN_FORM')
}

/** The header holds algorithm, key id and type, and nothing else: no `crit`, no key or address of the sender's own. */
function checkHeader(token: string): void {
  let header: unknown
  try {
    header = decodeProtectedHeader(token)
  } catch (cause) {
    throw new TokenRefused('TOKEN_FORM', { cause })
  }
  const checked = headerForm.safeParse(header)
  if (!checked.success)
    throw new TokenRefused(`HEADER_${checked.error.issues[0]?.path[0]?.toString() ?? 'FORM'}`)
}

function readClaims(payload: JWTPayload, now: Date): TokenClaims {
  const checked = claimsForm.safeParse(payload)
  if (!checked.success)
    throw new TokenRefused(`CLAIM_${checked.error.issues[0]?.path[0]?.toString() ?? 'FORM'}`)
  const { sub, sid, membership, membership_version, iat, exp, analyst, act, grant, acr, auth_time } =
    checked.data
  if (exp - iat > tokenLimits.life) throw new TokenRefused('LIFE_TOO_LONG')
  if (iat > now.getTime() / 1000 + tokenLimits.clockTolerance) throw new TokenRefused('ISSUED_IN_FUTURE')
  if ((act === undefined) !== (grant === undefined)) throw new TokenRefused('CLAIM_act')
  return {
    userId: act ? act.sub : sub,
    sessionId: sid,
    membershipId: membership,
    membershipVersion: membership_version,
    support: grant === undefined ? null : { grantId: grant, tenantId: sub },
    isAnalyst: analyst === true,
    assurance:
      acr && auth_time ? { level: acr === 'urn:autora:acr:mfa' ? 'MFA' : 'PASSWORD', at: auth_time } : null,
    expiresAt: exp,
  }
}

/**
 * Verifies an access token (RFC 9068): spelling, header, signature by the issuer's key, issuer, audience, times, claims.
 *
 * @throws {TokenRefused} with a reason for the log.
 * @throws {KeysUnavailable} when no keys can be had.
 */
export async function verifyAccessToken(token: string, rules: TokenRules): Promise<TokenClaims> {
  checkSpelling(token)
  checkHeader(token)
  try {
    const { payload } = await jwtVerify(token, rules.keys, {
      algorithms: ['EdDSA', 'ES256'],
      issuer: rules.issuer,
      audience: rules.audience,
      typ: 'at+jwt',
      requiredClaims: ['sub', 'exp', 'iat', 'jti', 'client_id', 'sid', 'membership', 'membership_version'],
      clockTolerance: tokenLimits.clockTolerance,
      currentDate: rules.now,
    })
    return readClaims(payload, rules.now)
  } catch (cause) {
    if (cause instanceof errors.JWTClaimValidationFailed || cause instanceof errors.JWTExpired)
      throw new TokenRefused(`${cause.code}_${cause.claim}`, { cause })
    if (cause instanceof errors.JOSEError) throw new TokenRefused(cause.code, { cause })
    throw cause
  }
}
