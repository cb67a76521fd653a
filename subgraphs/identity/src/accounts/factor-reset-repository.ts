import type { TenantTx } from '@autora/shared/database'

/** Somebody's wish that the second factors of a person be forgotten. */
export interface FactorReset {
  readonly id: string
  readonly tenantId: string
}

/**
 * Wishes that are open now and may be carried out: of the person himself, of a platform owner, or of a tenant for which
 * alone the person signs in. One tenant never weakens the sign-in of another.
 */
export const dueResets = (tx: TenantTx, accountId: string): Promise<FactorReset[]> =>
  tx.query<FactorReset>(
    `select r.id, r.tenant_id as "tenantId"
       from identity.second_factor_reset r
       join identity.user_account u on u.tenant_id = r.tenant_id and u.id = r.user_id
      where u.account_id = $1
        and u.status <> 'DEACTIVATED'
        and r.consumed_at is null
        and clock_timestamp() < r.expires_at
        and (r.requested_by = r.user_id
             or exists (
               select from identity.membership m
                where m.user_id = r.requested_by and m.role = 'PLATFORM_OWNER' and clock_timestamp() < m.valid_to)
             or not exists (
               select from identity.user_account other
                where other.account_id = $1 and other.tenant_id <> r.tenant_id and other.status <> 'DEACTIVATED'))
        for update of r`,
    [accountId],
  )

/** Notes that a wish was carried out. */
export async function consumeReset(tx: TenantTx, { tenantId, id }: FactorReset): Promise<void> {
  await tx.query(
    `update identity.second_factor_reset set consumed_at = clock_timestamp() where tenant_id = $1 and id = $2`,
    [tenantId, id],
  )
}

/** Ends every second factor of an account: authenticator app, passkeys, recovery codes. */
export async function removeFactors(tx: TenantTx, accountId: string): Promise<void> {
  for (const table of ['authenticator', 'passkey'])
    await tx.query(
      `update issuer.${table} set removed_at = clock_timestamp() where account_id = $1 and removed_at is null`,
      [accountId],
    )
  await tx.query(
    `update issuer.recovery_code set removed_at = clock_timestamp()
      where account_id = $1 and used_at is null and removed_at is null`,
    [accountId],
  )
}
