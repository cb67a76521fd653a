import type { TenantTx } from '@autora/shared/database'
import type { OwnSession } from './entity.js'

/** The sessions of a person that are open now, in all dealer groups, newest first, at most 50. */
export const listOpenSessions = (tx: TenantTx, accountId: string): Promise<OwnSession[]> =>
  tx.query<OwnSession>(
    `select s.id, s.tenant_id as "tenantId", s.client_id as "clientId", s.started_at as "startedAt", s.assurance,
            concat_ws(', ', initcap(replace(m.role, '_', ' ')), g.name) as membership
       from identity.session s
       join identity.membership m on m.tenant_id = s.tenant_id and m.id = s.membership_id
       left join identity.dealer_group g on g.tenant_id = s.tenant_id
      where s.account_id = $1 and s.ended_at is null and s.expires_at > clock_timestamp()
      order by s.started_at desc, s.id limit 50`,
    [accountId],
  )

/** Ends open sessions of an account, all of them or one. @returns those that were open. */
export const endSessions = (
  tx: TenantTx,
  accountId: string,
  reason: 'PASSWORD_CHANGED' | 'SIGNED_OUT',
  sessionId: string | null = null,
): Promise<{ id: string; tenantId: string }[]> =>
  tx.query(
    `update identity.session set ended_at = clock_timestamp(), end_reason = $2
      where account_id = $1 and ended_at is null and ($3::uuid is null or id = $3::uuid)
      returning id, tenant_id as "tenantId"`,
    [accountId, reason, sessionId],
  )
