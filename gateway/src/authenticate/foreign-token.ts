import {
  decodeJwt,
  decodeProtectedHeader,
  errors,
  type JWTPayload,
  type JWTVerifyGetKey,
  jwtVerify,
} from 'jose'
import { z } from 'zod'
import { TokenRefused, tokenLimits } from './access-token.js'
import type { Provider } from './providers.js'

/** What the gateway takes from a verified token of a dealer group's own provider. */
export interface ForeignClaims {
  readonly providerId: string
  readonly providerVersion: number
  readonly subject: string
  /** Unix time in seconds. */
  readonly expiresAt: number
}

/** Seconds that a foreign access token may live at most; ours live less. */
const MOST_LIFE = 7_200

/** No key and no address of the sender's own, no extension; what else providers put into headers is not looked at. */
const headerForm = z.looseObject({
  alg: z.string(),
  kid: z.string().min(1).max(200),
  typ: z.string().max(40).optional(),
  jku: z.undefined().optional(),
  jwk: z.undefined().optional(),
  x5u: z.undefined().optional(),
  x5c: z.undefined().optional(),
  crit: z.undefined().optional(),
  b64: z.undefined().optional(),
})

/** Claims that only ID tokens carry (OpenID Connect Core 1.0, sections 2 and 3.3.2.11). */
const idTokenClaims = ['nonce', 'at_hash', 'c_hash', 's_hash'] as const

const seconds = z.number().int().positive()

/** What a token says about where it comes from, before anything is verified: enough to choose who verifies it. */
export function unverifiedOrigin(token: string): { issuer: string; audiences: readonly string[] } | null {
  try {
    const { iss, aud } = decodeJwt(token)
    if (typeof iss !== 'string') return null
    const audiences = (Array.isArray(aud) ? aud : [aud]).filter((one) => typeof one === 'string')
    return { issuer: iss, audiences }
  } catch {
    return null // no token at all: whoever verifies it says so
  }
}

function checkHeader(token: string, { tokenType, algorithms }: Provider): void {
  const checked = headerForm.safeParse(decodeProtectedHeader(token))
  if (!checked.success)
    throw new TokenRefused(`HEADER_${checked.error.issues[0]?.path[0]?.toString() ?? 'FORM'}`)
  const { alg, typ = '' } = checked.data
  if (!(algorithms as readonly string[]).includes(alg)) throw new TokenRefused('HEADER_alg')
  const isTyped = tokenType === 'AT_JWT' ? /^(application\/)?at\+jwt$/i : /^((application\/)?(at\+)?jwt)?$/i
  if (!isTyped.test(typ)) throw new TokenRefused('HEADER_typ')
}

function readClaims(payload: JWTPayload, provider: Provider, now: Date): ForeignClaims {
  if (idTokenClaims.some((claim) => payload[claim] !== undefined)) throw new TokenRefused('ID_TOKEN')
  const subject = z.string().min(1).max(255).safeParse(payload[provider.subjectClaim])
  if (!subject.success) throw new TokenRefused('CLAIM_subject')
  const times = z.object({ iat: seconds, exp: seconds }).safeParse(payload)
  if (!times.success) throw new TokenRefused('CLAIM_times')
  const { iat, exp } = times.data
  if (exp - iat > MOST_LIFE) throw new TokenRefused('LIFE_TOO_LONG')
  if (iat > now.getTime() / 1000 + tokenLimits.clockTolerance) throw new TokenRefused('ISSUED_IN_FUTURE')
  const { id, version } = provider
  return { providerId: id, providerVersion: version, subject: subject.data, expiresAt: exp }
}

/**
 * Verifies an access token of a group's own provider, as that provider was registered: type, algorithm, signature by a
 * key of its own set, issuer, audience, times. What it says beyond its subject counts for nothing.
 *
 * @throws {TokenRefused} with a reason for the log.
 * @throws {KeysUnavailable} when no keys can be had.
 */
export async function verifyForeignToken(
  token: string,
  provider: Provider,
  keys: JWTVerifyGetKey,
  now: Date,
): Promise<ForeignClaims> {
  checkHeader(token, provider)
  try {
    const { payload } = await jwtVerify(token, keys, {
      algorithms: [...provider.algorithms],
      issuer: provider.issuer,
      audience: provider.audience,
      requiredClaims: ['iat', 'exp', provider.subjectClaim],
      clockTolerance: tokenLimits.clockTolerance,
      currentDate: now,
    })
    return readClaims(payload, provider, now)
  } catch (cause) {
    if (cause instanceof errors.JOSEError) throw new TokenRefused(cause.code, { cause })
    throw cause
  }
}
