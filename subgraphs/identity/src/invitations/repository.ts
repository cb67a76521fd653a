import type { TenantTx } from '@autora/shared/database'
import { INVITATION_LIFE_HOURS, type InvitationRow } from './entity.js'

const columns = `
  i.id,
  i.tenant_id as "tenantId",
  i.user_id as "userId",
  i.created_by as "createdBy",
  i.created_at as "createdAt",
  i.expires_at as "expiresAt",
  i.accepted_at as "acceptedAt",
  i.revoked_at as "revokedAt"`

/** The newest invitation of each of some people. */
export const findInvitationsOf = (tx: TenantTx, tenantId: string | null, userIds: readonly string[]) =>
  tx.query<InvitationRow>(
    `select distinct on (i.tenant_id, i.user_id) ${columns}
       from identity.invitation i
      where i.user_id = any($1::uuid[])
        and ($2::uuid is null or i.tenant_id = $2)
      order by i.tenant_id, i.user_id, i.created_at desc`,
    [userIds, tenantId],
  )

/** Somebody who is invited. */
export interface NewUser {
  readonly id: string
  readonly tenantId: string
  readonly displayName: string
  readonly email: string
  readonly mobile: string | null
}

/** Whether an address is taken in a tenant, as far as the caller can see. */
export async function insertUser(tx: TenantTx, user: NewUser): Promise<void> {
  await tx.query(
    `insert into identity.user_account (tenant_id, id, display_name, email, mobile, status)
     values ($1, $2, $3, $4, $5, 'INVITED')`,
    [user.tenantId, user.id, user.displayName, user.email, user.mobile],
  )
}

/** Writes an invitation. Its life is counted from the database's own clock, which also says who invites. */
export async function insertInvitation(
  tx: TenantTx,
  invitation: { readonly tenantId: string; readonly id: string; readonly userId: string },
  tokenSha256: Buffer,
): Promise<void> {
  await tx.query(
    `insert into identity.invitation (tenant_id, id, user_id, token_sha256, expires_at)
     values ($1, $2, $3, $4, clock_timestamp() + make_interval(hours => $5))`,
    [invitation.tenantId, invitation.id, invitation.userId, tokenSha256, INVITATION_LIFE_HOURS],
  )
}

/** Revokes every open invitation of a person. @returns how many there were. */
export async function closeInvitations(tx: TenantTx, tenantId: string, userId: string): Promise<number> {
  const rows = await tx.query(
    `update identity.invitation
        set revoked_at = clock_timestamp()
      where tenant_id = $1 and user_id = $2 and accepted_at is null and revoked_at is null
     returning id`,
    [tenantId, userId],
  )
  return rows.length
}
