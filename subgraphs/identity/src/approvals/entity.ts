import type { TenantTx } from '@autora/shared/database'
import type { RequestContext } from '@autora/shared/request'

/** A value that JSON can hold: what an approval carries is stored as it is and compared by its digest. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json }

/** What somebody wants done. */
export interface ApprovalWish {
  /** Name of the deed, as the registry of deeds knows it, such as `accessPolicy:loosen`. */
  readonly action: string
  /** Whose Dealer Admins decide; the platform's tenant: its owners. */
  readonly tenantId: string
  readonly subjectType: string
  readonly subjectId: string
  /** Stores it is about; null: the whole group. An admin of fewer stores then neither sees nor decides it. */
  readonly storeIds: readonly string[] | null
  /** One sentence that the approver reads, 1 to 300 characters, no personal data of customers. */
  readonly summary: string
  /** Everything the deed needs. It never changes after this. */
  readonly payload: { readonly [name: string]: Json }
  /** Why, in the words of who asks: 10 to 500 characters. */
  readonly reason: string
  /** Hours until it is over undecided: 1 to 168, default 24. */
  readonly hours?: number
}

/** A request as its statements return it. */
export interface ApprovalRow {
  readonly id: string
  readonly tenantId: string
  readonly action: string
  readonly subjectType: string
  readonly subjectId: string
  readonly storeIds: readonly string[] | null
  readonly summary: string
  readonly payload: { readonly [name: string]: Json }
  readonly payloadSha256: string
  readonly reason: string
  readonly status: 'REQUESTED' | 'APPROVED' | 'REFUSED' | 'WITHDRAWN'
  readonly requestedBy: string
  /** ISO 8601 with microseconds, as cursors carry it. */
  readonly requestedAt: string
  readonly expiresAt: Date
  readonly decidedBy: string | null
  readonly decidedAt: Date | null
  readonly decisionNote: string | null
}

/**
 * Carries out what was approved, in the transaction of the decision and with the rights of the approver. It checks
 * again whatever may have changed since the request, and throws a DomainError to refuse: the decision then does not
 * happen either. It records its own event.
 */
export type ApprovedDeed = (tx: TenantTx, ctx: RequestContext, approval: ApprovalRow) => Promise<void>

/** Every deed that an approval can carry out, by the action of its wish. */
export type ApprovedDeeds = Readonly<Record<string, ApprovedDeed>>
