import type { TenantTx } from '@autora/shared/database'

/** Business addresses of those who answer for a whole dealer group now. */
export async function findAdminAddresses(tx: TenantTx, tenantId: string, now: Date): Promise<string[]> {
  const rows = await tx.query<{ email: string }>(
    `select distinct u.email
       from identity.membership m
       join identity.user_account u on u.tenant_id = m.tenant_id and u.id = m.user_id
      where m.tenant_id = $1
        and m.role = 'DEALER_ADMIN'
        and m.store_id is null
        and u.status = 'ACTIVE'
        and $2::timestamptz >= m.valid_from and $2 < m.valid_to`,
    [tenantId, now],
  )
  return rows.map(({ email }) => email)
}
