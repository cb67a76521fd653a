import type { TenantTx } from '@autora/shared/database'
import { exactTime, type PageRequest } from '@autora/shared/request'
import type { Scope } from '../scope.js'
import type { ApprovalRow, ApprovalWish } from './entity.js'

const columns = `
  r.id,
  r.tenant_id as "tenantId",
  r.action,
  r.subject_type as "subjectType",
  r.subject_id as "subjectId",
  r.store_ids as "storeIds",
  r.summary,
  r.payload,
  encode(r.payload_sha256, 'hex') as "payloadSha256",
  r.reason,
  r.status,
  r.requested_by as "requestedBy",
  ${exactTime('r.requested_at')} as "requestedAt",
  r.expires_at as "expiresAt",
  r.decided_by as "decidedBy",
  r.decided_at as "decidedAt",
  r.decision_note as "decisionNote"`

/** Requests by id. Which of them are visible is the row policy's word alone. */
export const findApprovals = (tx: TenantTx, scope: Scope, ids: readonly string[]) =>
  tx.query<ApprovalRow>(
    `select ${columns}
       from identity.approval_request r
      where r.id = any($1::uuid[])
        and ($2::uuid is null or r.tenant_id = $2)`,
    [ids, scope.tenantId],
  )

/** A page of requests and one more, newest first. */
export const pageOfApprovals = (tx: TenantTx, scope: Scope, page: PageRequest, isOpen: boolean | null) =>
  tx.query<ApprovalRow>(
    `select ${columns}
       from identity.approval_request r
      where ($1::uuid is null or r.tenant_id = $1)
        and ($2::timestamptz is null or (r.requested_at, r.id) < ($2, $3::uuid))
        and ($5::boolean is null or (r.status = 'REQUESTED' and clock_timestamp() < r.expires_at) = $5)
      order by r.requested_at desc, r.id desc
      limit $4`,
    [scope.tenantId, page.before?.at ?? null, page.before?.id ?? null, page.limit + 1, isOpen],
  )

/** One request, locked until the transaction ends. */
export async function lockApproval(tx: TenantTx, scope: Scope, id: string): Promise<ApprovalRow | undefined> {
  const [row] = await tx.query<ApprovalRow>(
    `select ${columns}
       from identity.approval_request r
      where r.id = $1
        and ($2::uuid is null or r.tenant_id = $2)
        for update`,
    [id, scope.tenantId],
  )
  return row
}

/** A wish as it is stored. */
export interface NewApproval extends ApprovalWish {
  readonly id: string
  readonly payloadText: string
  readonly payloadDigest: Buffer
}

/** Writes a wish. Its life is counted from the database's own clock, which also says who asks. */
export async function insertApproval(tx: TenantTx, wish: NewApproval): Promise<void> {
  await tx.query(
    `insert into identity.approval_request
       (tenant_id, id, action, subject_type, subject_id, store_ids, summary, payload, payload_sha256, reason, expires_at)
     values ($1, $2, $3, $4, $5, $6::uuid[], $7, $8, $9, $10, clock_timestamp() + make_interval(hours => $11))`,
    [
      wish.tenantId,
      wish.id,
      wish.action,
      wish.subjectType,
      wish.subjectId,
      wish.storeIds,
      wish.summary,
      wish.payloadText,
      wish.payloadDigest,
      wish.reason,
      wish.hours ?? 24,
    ],
  )
}

/** Closes a request that is still open. */
export async function closeApproval(
  tx: TenantTx,
  approval: ApprovalRow,
  status: 'APPROVED' | 'REFUSED' | 'WITHDRAWN',
  by: string,
  note: string | null,
): Promise<boolean> {
  const rows = await tx.query(
    `update identity.approval_request
        set status = $3, decided_by = $4, decided_at = clock_timestamp(), decision_note = $5
      where tenant_id = $1 and id = $2 and status = 'REQUESTED'
     returning id`,
    [approval.tenantId, approval.id, status, by, note],
  )
  return rows.length === 1
}
