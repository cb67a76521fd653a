import type { Principal } from '@autora/shared/access'
import type { TenantTx } from '@autora/shared/database'
import type { AssuranceLevel } from './session-repository.js'

/** A started support session that was handed over, and what its tokens stand on. */
export interface ConsumedSession {
  /** The dealer group. */
  readonly tenantId: string
  readonly grantId: string
  readonly grantStoreIds: readonly string[]
  /** Whole seconds that the grant still lives. */
  readonly secondsLeft: number
  readonly accountId: string
  readonly assurance: AssuranceLevel
  readonly authenticatedAt: Date
  /** The supporter's own membership, of the platform. */
  readonly membershipId: string
  readonly membershipTenantId: string
  readonly userId: string
  readonly role: Principal
}

/** Who hands a subject token over: the person of an access token of ours. */
export interface Presenter {
  readonly userId: string
  readonly sessionId: string
}

/**
 * Uses up a subject token, once: for the person who was given it, from a session of his that is not over, while the
 * grant is what its dealer signed.
 */
export async function consumeSubjectToken(
  tx: TenantTx,
  digest: Buffer,
  by: Presenter,
): Promise<ConsumedSession | undefined> {
  const [row] = await tx.query<ConsumedSession>(
    `update identity.support_session s
        set consumed_at = clock_timestamp()
       from identity.support_grant g, identity.session own, identity.membership m
      where s.token_sha256 = $1 and s.consumed_at is null and clock_timestamp() < s.expires_at
        and s.user_id = $2
        and g.tenant_id = s.tenant_id and g.id = s.grant_id and g.user_id = s.user_id
        and g.status = 'APPROVED' and clock_timestamp() < g.expires_at - interval '1 second'
        and identity.grant_is_signed(g.id)
        and own.id = $3 and own.user_id = s.user_id and own.membership_id = s.membership_id
        and own.ended_at is null and clock_timestamp() < own.expires_at and own.support_grant_id is null
        and m.tenant_id = own.tenant_id and m.id = s.membership_id
     returning s.tenant_id as "tenantId", g.id as "grantId", g.store_ids as "grantStoreIds",
       floor(extract(epoch from g.expires_at - clock_timestamp()))::int as "secondsLeft",
       own.account_id as "accountId", s.assurance, s.authenticated_at as "authenticatedAt",
       m.id as "membershipId", m.tenant_id as "membershipTenantId", s.user_id as "userId", m.role`,
    [digest, by.userId, by.sessionId],
  )
  return row
}

/** A subject token that was not accepted. */
export interface FoundSubjectToken {
  readonly tenantId: string
  readonly grantId: string
  readonly grantStoreIds: readonly string[]
  readonly userId: string
  readonly isUsed: boolean
  readonly isOver: boolean
}

/** Finds a subject token that could not be used up. */
export async function findSubjectToken(tx: TenantTx, digest: Buffer): Promise<FoundSubjectToken | undefined> {
  const [row] = await tx.query<FoundSubjectToken>(
    `select s.tenant_id as "tenantId", s.grant_id as "grantId", g.store_ids as "grantStoreIds", s.user_id as "userId",
            s.consumed_at is not null as "isUsed", s.expires_at <= clock_timestamp() as "isOver"
       from identity.support_session s
       join identity.support_grant g on g.tenant_id = s.tenant_id and g.id = s.grant_id
      where s.token_sha256 = $1`,
    [digest],
  )
  return row
}
