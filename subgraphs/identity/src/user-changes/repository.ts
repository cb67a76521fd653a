import type { TenantTx } from '@autora/shared/database'
import type { UserRow } from '../users/index.js'

/** Changes name and number of a person. @returns false when the row is not the caller's to change. */
export async function saveUser(
  tx: TenantTx,
  { tenantId, id }: UserRow,
  next: Pick<UserRow, 'displayName' | 'mobile'>,
): Promise<boolean> {
  const rows = await tx.query(
    `update identity.user_account set display_name = $3, mobile = $4 where tenant_id = $1 and id = $2 returning id`,
    [tenantId, id, next.displayName, next.mobile],
  )
  return rows.length === 1
}

/** Moves a person from the state that was read to another. @returns false when he is in another state by now. */
export async function saveStatus(
  tx: TenantTx,
  { tenantId, id, status }: UserRow,
  next: UserRow['status'],
): Promise<boolean> {
  const rows = await tx.query(
    `update identity.user_account set status = $4 where tenant_id = $1 and id = $2 and status = $3 returning id`,
    [tenantId, id, status, next],
  )
  return rows.length === 1
}

/** Whether a person was invited and has never accepted. */
export async function neverAccepted(tx: TenantTx, { tenantId, id }: UserRow): Promise<boolean> {
  const [row] = await tx.query<{ readonly yes: boolean }>(
    `select u.account_id is null and exists (
              select from identity.invitation i where i.tenant_id = u.tenant_id and i.user_id = u.id) as yes
       from identity.user_account u
      where u.tenant_id = $1 and u.id = $2`,
    [tenantId, id],
  )
  return row?.yes === true
}

/** Takes back the open invitations of a person. */
export async function closeInvitations(tx: TenantTx, { tenantId, id }: UserRow): Promise<void> {
  await tx.query(
    `update identity.invitation
        set revoked_at = clock_timestamp()
      where tenant_id = $1 and user_id = $2 and accepted_at is null and revoked_at is null`,
    [tenantId, id],
  )
}

/** Asks the issuer to forget the second factors of a person at his next sign-in, within a day. */
export async function insertFactorReset(tx: TenantTx, user: UserRow, id: string): Promise<void> {
  await tx.query(
    // counted from the statement: a later look at the clock than that of requested_at would be more than a day
    `insert into identity.second_factor_reset (tenant_id, id, user_id, expires_at)
     values ($1, $2, $3, statement_timestamp() + interval '24 hours')`,
    [user.tenantId, id, user.id],
  )
}
