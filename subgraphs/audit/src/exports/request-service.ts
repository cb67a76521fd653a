import { randomUUID } from 'node:crypto'
import { recordAudit } from '@autora/shared/audit'
import type { TenantTx } from '@autora/shared/database'
import { conflict, invalid, notFound } from '@autora/shared/errors'
import {
  type Connection,
  connection,
  decodeId,
  demandReason,
  demandStepUp,
  encodeId,
  type PageArguments,
  pageRequest,
  type RequestContext,
} from '@autora/shared/request'
import { actionForm, type ExportFilter, type ExportFormat, MOST_ACTIONS } from './entity.js'
import { filterHash } from './filter.js'
import { type ExportRequestRow, exportRequestState } from './request-entity.js'
import { decideRequest, findRequest, insertRequest, listRequests, takeRequest } from './request-repository.js'

/** What shall be exported, and why. */
export interface ExportRequestWish {
  readonly filter: {
    readonly format: Uppercase<ExportFormat>
    readonly from?: Date | null
    readonly to?: Date | null
    readonly actions?: readonly string[] | null
  }
  readonly reason: string
}

function filterOf({ format, from, to, actions }: ExportRequestWish['filter']): ExportFilter {
  if (from && to && from >= to) throw invalid('TIME_INVALID', { field: ['filter', 'to'] })
  const names = [...new Set(actions ?? [])].sort()
  if (names.length > MOST_ACTIONS || !names.every((name) => actionForm.test(name)))
    throw invalid('INVALID', {
      field: ['filter', 'actions'],
      message: `Name at most ${MOST_ACTIONS} actions, such as user.invited.`,
    })
  return {
    format: format.toLowerCase() as ExportFormat,
    from: from?.toISOString() ?? null,
    to: to?.toISOString() ?? null,
    actions: names,
  }
}

/**
 * Asks to export the platform's trail. Nothing is exported before another owner has approved exactly this.
 *
 * @throws {DomainError} STEP_UP_REQUIRED, REASON_REQUIRED
 * @throws {DomainError} TIME_INVALID - it ends before it begins. INVALID - what is named is no action.
 */
export async function askExport(ctx: RequestContext, wish: ExportRequestWish): Promise<ExportRequestRow> {
  demandStepUp(ctx)
  const reason = demandReason(wish.reason)
  const filter = filterOf(wish.filter)
  const id = randomUUID()
  return ctx.tenant.write(async (tx) => {
    await insertRequest(tx, { ...filter, id, reason })
    const asked = await existing(tx, id)
    const { format, from, to, actions } = asked
    await recordAudit(tx, 'auditExport.asked', {
      targetId: id,
      storeId: null,
      detail: { format, from, to, actions, filter: filterHash(asked), reason },
    })
    return asked
  })
}

/**
 * Approves or rejects what another owner asked for.
 *
 * @throws {DomainError} STEP_UP_REQUIRED; NOT_FOUND - absent or foreign.
 * @throws {DomainError} SELF_APPROVAL_REFUSED - one's own request. ALREADY_DECIDED.
 * @throws {DomainError} APPROVAL_EXPIRED - nobody decided within a week.
 */
export async function decideExport(
  ctx: RequestContext,
  id: string,
  approves: boolean,
): Promise<ExportRequestRow> {
  demandStepUp(ctx)
  const uuid = decodeId('AuditExport', id)
  if (!uuid) throw notFound()
  return ctx.tenant.write(async (tx) => {
    const asked = await existing(tx, uuid)
    if (asked.askedBy === ctx.actor.id) throw conflict('SELF_APPROVAL_REFUSED')
    if (asked.decidedAt) throw conflict('ALREADY_DECIDED')
    if (exportRequestState(asked, ctx.clock.now()) === 'EXPIRED') throw conflict('APPROVAL_EXPIRED')
    await decideRequest(tx, uuid, approves)
    await recordAudit(tx, approves ? 'auditExport.approved' : 'auditExport.rejected', {
      targetId: uuid,
      storeId: null,
      detail: { filter: filterHash(asked), askedBy: encodeId('User', asked.askedBy) },
    })
    return existing(tx, uuid)
  })
}

/**
 * Takes an approved export in the caller's transaction: nobody takes it a second time.
 *
 * @throws {DomainError} NOT_FOUND - absent, foreign, or asked for by somebody else.
 * @throws {DomainError} APPROVAL_REQUIRED - nobody has approved it. APPROVAL_EXPIRED - too late.
 * @throws {DomainError} STATE_NOT_ALLOWED - it was rejected, or taken already.
 */
export async function takeExport(
  tx: TenantTx,
  { actor, clock }: RequestContext,
  id: string,
): Promise<ExportRequestRow & { readonly decidedBy: string }> {
  const uuid = decodeId('AuditExport', id)
  const asked = uuid && (await findRequest(tx, uuid))
  if (!asked || asked.askedBy !== actor.id) throw notFound()
  const state = exportRequestState(asked, clock.now())
  if (state === 'ASKED') throw conflict('APPROVAL_REQUIRED')
  if (state === 'EXPIRED') throw conflict('APPROVAL_EXPIRED')
  const { decidedBy } = asked
  if (state !== 'APPROVED' || !decidedBy) throw conflict('STATE_NOT_ALLOWED')
  await takeRequest(tx, asked.id)
  return { ...asked, decidedBy }
}

async function existing(tx: TenantTx, id: string): Promise<ExportRequestRow> {
  const row = await findRequest(tx, id)
  if (!row) throw notFound()
  return row
}

/** One page of what owners asked to export, newest first. @throws {DomainError} BAD_USER_INPUT - no page. */
export async function exportRequests(
  ctx: RequestContext,
  page: PageArguments,
): Promise<Connection<ExportRequestRow>> {
  const request = pageRequest(page)
  const rows = await ctx.tenant.read((tx) => listRequests(tx, request))
  return connection(rows, request, (row) => ({ at: row.askedAt, id: row.id }))
}
