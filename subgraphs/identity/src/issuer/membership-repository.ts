import type { Principal } from '@autora/shared/access'
import type { TenantTx } from '@autora/shared/database'

/** A membership that a person may put on now. */
export interface LiveMembership {
  readonly membershipId: string
  readonly tenantId: string
  readonly userId: string
  readonly role: Principal
  readonly storeId: string | null
  readonly storeName: string | null
  readonly groupName: string | null
}

/** The memberships of an account that hold now, of active users in active groups, in a steady order. */
export async function findLiveMemberships(
  tx: TenantTx,
  accountId: string,
  now: Date,
): Promise<readonly LiveMembership[]> {
  return tx.query<LiveMembership>(
    `select m.id as "membershipId", m.tenant_id as "tenantId", m.user_id as "userId", m.role,
            m.store_id as "storeId", s.name as "storeName", g.name as "groupName"
       from issuer.account a
       join identity.user_account u on u.account_id = a.id and u.status = 'ACTIVE'
       join identity.membership m on m.tenant_id = u.tenant_id and m.user_id = u.id
       left join identity.dealer_group g on g.tenant_id = m.tenant_id
       left join identity.store s on s.tenant_id = m.tenant_id and s.id = m.store_id
      where a.id = $1 and a.status = 'ACTIVE' and $2::timestamptz >= m.valid_from and $2 < m.valid_to
        and (m.role like 'PLATFORM%' or g.status = 'ACTIVE')
      order by g.name nulls first, s.name nulls first, m.role, m.id
      limit 200`,
    [accountId, now],
  )
}

/** Whether an account may sign in. */
export async function isAccountActive(tx: TenantTx, accountId: string): Promise<boolean> {
  const rows = await tx.query(`select 1 from issuer.account where id = $1 and status = 'ACTIVE'`, [accountId])
  return rows.length === 1
}

/** Whether the credentials of an account are still those of a moment; the clocks may differ by five seconds. */
export async function areCredentialsSince(tx: TenantTx, accountId: string, at: Date): Promise<boolean> {
  const rows = await tx.query(
    `select from issuer.account where id = $1 and credentials_changed_at <= $2::timestamptz + interval '5 seconds'`,
    [accountId, at],
  )
  return rows.length === 1
}
