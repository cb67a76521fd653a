import { decideAction } from '@autora/shared/access'
import { recordAudit } from '@autora/shared/audit'
import { DatabaseUnavailable, type TenantTx } from '@autora/shared/database'
import { forbidden, notFound } from '@autora/shared/errors'
import { demandReason, encodeId, type RequestContext } from '@autora/shared/request'
import type {
  BegunExport,
  ExportCut,
  ExportFilter,
  ExportFormat,
  ExportPage,
  ExportTrailer,
  ExportWish,
} from './entity.js'
import { filterHash } from './filter.js'
import { masked } from './record.js'
import { cutOf, exportEventOf, leavesBetween } from './repository.js'
import { takeExport } from './request-service.js'
import { exportHead, exportTail, exportText } from './text.js'

/** Leaves that one page looks at: a page is small, and its cost does not depend on the filter. */
const LEAVES_AT_ONCE = 500

/** @throws {DomainError} ACCESS_DENIED - the matrix lets this caller not export, or not alone. */
function demandRight(ctx: RequestContext, isApproved: boolean): void {
  const decision = decideAction('auditTrail:export', ctx.profile())
  if (!decision.allowed) throw forbidden({ reason: decision.reason })
  if (decision.needsApproval && !isApproved) throw forbidden({ reason: 'APPROVAL_REQUIRED' })
}

/** Where the caller's trail ends now. @throws {DatabaseUnavailable} the log has no checkpoint over it yet. */
async function demandCut(tx: TenantTx, { actor }: RequestContext): Promise<ExportCut> {
  const cut = await cutOf(tx, actor.tenantId)
  if (!cut) throw new DatabaseUnavailable(new Error('the log has no checkpoint over this trail yet'))
  return cut
}

/** Writes that an export begins; its pages are served to whoever wrote this. */
async function recordExport(
  tx: TenantTx,
  { actor: { tenantId, storeIds } }: RequestContext,
  { format, from, to, actions }: ExportFilter,
  cut: ExportCut,
  reason: string,
): Promise<BegunExport> {
  const filter = { format, from, to, actions }
  await recordAudit(tx, 'auditTrail.exported', {
    targetId: tenantId,
    storeId: storeIds.length === 1 ? (storeIds[0] ?? null) : null,
    detail: { ...filter, filter: filterHash(filter), most: cut.size, checkpoint: cut.checkpointSize, reason },
  })
  return { ...cut, filter, head: exportHead(format) }
}

/**
 * Begins an export: cuts the caller's trail at the newest checkpoint, and writes the event before anything is shown. Who
 * needs a second person names the request that was approved, and gets what stands in it, once.
 *
 * @throws {DomainError} REASON_REQUIRED, ACCESS_DENIED; of a request NOT_FOUND, APPROVAL_REQUIRED, APPROVAL_EXPIRED and
 *   STATE_NOT_ALLOWED.
 * @throws {DatabaseUnavailable} while the log has no checkpoint over this trail yet.
 */
export async function beginExport(ctx: RequestContext, wish: ExportWish): Promise<BegunExport> {
  demandRight(ctx, 'request' in wish)
  if ('request' in wish) return beginApproved(ctx, wish.request)
  const reason = demandReason(wish.reason)
  return ctx.tenant.write(async (tx) => recordExport(tx, ctx, wish.filter, await demandCut(tx, ctx), reason))
}

async function beginApproved(ctx: RequestContext, request: string): Promise<BegunExport> {
  return ctx.tenant.write(async (tx) => {
    const cut = await demandCut(tx, ctx)
    const { id, decidedBy, reason, ...asked } = await takeExport(tx, ctx, request)
    await recordAudit(tx, 'auditExport.downloaded', {
      targetId: id,
      storeId: null,
      detail: {
        filter: filterHash(asked),
        approvedBy: encodeId('User', decidedBy),
        most: cut.size,
        checkpoint: cut.checkpointSize,
      },
    })
    return recordExport(tx, ctx, asked, cut, reason)
  })
}

/**
 * The next stretch of an export that has begun in this request, with this filter.
 *
 * @param cut - as `beginExport` answered it.
 * @param begin - index to go on from; 0 at first.
 * @throws {DomainError} ACCESS_DENIED; NOT_FOUND - no such export has begun.
 */
export async function exportPage(
  ctx: RequestContext,
  filter: ExportFilter,
  cut: ExportCut,
  begin: number,
): Promise<ExportPage> {
  demandRight(ctx, true) // that it was approved is what its event says, which is asked for below
  const end = Math.min(begin + LEAVES_AT_ONCE, cut.size)
  const leaves = await ctx.tenant.read(async (tx) => {
    if (!(await exportEventOf(tx, ctx.requestId, filterHash(filter)))) throw notFound()
    return leavesBetween(tx, ctx.actor.tenantId, filter, { begin, end })
  })
  return {
    text: exportText(
      filter.format,
      leaves,
      cut,
      ctx.actor.principal === 'PLATFORM_OWNER' ? masked : undefined,
    ),
    count: leaves.length,
    next: end < cut.size ? end : null,
  }
}

/** The last record: how many events there were, where the trail was cut, and what everything before it hashes to. */
export const endExport = (format: ExportFormat, cut: ExportCut, trailer: ExportTrailer): string =>
  exportTail(format, cut, trailer)
