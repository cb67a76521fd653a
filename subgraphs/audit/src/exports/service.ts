import { createHash } from 'node:crypto'
import { decideAction } from '@autora/shared/access'
import { recordAudit } from '@autora/shared/audit'
import { DatabaseUnavailable } from '@autora/shared/database'
import { forbidden, notFound } from '@autora/shared/errors'
import { demandReason, type RequestContext } from '@autora/shared/request'
import type { ExportCut, ExportFilter, ExportFormat, ExportPage, ExportTrailer } from './entity.js'
import { cutOf, exportEventOf, leavesBetween } from './repository.js'
import { exportHead, exportTail, exportText } from './text.js'

/** Leaves that one page looks at: a page is small, and its cost does not depend on the filter. */
const LEAVES_AT_ONCE = 500

/** The same filter, the same hash. */
const filterHash = ({ format, from, to, actions }: ExportFilter): string =>
  createHash('sha256')
    .update(JSON.stringify([format, from, to, [...actions].sort()]))
    .digest('hex')

/** @throws {DomainError} ACCESS_DENIED - the matrix lets this caller not export, or not alone. */
function demandRight(ctx: RequestContext): void {
  const decision = decideAction('auditTrail:export', ctx.profile())
  if (!decision.allowed) throw forbidden({ reason: decision.reason })
  if (decision.needsApproval) throw forbidden({ reason: 'APPROVAL_REQUIRED' })
}

/**
 * Begins an export: cuts the caller's trail at the newest checkpoint, and writes the event before anything is shown.
 *
 * @throws {DomainError} REASON_REQUIRED, ACCESS_DENIED.
 * @throws {DatabaseUnavailable} while the log has no checkpoint over this trail yet.
 */
export async function beginExport(
  ctx: RequestContext,
  filter: ExportFilter,
  reason: string | null,
): Promise<ExportCut & { readonly head: string }> {
  demandRight(ctx)
  const why = demandReason(reason)
  const { tenantId, storeIds } = ctx.actor
  return ctx.tenant.write(async (tx) => {
    const cut = await cutOf(tx, tenantId)
    if (!cut) throw new DatabaseUnavailable(new Error('the log has no checkpoint over this trail yet'))
    const { format, from, to, actions } = filter
    await recordAudit(tx, 'auditTrail.exported', {
      targetId: tenantId,
      storeId: storeIds.length === 1 ? (storeIds[0] ?? null) : null,
      detail: {
        format,
        from,
        to,
        actions,
        filter: filterHash(filter),
        most: cut.size,
        checkpoint: cut.checkpointSize,
        reason: why,
      },
    })
    return { ...cut, head: exportHead(format) }
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
  demandRight(ctx)
  const end = Math.min(begin + LEAVES_AT_ONCE, cut.size)
  const leaves = await ctx.tenant.read(async (tx) => {
    if (!(await exportEventOf(tx, ctx.requestId, filterHash(filter)))) throw notFound()
    return leavesBetween(tx, ctx.actor.tenantId, filter, { begin, end })
  })
  return {
    text: exportText(filter.format, leaves, cut),
    count: leaves.length,
    next: end < cut.size ? end : null,
  }
}

/** The last record: how many events there were, where the trail was cut, and what everything before it hashes to. */
export const endExport = (format: ExportFormat, cut: ExportCut, trailer: ExportTrailer): string =>
  exportTail(format, cut, trailer)
