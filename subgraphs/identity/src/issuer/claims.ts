import { errors, type JWTStructured, type KoaContextWithOIDC } from 'oidc-provider'
import { acrs } from './assurance.js'
import type { SessionFacts, Sessions } from './session-service.js'

/** What the gateway reads from an access token of a session. */
export function sessionClaims(session: SessionFacts): Record<string, unknown> {
  const { grantId, grantTenantId, userId } = session
  return {
    sub: grantTenantId ?? userId,
    sid: session.sessionId,
    membership: session.membershipId,
    membership_version: session.membershipVersion,
    acr: acrs[session.assurance],
    auth_time: Math.floor(session.authenticatedAt.getTime() / 1000),
    ...(session.isAnalyst && { analyst: true }),
    ...(grantId && { act: { sub: userId }, grant: grantId }),
  }
}

/**
 * Fills an access token from the session that it stands on, as it is at this moment: a changed membership gives a
 * token of its new version, an ended one none.
 *
 * @throws {errors.InvalidGrant} session, account, user, membership, group or support grant do not hold.
 */
export const fillAccessToken =
  (sessions: Sessions) =>
  async (_ctx: KoaContextWithOIDC, token: object, jwt: JWTStructured): Promise<void> => {
    const grantId = 'grantId' in token && typeof token.grantId === 'string' ? token.grantId : null
    const session = grantId === null ? null : await sessions.live(grantId)
    if (!session) throw new errors.InvalidGrant('the session is over')
    Object.assign(jwt.payload, sessionClaims(session))
  }
