import { createHash, randomUUID } from 'node:crypto'
import { type Action, decideAction } from '@autora/shared/access'
import { PLATFORM_TENANT } from '@autora/shared/actor'
import { recordAudit } from '@autora/shared/audit'
import type { TenantTx } from '@autora/shared/database'
import { conflict, forbidden, invalid, notFound } from '@autora/shared/errors'
import { demandReason, type PageRequest, type RequestContext } from '@autora/shared/request'
import { loadById } from '../load.js'
import { scopeOf } from '../scope.js'
import type { ApprovalRow, ApprovalWish, ApprovedDeeds, Json } from './entity.js'
import { closeApproval, findApprovals, insertApproval, lockApproval, pageOfApprovals } from './repository.js'

/** Whether the caller may only ask for a deed, and somebody else has to approve it: a `4` in his cell of the matrix. */
export function needsApproval(ctx: RequestContext, action: Action): boolean {
  const decision = decideAction(action, ctx.profile())
  return decision.allowed && decision.needsApproval
}

/** A page of the requests the caller can see, and one row more when there is a next page. */
export const listApprovals = (
  ctx: RequestContext,
  page: PageRequest,
  isOpen: boolean | null,
): Promise<ApprovalRow[]> => ctx.tenant.read((tx) => pageOfApprovals(tx, scopeOf(ctx.actor), page, isOpen))

/** One request; null when it is absent, foreign, or the id was malformed. */
export const approvalById = (ctx: RequestContext, id: string | null): Promise<ApprovalRow | null> =>
  loadById(ctx, 'approval', id, findApprovals)

/** Where a request stands: one that nobody decided in time is over. */
export const approvalStatus = (approval: ApprovalRow, now: Date) =>
  approval.status === 'REQUESTED' && approval.expiresAt <= now ? 'EXPIRED' : approval.status

/** One spelling for one value, so that equal payloads have equal digests: members sorted, no spaces. */
function canonical(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${members.map(([name, inner]) => `${JSON.stringify(name)}:${canonical(inner)}`).join(',')}}`
}

/**
 * Asks for a second pair of eyes, in the caller's transaction. Nothing else happens until somebody approves.
 *
 * @throws {DomainError} REASON_REQUIRED - the reason does not have 10 to 500 characters.
 */
export async function openApproval(
  tx: TenantTx,
  ctx: RequestContext,
  wish: ApprovalWish,
): Promise<ApprovalRow> {
  const reason = demandReason(wish.reason)
  const payloadText = canonical(wish.payload)
  const payloadDigest = createHash('sha256').update(payloadText).digest()
  const id = randomUUID()
  await insertApproval(tx, { ...wish, reason, id, payloadText, payloadDigest })
  const [approval] = await findApprovals(tx, { tenantId: wish.tenantId, storeIds: null }, [id])
  if (!approval) throw notFound()
  await record(tx, 'approval.requested', approval)
  ctx.log.info('approval.requested', { action: wish.action, requestId: ctx.requestId })
  return approval
}

/** What an approver says. */
export interface Decision {
  readonly id: string | null
  readonly approve: boolean
  readonly note: string | null
}

/**
 * Decides a request, and carries it out in the same transaction when it is approved. The same decision of the same
 * person again returns the request and changes nothing.
 *
 * @throws {DomainError} NOT_FOUND - absent, or not the caller's to see.
 * @throws {DomainError} SELF_APPROVAL_REFUSED, ALREADY_DECIDED, APPROVAL_EXPIRED - as they say.
 * @throws {DomainError} ACCESS_DENIED - a request of a dealer group is decided by its Dealer Admins, one of the platform
 *   by its owners.
 * @throws {DomainError} whatever the deed says, when it can no longer be done: the request then stays open.
 */
export async function decideApproval(
  ctx: RequestContext,
  deeds: ApprovedDeeds,
  { id, approve, note }: Decision,
): Promise<ApprovalRow> {
  if (note !== null && [...note].length > 500)
    throw invalid('INVALID', { field: ['note'], message: 'note must have at most 500 characters.' })
  const status = approve ? 'APPROVED' : 'REFUSED'
  return ctx.tenant.write(async (tx) => {
    const approval = await locked(tx, ctx, id)
    if (approval.status === status && approval.decidedBy === ctx.actor.id) return approval
    refuseDecision(ctx, approval)
    const deed = deeds[approval.action]
    if (!deed) throw new Error(`no deed is registered for ${approval.action}`)
    if (!(await closeApproval(tx, approval, status, ctx.actor.id, note))) throw conflict('ALREADY_DECIDED')
    await record(tx, approve ? 'approval.approved' : 'approval.refused', approval)
    if (approve) await deed(tx, ctx, approval)
    return reread(tx, approval)
  })
}

function refuseDecision(ctx: RequestContext, approval: ApprovalRow): void {
  if (approval.requestedBy === ctx.actor.id) throw conflict('SELF_APPROVAL_REFUSED')
  const decider = approval.tenantId === PLATFORM_TENANT ? 'PLATFORM_OWNER' : 'DEALER_ADMIN'
  if (ctx.actor.principal !== decider) throw forbidden({ reason: 'ROLE_NOT_ALLOWED' })
  if (approval.status !== 'REQUESTED') throw conflict('ALREADY_DECIDED')
  if (approval.expiresAt <= ctx.clock.now()) throw conflict('APPROVAL_EXPIRED')
}

/**
 * Takes back a request of one's own. One that was taken back is returned unchanged.
 *
 * @throws {DomainError} NOT_FOUND - absent, or somebody else's. ALREADY_DECIDED - it was decided.
 */
export async function withdrawApproval(ctx: RequestContext, id: string | null): Promise<ApprovalRow> {
  return ctx.tenant.write(async (tx) => {
    const approval = await locked(tx, ctx, id)
    if (approval.requestedBy !== ctx.actor.id) throw notFound()
    if (approval.status === 'WITHDRAWN') return approval
    if (!(await closeApproval(tx, approval, 'WITHDRAWN', ctx.actor.id, null)))
      throw conflict('ALREADY_DECIDED')
    await record(tx, 'approval.withdrawn', approval)
    return reread(tx, approval)
  })
}

async function locked(tx: TenantTx, ctx: RequestContext, id: string | null): Promise<ApprovalRow> {
  const approval = id === null ? undefined : await lockApproval(tx, scopeOf(ctx.actor), id)
  if (!approval) throw notFound()
  return approval
}

async function reread(tx: TenantTx, { tenantId, id }: ApprovalRow): Promise<ApprovalRow> {
  const [approval] = await findApprovals(tx, { tenantId, storeIds: null }, [id])
  if (!approval) throw notFound()
  return approval
}

/** An event of a request belongs to its one store, so that who answers for the store can see it. */
const record = (
  tx: TenantTx,
  event: 'approval.requested' | 'approval.approved' | 'approval.refused' | 'approval.withdrawn',
  { id, tenantId, storeIds, action, subjectType, subjectId, payloadSha256 }: ApprovalRow,
) =>
  recordAudit(tx, event, {
    targetId: id,
    tenantId,
    storeId: storeIds?.length === 1 ? (storeIds[0] ?? null) : null,
    detail: { action, subjectType, subjectId, payloadSha256 },
  })
