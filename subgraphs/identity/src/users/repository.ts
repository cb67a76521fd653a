import type { TenantTx } from '@autora/shared/database'
import { exactTime, type PageRequest } from '@autora/shared/request'
import type { Scope } from '../scope.js'
import { type MembershipRow, MOST_MEMBERSHIPS, type UserRow } from './entity.js'

const columns = `
  u.id,
  u.tenant_id as "tenantId",
  u.display_name as "displayName",
  u.email,
  u.mobile,
  u.status,
  ${exactTime('u.created_at')} as "createdAt"`

const membershipColumns = `
  m.id,
  m.tenant_id as "tenantId",
  m.user_id as "userId",
  m.role,
  m.store_id as "storeId",
  m.valid_from as "validFrom",
  nullif(m.valid_to, 'infinity') as "validTo",
  m.version,
  m.granted_by as "grantedBy"`

/** People by id. Which colleagues of a tenant are visible is the row policy's word alone. */
export const findUsers = (tx: TenantTx, scope: Scope, ids: readonly string[]) =>
  tx.query<UserRow>(
    `select ${columns}
       from identity.user_account u
      where u.id = any($1::uuid[])
        and ($2::uuid is null or u.tenant_id = $2)`,
    [ids, scope.tenantId],
  )

/** A page of people and one more, newest first. */
export const pageOfUsers = (tx: TenantTx, scope: Scope, page: PageRequest) =>
  tx.query<UserRow>(
    `select ${columns}
       from identity.user_account u
      where ($1::uuid is null or u.tenant_id = $1)
        and ($2::timestamptz is null or (u.created_at, u.id) < ($2, $3::uuid))
      order by u.created_at desc, u.id desc
      limit $4`,
    [scope.tenantId, page.before?.at ?? null, page.before?.id ?? null, page.limit + 1],
  )

/** Memberships of some people, newest first, at most `MOST_MEMBERSHIPS` of each. */
export const findMembershipsOf = (tx: TenantTx, scope: Scope, userIds: readonly string[]) =>
  tx.query<MembershipRow>(
    `select ${membershipColumns}
       from unnest($1::uuid[]) as wanted(user_id)
      cross join lateral (
        select *
          from identity.membership one
         where one.user_id = wanted.user_id
           and ($2::uuid is null or one.tenant_id = $2)
           and ($3::uuid[] is null or one.store_id is null or one.store_id = any($3))
         order by one.valid_from desc, one.id desc
         limit $4
      ) m
      order by m.valid_from desc, m.id desc`,
    [userIds, scope.tenantId, scope.storeIds, MOST_MEMBERSHIPS],
  )

/** Memberships by id. */
export const findMemberships = (tx: TenantTx, scope: Scope, ids: readonly string[]) =>
  tx.query<MembershipRow>(
    `select ${membershipColumns}
       from identity.membership m
      where m.id = any($1::uuid[])
        and ($2::uuid is null or m.tenant_id = $2)
        and ($3::uuid[] is null or m.store_id is null or m.store_id = any($3))`,
    [ids, scope.tenantId, scope.storeIds],
  )
