import type { Principal } from '@autora/shared/access'
import type { TenantTx } from '@autora/shared/database'

/** How a person proved who he is, as sessions keep it. */
export type AssuranceLevel = 'PASSWORD' | 'MFA'

/** Why a session is over. */
export type EndReason = 'SIGNED_OUT' | 'REVOKED' | 'REUSE_DETECTED' | 'MEMBERSHIP_ENDED'

/** A session, and everything that decides whether a token may still be made from it. */
export interface SessionFacts {
  readonly sessionId: string
  readonly tenantId: string
  readonly userId: string
  readonly membershipId: string
  readonly accountId: string
  readonly clientId: string
  readonly isAnalyst: boolean
  readonly assurance: AssuranceLevel
  readonly authenticatedAt: Date
  readonly expiresAt: Date
  readonly endedAt: Date | null
  readonly storeId: string | null
  readonly role: Principal
  readonly membershipVersion: number
  readonly isMembershipCurrent: boolean
  readonly isUserActive: boolean
  readonly isAccountActive: boolean
  readonly isGroupActive: boolean
  /** Set in a support session. */
  readonly grantId: string | null
  readonly grantTenantId: string | null
  readonly isGrantActive: boolean
}

const facts = `
  select s.id as "sessionId", s.tenant_id as "tenantId", s.user_id as "userId", s.membership_id as "membershipId",
         s.account_id as "accountId", s.client_id as "clientId", s.is_analyst as "isAnalyst", s.assurance,
         s.authenticated_at as "authenticatedAt", s.expires_at as "expiresAt", s.ended_at as "endedAt",
         m.store_id as "storeId", m.role, m.version as "membershipVersion",
         $2::timestamptz >= m.valid_from and $2 < m.valid_to as "isMembershipCurrent",
         u.status = 'ACTIVE' and u.account_id is not distinct from s.account_id as "isUserActive",
         coalesce(a.status = 'ACTIVE', false) as "isAccountActive",
         m.role like 'PLATFORM%' or coalesce(g.status = 'ACTIVE', false) as "isGroupActive",
         s.support_grant_id as "grantId",
         sg.tenant_id as "grantTenantId",
         coalesce(sg.status = 'APPROVED' and $2 >= sg.starts_at and $2 < sg.expires_at
                  and gg.status = 'ACTIVE', false) as "isGrantActive"
    from identity.session s
    join identity.membership m on m.tenant_id = s.tenant_id and m.id = s.membership_id
    join identity.user_account u on u.tenant_id = s.tenant_id and u.id = s.user_id
    left join issuer.account a on a.id = s.account_id
    left join identity.dealer_group g on g.tenant_id = s.tenant_id
    left join identity.support_grant sg on sg.id = s.support_grant_id and sg.user_id = s.user_id
    left join identity.dealer_group gg on gg.tenant_id = sg.tenant_id`

/** The session that an authorization opened. */
export async function findSession(
  tx: TenantTx,
  authorizationId: string,
  now: Date,
): Promise<SessionFacts | undefined> {
  const [row] = await tx.query<SessionFacts>(`${facts} where s.authorization_id = $1`, [authorizationId, now])
  return row
}

/** Sessions of one browser that are not over, with the authorizations they stand on. */
export async function findBrowserSessions(
  tx: TenantTx,
  browserDigest: Buffer,
  now: Date,
): Promise<readonly SessionFacts[]> {
  return tx.query<SessionFacts>(`${facts} where s.browser_digest = $1 and s.ended_at is null`, [
    browserDigest,
    now,
  ])
}

/** A session to be opened. */
export interface NewSession {
  readonly id: string
  readonly tenantId: string
  readonly userId: string
  readonly membershipId: string
  readonly accountId: string
  readonly clientId: string
  readonly authorizationId: string
  readonly supportGrantId: string | null
  readonly isAnalyst: boolean
  readonly assurance: AssuranceLevel
  readonly authenticatedAt: Date
  readonly expiresAt: Date
  readonly browserDigest: Buffer | null
}

/** Opens a session. */
export async function insertSession(tx: TenantTx, session: NewSession): Promise<void> {
  await tx.query(
    `insert into identity.session (tenant_id, id, user_id, membership_id, account_id, client_id, authorization_id,
       support_grant_id, is_analyst, assurance, authenticated_at, expires_at, browser_digest)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
    [
      session.tenantId,
      session.id,
      session.userId,
      session.membershipId,
      session.accountId,
      session.clientId,
      session.authorizationId,
      session.supportGrantId,
      session.isAnalyst,
      session.assurance,
      session.authenticatedAt,
      session.expiresAt,
      session.browserDigest,
    ],
  )
}

/** Ends a session. @returns its authorization, or null when it was over before. */
export async function endSession(
  tx: TenantTx,
  session: Pick<SessionFacts, 'tenantId' | 'sessionId'>,
  reason: EndReason,
  now: Date,
): Promise<string | null> {
  const [row] = await tx.query<{ authorizationId: string }>(
    `update identity.session set ended_at = $3, end_reason = $4
      where tenant_id = $1 and id = $2 and ended_at is null
      returning authorization_id as "authorizationId"`,
    [session.tenantId, session.sessionId, now, reason],
  )
  return row?.authorizationId ?? null
}

/** Notes that the person of a session proved again who he is. */
export async function renewAssurance(
  tx: TenantTx,
  session: Pick<SessionFacts, 'tenantId' | 'sessionId'>,
  proof: { readonly assurance: AssuranceLevel; readonly authenticatedAt: Date },
): Promise<void> {
  await tx.query(
    `update identity.session set assurance = $3, authenticated_at = $4
      where tenant_id = $1 and id = $2 and ended_at is null`,
    [session.tenantId, session.sessionId, proof.assurance, proof.authenticatedAt],
  )
}
