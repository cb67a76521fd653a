import type { TenantTx } from '@autora/shared/database'
import type { MembershipRow, Role } from '../users/index.js'
import type { NewMembership } from './entity.js'

/** One bit about rows the caller may not see. */
async function yes(tx: TenantTx, sql: string, parameters: readonly string[] = []): Promise<boolean> {
  const [row] = await tx.query<{ readonly yes: boolean }>(`select ${sql} as yes`, parameters)
  return row?.yes === true
}

/** Whether the caller's dealer group has a Dealer Admin who has accepted and was not deactivated. */
export const hasDealerAdmin = (tx: TenantTx): Promise<boolean> => yes(tx, 'identity.has_dealer_admin()')

/** Whether a person works, or will work, outside the stores of the caller. */
export const reachesBeyond = (tx: TenantTx, userId: string): Promise<boolean> =>
  yes(tx, 'identity.reaches_beyond($1)', [userId])

/**
 * How many other people govern a tenant now: group-wide Dealer Admins, or platform owners. Whoever asks holds the
 * answer until his transaction ends: two who leave at the same time wait for each other.
 */
export async function governorsBesides(tx: TenantTx, tenantId: string, userId: string): Promise<number> {
  await tx.query(`select pg_advisory_xact_lock(hashtextextended('governors/' || $1, 0))`, [tenantId])
  const [row] = await tx.query<{ readonly n: number }>(
    `select count(distinct m.user_id)::int as n
       from identity.membership m
       join identity.user_account u on u.tenant_id = m.tenant_id and u.id = m.user_id
      where m.tenant_id = $1
        and m.user_id <> $2
        and u.status = 'ACTIVE'
        and m.role in ('DEALER_ADMIN', 'PLATFORM_OWNER')
        and m.store_id is null
        and clock_timestamp() >= m.valid_from
        and clock_timestamp() < m.valid_to`,
    [tenantId, userId],
  )
  return row?.n ?? 0
}

/** Whether a person has, or will have, a role at a place already. */
export const hasPlace = (
  tx: TenantTx,
  tenantId: string,
  userId: string,
  place: { readonly role: Role; readonly storeId: string | null; readonly except: string | null },
): Promise<boolean> =>
  yes(
    tx,
    `exists (
       select from identity.membership m
        where m.tenant_id = $1 and m.user_id = $2 and m.role = $3 and m.store_id is not distinct from $4::uuid
          and m.id is distinct from $5::uuid and clock_timestamp() < m.valid_to)`,
    [tenantId, userId, place.role, place.storeId, place.except] as readonly string[],
  )

/** Writes a membership. */
export async function insertMembership(
  tx: TenantTx,
  membership: NewMembership,
  grantedBy: string,
): Promise<void> {
  await tx.query(
    `insert into identity.membership
       (tenant_id, id, user_id, role, store_id, valid_from, valid_to, granted_by)
     values ($1, $2, $3, $4, $5, $6, coalesce($7::timestamptz, 'infinity'), $8)`,
    [
      membership.tenantId,
      membership.id,
      membership.userId,
      membership.role,
      membership.storeId,
      membership.validFrom,
      membership.validTo,
      grantedBy,
    ],
  )
}

/** What of a membership can change. */
export interface MembershipChanges {
  readonly role: Role
  readonly storeId: string | null
  readonly validTo: Date | null
}

/** Changes a membership over the version that was read. @returns false when somebody else was faster. */
export async function saveMembership(
  tx: TenantTx,
  { tenantId, id, version }: MembershipRow,
  { role, storeId, validTo }: MembershipChanges,
): Promise<boolean> {
  const rows = await tx.query(
    `update identity.membership
        set role = $4, store_id = $5, valid_to = coalesce($6::timestamptz, 'infinity')
      where tenant_id = $1 and id = $2 and version = $3 and clock_timestamp() < valid_to
     returning id`,
    [tenantId, id, version, role, storeId, validTo],
  )
  return rows.length === 1
}

/** Ends a membership that counts or will count; one that has not begun never will. */
export async function closeMembership(tx: TenantTx, { tenantId, id }: MembershipRow): Promise<boolean> {
  const rows = await tx.query(
    `update identity.membership
        set valid_from = least(valid_from, now() - interval '1 microsecond'), valid_to = now()
      where tenant_id = $1 and id = $2 and clock_timestamp() < valid_to
     returning id`,
    [tenantId, id],
  )
  return rows.length === 1
}
