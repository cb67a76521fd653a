import type { TenantTx } from '@autora/shared/database'
import { exactTime, type PageRequest } from '@autora/shared/request'
import type { Scope } from '../scope.js'
import type { NewSupportGrant, NewSupportSession, SupportGrantRow } from './entity.js'

const columns = `
  g.id,
  g.tenant_id as "tenantId",
  g.kind,
  g.user_id as "userId",
  g.requester,
  g.offered_by as "offeredBy",
  g.ticket_ref as "ticketRef",
  g.reason,
  g.store_ids as "storeIds",
  g.pii_level as "piiLevel",
  g.capabilities,
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

/** Writes a request or an offer. Which of the two it is, and whether the caller may, the database says. */
export async function insertSupportGrant(
  tx: TenantTx,
  grant: NewSupportGrant,
): Promise<SupportGrantRow | undefined> {
  const [row] = await tx.query<SupportGrantRow>(
    `insert into identity.support_grant as g
       (tenant_id, id, kind, user_id, requester, ticket_ref, reason, store_ids, pii_level, capabilities, minutes)
     values ($1, $2, $3, $4, (select u.display_name from identity.user_account u where u.id = $4), $5, $6, $7::uuid[],
             $8, $9::text[], $10)
     returning ${columns}`,
    [
      grant.tenantId,
      grant.id,
      grant.kind,
      grant.userId,
      grant.ticketRef,
      grant.reason,
      grant.storeIds,
      grant.piiLevel,
      grant.capabilities,
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

/** Every grant and offer of a group that opens something now or could at once, locked until the transaction ends. */
export const lockLiveSupportGrants = (tx: TenantTx, tenantId: string) =>
  tx.query<SupportGrantRow>(
    `select ${columns}
       from identity.support_grant g
      where g.tenant_id = $1
        and (g.status = 'OFFERED' or (g.status = 'APPROVED' and clock_timestamp() < g.expires_at))
      order by g.id
        for update`,
    [tenantId],
  )

/** Decides a request. An approved grant starts now, by the clock of the database, which signs it. */
export async function decideRequest(
  tx: TenantTx,
  grant: SupportGrantRow,
  verdict: 'APPROVED' | 'REFUSED',
  decidedBy: string,
): Promise<SupportGrantRow | undefined> {
  const [row] = await tx.query<SupportGrantRow>(
    `update identity.support_grant g
        set status = $3, decided_at = now(), decided_by = $4
      where g.tenant_id = $1 and g.id = $2 and g.status = 'REQUESTED'
     returning ${columns}`,
    [grant.tenantId, grant.id, verdict, decidedBy],
  )
  return row
}

/** Makes an offer the grant of a supporter. It starts now; who offered it is who approved it. */
export async function takeUpOffer(
  tx: TenantTx,
  grant: SupportGrantRow,
  userId: string,
): Promise<SupportGrantRow | undefined> {
  const [row] = await tx.query<SupportGrantRow>(
    `update identity.support_grant g
        set status = 'APPROVED',
            user_id = $3,
            requester = (select u.display_name from identity.user_account u where u.id = $3),
            decided_at = now(),
            decided_by = g.offered_by
      where g.tenant_id = $1 and g.id = $2 and g.status = 'OFFERED'
     returning ${columns}`,
    [grant.tenantId, grant.id, userId],
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
    `update identity.support_grant g
        set status = 'REVOKED',
            decided_at = now(),
            decided_by = $3,
            expires_at = case when g.expires_at is not null then least(g.expires_at, now()) end
      where g.tenant_id = $1 and g.id = $2 and g.status in ('OFFERED', 'REQUESTED', 'APPROVED')
     returning ${columns}`,
    [grant.tenantId, grant.id, endedBy],
  )
  return row
}

/** Writes a started session; nothing of it can be read back here. */
export async function insertSupportSession(tx: TenantTx, session: NewSupportSession): Promise<void> {
  await tx.query(
    `insert into identity.support_session
       (tenant_id, id, grant_id, membership_id, token_sha256, assurance, authenticated_at)
     values ($1, $2, $3, $4, $5, $6, to_timestamp($7))`,
    [
      session.tenantId,
      session.id,
      session.grantId,
      session.membershipId,
      session.tokenDigest,
      session.assurance,
      session.authenticatedAt,
    ],
  )
}
