import type { TenantTx } from '@autora/shared/database'
import { exactTime, type PageRequest } from '@autora/shared/request'
import type { Scope } from '../scope.js'
import type { NewSupportGrant, SupportGrantRow } from './entity.js'

const columns = `
  g.id,
  g.tenant_id as "tenantId",
  g.user_id as "userId",
  g.requester,
  g.ticket_ref as "ticketRef",
  g.reason,
  g.store_ids as "storeIds",
  g.pii_level as "piiLevel",
  g.status,
  g.minutes,
  ${exactTime('g.requested_at')} as "requestedAt",
  g.decided_at as "decidedAt",
  g.decided_by as "decidedBy",
  g.starts_at as "startsAt",
  g.expires_at as "expiresAt"`

/** Grants by id. Whose grants are visible within a tenant is the row policy's word alone. */
export const findSupportGrants = (tx: TenantTx, scope: Scope, ids: readonly string[]) =>
  tx.query<SupportGrantRow>(
    `select ${columns}
       from identity.support_grant g
      where g.id = any($1::uuid[])
        and ($2::uuid is null or g.tenant_id = $2)`,
    [ids, scope.tenantId],
  )

/** A page of grants and one more, newest request first. */
export const pageOfSupportGrants = (tx: TenantTx, scope: Scope, page: PageRequest) =>
  tx.query<SupportGrantRow>(
    `select ${columns}
       from identity.support_grant g
      where ($1::uuid is null or g.tenant_id = $1)
        and ($2::timestamptz is null or (g.requested_at, g.id) < ($2, $3::uuid))
      order by g.requested_at desc, g.id desc
      limit $4`,
    [scope.tenantId, page.before?.at ?? null, page.before?.id ?? null, page.limit + 1],
  )

/** Writes a request. */
export async function insertSupportGrant(
  tx: TenantTx,
  grant: NewSupportGrant,
): Promise<SupportGrantRow | undefined> {
  const [row] = await tx.query<SupportGrantRow>(
    `with g as (
       insert into identity.support_grant
         (tenant_id, id, user_id, requester, ticket_ref, reason, store_ids, pii_level, minutes)
       select $1, $2, u.id, u.display_name, $4, $5, $6::uuid[], $7, $8 from identity.user_account u where u.id = $3
       returning *)
     select ${columns} from g`,
    [
      grant.tenantId,
      grant.id,
      grant.userId,
      grant.ticketRef,
      grant.reason,
      grant.storeIds,
      grant.piiLevel,
      grant.minutes,
    ],
  )
  return row
}

/** One grant, locked until the transaction ends. */
export async function lockSupportGrant(
  tx: TenantTx,
  scope: Scope,
  id: string,
): Promise<SupportGrantRow | undefined> {
  const [row] = await tx.query<SupportGrantRow>(
    `select ${columns}
       from identity.support_grant g
      where g.id = $1
        and ($2::uuid is null or g.tenant_id = $2)
        for update`,
    [id, scope.tenantId],
  )
  return row
}

/**
 * Decides a request. An approved grant starts now, by the clock of the database: its row policy checks with the same.
 */
export async function decideRequest(
  tx: TenantTx,
  grant: SupportGrantRow,
  verdict: 'APPROVED' | 'REFUSED',
  decidedBy: string,
): Promise<SupportGrantRow | undefined> {
  const [row] = await tx.query<SupportGrantRow>(
    `with g as (
       update identity.support_grant
          set status = $3,
              decided_at = now(),
              decided_by = $4,
              starts_at = case when $3 = 'APPROVED' then now() end,
              expires_at = case when $3 = 'APPROVED' then now() + make_interval(mins => minutes) end
        where tenant_id = $1 and id = $2 and status = 'REQUESTED'
       returning *)
     select ${columns} from g`,
    [grant.tenantId, grant.id, verdict, decidedBy],
  )
  return row
}

/** Ends a grant or withdraws a request: what was still to run of it is gone. */
export async function endSupportGrant(
  tx: TenantTx,
  grant: SupportGrantRow,
  endedBy: string,
): Promise<SupportGrantRow | undefined> {
  const [row] = await tx.query<SupportGrantRow>(
    `with g as (
       update identity.support_grant
          set status = 'REVOKED',
              decided_at = now(),
              decided_by = $3,
              expires_at = least(expires_at, now())
        where tenant_id = $1 and id = $2 and status in ('REQUESTED', 'APPROVED')
       returning *)
     select ${columns} from g`,
    [grant.tenantId, grant.id, endedBy],
  )
  return row
}
