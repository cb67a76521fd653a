import type { TenantTx } from '@autora/shared/database'
import { exactTime, type PageRequest } from '@autora/shared/request'
import type { SessionEndReason, SessionRow, SessionScope } from './entity.js'

const columns = `
  s.id,
  s.tenant_id as "tenantId",
  s.user_id as "userId",
  s.membership_id as "membershipId",
  m.role,
  m.store_id as "storeId",
  s.client_id as "clientId",
  s.is_analyst as "isAnalyst",
  s.assurance,
  s.authenticated_at as "authenticatedAt",
  ${exactTime('s.started_at')} as "startedAt",
  s.expires_at as "expiresAt",
  s.ended_at as "endedAt",
  s.end_reason as "endReason"`

const withinScope = `
        s.tenant_id = $1
        and (s.user_id = $2 or ($3 and ($4::uuid[] is null or m.store_id = any($4))))`

const scopeValues = ({ tenantId, actorId, others, storeIds }: SessionScope) =>
  [tenantId, actorId, others, storeIds] as const

/** Which sessions a list holds. */
export interface SessionFilter {
  /** Null: of everybody within the scope. */
  readonly userId: string | null
  /** True: those that still count; false: those that are over; null: both. */
  readonly isLive: boolean | null
}

/** A page of sessions and one more, newest first. */
export const pageOfSessions = (tx: TenantTx, scope: SessionScope, page: PageRequest, filter: SessionFilter) =>
  tx.query<SessionRow>(
    `select ${columns}
       from identity.session s
       join identity.membership m on m.tenant_id = s.tenant_id and m.id = s.membership_id
      where ${withinScope}
        and ($5::timestamptz is null or (s.started_at, s.id) < ($5, $6::uuid))
        and ($8::uuid is null or s.user_id = $8)
        and ($9::boolean is null or (s.ended_at is null and clock_timestamp() < s.expires_at) = $9)
      order by s.started_at desc, s.id desc
      limit $7`,
    [
      ...scopeValues(scope),
      page.before?.at ?? null,
      page.before?.id ?? null,
      page.limit + 1,
      filter.userId,
      filter.isLive,
    ],
  )

/** Sessions by id. */
export const findSessions = (tx: TenantTx, scope: SessionScope, ids: readonly string[]) =>
  tx.query<SessionRow>(
    `select ${columns}
       from identity.session s
       join identity.membership m on m.tenant_id = s.tenant_id and m.id = s.membership_id
      where ${withinScope}
        and s.id = any($5::uuid[])`,
    [...scopeValues(scope), ids],
  )

/** Which sessions are ended: all that still count and meet every condition that is not null. */
export interface EndedSessions {
  readonly tenantId: string
  readonly id: string | null
  readonly userId: string | null
  readonly membershipId: string | null
  /** Null: memberships of every store. */
  readonly storeIds: readonly string[] | null
}

/** Ends sessions that still count. @returns their ids with the stores of their memberships. */
export const endSessions = (tx: TenantTx, which: EndedSessions, reason: SessionEndReason) =>
  tx.query<{ readonly id: string; readonly storeId: string | null }>(
    `update identity.session s
        set ended_at = clock_timestamp(), end_reason = $6
       from identity.membership m
      where m.tenant_id = s.tenant_id and m.id = s.membership_id
        and s.tenant_id = $1
        and ($2::uuid is null or s.id = $2)
        and ($3::uuid is null or s.user_id = $3)
        and ($4::uuid is null or s.membership_id = $4)
        and ($5::uuid[] is null or m.store_id = any($5))
        and s.ended_at is null
     returning s.id, m.store_id as "storeId"`,
    [which.tenantId, which.id, which.userId, which.membershipId, which.storeIds, reason],
  )
