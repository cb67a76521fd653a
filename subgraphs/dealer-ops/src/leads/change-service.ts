import { recordAudit } from '@autora/shared/audit'
import type { TenantTx } from '@autora/shared/database'
import { conflict, invalid, notFound } from '@autora/shared/errors'
import { encodeId, type RequestContext } from '@autora/shared/request'
import { z } from 'zod'
import { uuidOf } from '../given-ids.js'
import { checked, optionalText } from '../given-values.js'
import type { LeadRow } from './entity.js'
import { insertStatusChange } from './parts-repository.js'
import { lockLead, updateAssignee, updateFirstResponse, updateStatus } from './repository.js'
import { afterAssignment, afterContact, isClosed, type LeadStatus, mayMove } from './status-machine.js'
import { worksIn } from './store-repository.js'

const present = (lead: LeadRow | null): LeadRow => {
  if (!lead) throw notFound()
  return lead
}

/** The lead as the caller has seen it. @throws {DomainError} NOT_FOUND, or CONFLICT when it has changed since. */
async function lockVersion(tx: TenantTx, id: string, version: number): Promise<LeadRow> {
  const lead = present(await lockLead(tx, uuidOf('Lead', id)))
  if (lead.version !== version) throw conflict('CONFLICT', { field: ['version'] })
  return lead
}

/** A change of status as a client gives it. */
export interface LeadChangeStatusInput {
  readonly id: string
  readonly status: LeadStatus
  readonly lostReason?: string | null
  readonly version: number
}

const reasonInput = z.object({ lostReason: optionalText(200) })

/**
 * Moves a lead to another status, with its history and its event. Not idempotent: the version makes a repeat fail.
 * @throws {DomainError} NOT_FOUND - absent or foreign: one answer for both.
 * @throws {DomainError} CONFLICT - somebody changed the lead since.
 * @throws {DomainError} STATUS_TRANSITION_REFUSED - see status-machine.ts.
 * @throws {DomainError} LOST_REASON_REQUIRED - LOST without a reason.
 */
export async function changeLeadStatus(ctx: RequestContext, input: LeadChangeStatusInput): Promise<LeadRow> {
  const { status } = input
  const given = input.lostReason?.trim() ? checked(reasonInput, input).lostReason : null
  return ctx.tenant.write(async (tx) => {
    const lead = await lockVersion(tx, input.id, input.version)
    if (!mayMove(lead.status, status)) throw conflict('STATUS_TRANSITION_REFUSED', { field: ['status'] })
    if (status === 'LOST' && given === null) throw invalid('LOST_REASON_REQUIRED', { field: ['lostReason'] })
    const lostReason = status === 'LOST' ? given : null
    const changed = await updateStatus(tx, lead.id, { status, lostReason, isClosed: isClosed(status) })
    await insertStatusChange(tx, lead, lead.status, status)
    await recordAudit(tx, 'lead.statusChanged', {
      targetId: lead.id,
      storeId: lead.storeId,
      detail: { from: lead.status, to: status },
    })
    return present(changed)
  })
}

/** An assignment as a client gives it. */
export interface LeadAssignInput {
  readonly id: string
  readonly assigneeId: string
  readonly version: number
}

/**
 * Gives a lead to a person who works in its store; a new lead becomes ASSIGNED.
 * @throws {DomainError} NOT_FOUND - absent or foreign: one answer for both.
 * @throws {DomainError} CONFLICT - somebody changed the lead since.
 * @throws {DomainError} ASSIGNEE_NOT_IN_STORE - nobody with this id sells or governs there now.
 */
export async function assignLead(ctx: RequestContext, input: LeadAssignInput): Promise<LeadRow> {
  const assigneeId = uuidOf('User', input.assigneeId)
  return ctx.tenant.write(async (tx) => {
    const lead = await lockVersion(tx, input.id, input.version)
    if (!(await worksIn(tx, lead.storeId, assigneeId)))
      throw invalid('ASSIGNEE_NOT_IN_STORE', { field: ['assigneeId'] })
    const status = afterAssignment(lead.status)
    const changed = await updateAssignee(tx, lead.id, assigneeId, status)
    if (status !== lead.status) await insertStatusChange(tx, lead, lead.status, status)
    await recordAudit(tx, 'lead.assigned', {
      targetId: lead.id,
      storeId: lead.storeId,
      detail: {
        assigneeId: encodeId('User', assigneeId),
        previousAssigneeId: lead.assigneeId && encodeId('User', lead.assigneeId),
        status,
      },
    })
    return present(changed)
  })
}

/**
 * Notes that a person answered the customer of a lead, in the caller's transaction; the caller records the event. The
 * first answer is dated, and a lead that waited for it becomes CONTACTED.
 * @returns the lead's status from now on.
 */
export async function noteHumanAnswer(tx: TenantTx, leadId: string): Promise<LeadStatus> {
  const lead = present(await lockLead(tx, leadId))
  const status = afterContact(lead.status)
  if (status === lead.status && lead.firstResponseAt) return status
  present(await updateFirstResponse(tx, lead.id, status))
  if (status !== lead.status) await insertStatusChange(tx, lead, lead.status, status)
  return status
}
