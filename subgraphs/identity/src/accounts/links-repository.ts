import type { TenantTx } from '@autora/shared/database'

/** A link with which an account gets another password. */
export interface ResetLink {
  readonly accountId: string
  readonly isOpen: boolean
}

/** Stores a link and ends those that were sent before. */
export async function insertResetLink(
  tx: TenantTx,
  link: { readonly accountId: string; readonly sha256: Buffer; readonly expiresAt: Date },
): Promise<void> {
  await tx.query(
    `update issuer.one_time_link set used_at = clock_timestamp() where account_id = $1 and used_at is null`,
    [link.accountId],
  )
  await tx.query(
    `insert into issuer.one_time_link (token_sha256, purpose, account_id, expires_at)
     values ($1, 'PASSWORD_RESET', $2, $3)`,
    [link.sha256, link.accountId, link.expiresAt],
  )
}

/** A link that was sent, open or not; null for one that never was. */
export async function findResetLink(tx: TenantTx, sha256: Buffer): Promise<ResetLink | null> {
  const [row] = await tx.query<ResetLink>(
    `select account_id as "accountId", used_at is null and expires_at > clock_timestamp() as "isOpen"
       from issuer.one_time_link where token_sha256 = $1 and purpose = 'PASSWORD_RESET'`,
    [sha256],
  )
  return row ?? null
}

/** Uses up a link. @returns false when it is used or over. */
export async function useResetLink(tx: TenantTx, sha256: Buffer): Promise<boolean> {
  const rows = await tx.query(
    `update issuer.one_time_link set used_at = clock_timestamp()
      where token_sha256 = $1 and used_at is null and expires_at > clock_timestamp() returning 1`,
    [sha256],
  )
  return rows.length === 1
}

/** An invitation with the person it is for. */
export interface Invitation {
  readonly tenantId: string
  readonly id: string
  readonly userId: string
  readonly email: string
  readonly groupName: string
  readonly accountId: string | null
  readonly hasPlatformRole: boolean
  readonly isOpen: boolean
}

/** An invitation by its link; `isOpen` is false for one that was used or revoked, or is over. */
export async function findInvitation(tx: TenantTx, sha256: Buffer): Promise<Invitation | null> {
  const [row] = await tx.query<Invitation>(
    `select i.tenant_id as "tenantId", i.id, i.user_id as "userId", lower(u.email) as email,
            coalesce(g.name, 'AUTORA OS') as "groupName", u.account_id as "accountId",
            exists (select from identity.membership m where m.tenant_id = i.tenant_id and m.user_id = i.user_id
                      and m.role like 'PLATFORM%') as "hasPlatformRole",
            i.accepted_at is null and i.revoked_at is null and i.expires_at > clock_timestamp()
              and u.account_id is null and u.status in ('INVITED', 'ACTIVE') as "isOpen"
       from identity.invitation i
       join identity.user_account u on u.tenant_id = i.tenant_id and u.id = i.user_id
       left join identity.dealer_group g on g.tenant_id = i.tenant_id
      where i.token_sha256 = $1`,
    [sha256],
  )
  return row ?? null
}

/** Accepts an invitation: the user is this account's from now on. @returns false when somebody was faster. */
export async function acceptInvitation(
  tx: TenantTx,
  invitation: Pick<Invitation, 'tenantId' | 'id' | 'userId'>,
  accountId: string,
): Promise<boolean> {
  const accepted = await tx.query(
    `update identity.invitation set accepted_at = clock_timestamp()
      where tenant_id = $1 and id = $2 and accepted_at is null and revoked_at is null
        and expires_at > clock_timestamp() returning 1`,
    [invitation.tenantId, invitation.id],
  )
  if (accepted.length === 0) return false
  const linked = await tx.query(
    `update identity.user_account set account_id = $3, status = 'ACTIVE'
      where tenant_id = $1 and id = $2 and account_id is null and status in ('INVITED', 'ACTIVE') returning 1`,
    [invitation.tenantId, invitation.userId, accountId],
  )
  return linked.length === 1
}
