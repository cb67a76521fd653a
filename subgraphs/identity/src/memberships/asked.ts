import type { Action } from '@autora/shared/access'
import type { TenantTx } from '@autora/shared/database'
import type { RequestContext } from '@autora/shared/request'
import { type ApprovalRow, type ApprovalWish, needsApproval, openApproval } from '../approvals/index.js'

/** What became of a deed: it was done, or somebody else is asked to approve it. One of the two is null. */
export interface Asked<T> {
  readonly done: T | null
  readonly approval: ApprovalRow | null
}

/**
 * Does a deed at once, or asks for a second pair of eyes where the caller's cell of the matrix wants one.
 *
 * @param wish - what the approver reads, and everything the deed needs.
 * @throws {DomainError} REASON_REQUIRED - a second person is needed and no reason was given.
 */
export async function askOrDo<T>(
  tx: TenantTx,
  ctx: RequestContext,
  action: Action,
  wish: Omit<ApprovalWish, 'reason'> & { readonly reason: string | null | undefined },
  deed: () => Promise<T>,
): Promise<Asked<T>> {
  if (!needsApproval(ctx, action)) return { done: await deed(), approval: null }
  return { done: null, approval: await openApproval(tx, ctx, { ...wish, reason: wish.reason ?? '' }) }
}
