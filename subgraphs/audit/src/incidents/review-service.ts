import { recordAudit } from '@autora/shared/audit'
import type { TenantTx } from '@autora/shared/database'
import { conflict, invalid } from '@autora/shared/errors'
import { decodeId, demandReason, type RequestContext } from '@autora/shared/request'
import { closeReport } from './closing-service.js'
import type { Compromise, IncidentRow, IncidentSeverity, Standing } from './entity.js'
import { type Change, changeIncident, isReviewer } from './repository.js'
import { theIncident, words } from './service.js'
import { type IncidentStatus, isOver, mayBecome, NOTICE_HOURS } from './states.js'

const HOUR_MS = 3_600_000

/** A step of the state machine as a client asks for it. */
export interface Transition {
  readonly id: string
  readonly version: number
  readonly to: IncidentStatus
  readonly reason: string
  readonly noticeReference?: string | null
  readonly compromise?: Compromise | null
}

/** What a reviewer found out, as a client gives it; what is missing stays. */
export interface Triage {
  readonly id: string
  readonly version: number
  readonly reason: string
  readonly severity?: IncidentSeverity | null
  readonly assigneeId?: string | null
  readonly isPersonalInfoSuspected?: boolean | null
  readonly noticeDueAt?: Date | null
}

/** The incident as the reviewer last read it. @throws {DomainError} NOT_FOUND, or CONFLICT - it changed since. */
async function asRead(tx: TenantTx, id: string, version: number): Promise<IncidentRow> {
  const before = await theIncident(tx, id)
  if (before.version !== version) throw conflict('CONFLICT')
  return before
}

async function change(tx: TenantTx, before: IncidentRow, wanted: Change): Promise<IncidentRow> {
  const after = await changeIncident(tx, before, wanted)
  if (!after) throw conflict('CONFLICT')
  return after
}

/** What the words of a compromise must be when one is closed. @throws {DomainError} INVALID - something is missing. */
function compromiseOf(before: IncidentRow, wish: Transition): Compromise | null {
  const { compromise, to } = wish
  if (!compromise) {
    if (to === 'CLOSED' && before.is_personal_info_suspected)
      throw invalid('INVALID', {
        field: ['compromise'],
        message: 'Say what the compromise led to, what was done and what people should do.',
      })
    return null
  }
  return {
    consequences: words(compromise.consequences, 'consequences'),
    measures: words(compromise.measures, 'measures'),
    advice: words(compromise.advice, 'advice'),
    ...(compromise.attacker && { attacker: words(compromise.attacker, 'attacker') }),
  }
}

/** A compromise is never over before it was reported, however small. @throws {DomainError} INVALID - no reference. */
function noticeOf(before: IncidentRow, { to, noticeReference }: Transition): string | null {
  const reference = noticeReference ? noticeReference.trim() : before.notice_reference
  if (reference !== null && (reference.length === 0 || reference.length > 60))
    throw invalid('INVALID', { field: ['noticeReference'], message: 'Write 1 to 60 characters.' })
  if (isOver(to) && before.is_personal_info_suspected && reference === null)
    throw invalid('INVALID', {
      field: ['noticeReference'],
      message: 'Name the reference of the notice to the Regulator first.',
    })
  return reference
}

/**
 * Takes an incident one step on. Closing makes the report, whose hash is in the event.
 *
 * @throws {DomainError} CONFLICT - it is not as the reviewer read it.
 * @throws {DomainError} STATE_REFUSED - this state does not follow on the present one.
 * @throws {DomainError} REASON_REQUIRED, INVALID - something must be said that was not.
 */
export async function transitionIncident(ctx: RequestContext, wish: Transition): Promise<IncidentRow> {
  const reason = demandReason(wish.reason)
  return ctx.tenant.write(async (tx) => {
    const before = await asRead(tx, wish.id, wish.version)
    if (!mayBecome(before.status, wish.to)) throw conflict('STATE_REFUSED')
    const after = await change(tx, before, {
      ...before,
      to: wish.to,
      reason,
      notice_reference: noticeOf(before, wish),
      compromise: compromiseOf(before, wish),
    })
    const report = wish.to === 'CLOSED' ? await closeReport(tx, after) : null
    await recordAudit(tx, report ? 'incident.closed' : 'incident.transitioned', {
      targetId: after.id,
      tenantId: after.tenant_id,
      storeId: after.store_id,
      detail: {
        from: before.status,
        to: after.status,
        version: after.version,
        reason,
        ...(report && { reportSha256: report }),
      },
    })
    return after
  })
}

async function standingOf(tx: TenantTx, before: IncidentRow, found: Triage): Promise<Standing> {
  const assignee = found.assigneeId ? decodeId('User', found.assigneeId) : before.assignee_id
  if (found.assigneeId && !(assignee && (await isReviewer(tx, assignee))))
    throw invalid('INVALID', { field: ['assigneeId'], message: 'Only an owner of the platform reviews.' })
  const isSuspected = found.isPersonalInfoSuspected ?? before.is_personal_info_suspected
  const usualDue = new Date(new Date(before.reported_at).getTime() + NOTICE_HOURS * HOUR_MS)
  return {
    severity: found.severity ?? before.severity,
    assignee_id: assignee,
    is_personal_info_suspected: isSuspected,
    notice_due_at: found.noticeDueAt ?? before.notice_due_at ?? (isSuspected ? usualDue : null),
    notice_reference: before.notice_reference,
  }
}

/**
 * Writes down what a reviewer found out. A suspected compromise is due for notice 72 hours after the report unless he
 * says otherwise.
 *
 * @throws {DomainError} CONFLICT - it is not as the reviewer read it. STATE_REFUSED - it is over.
 * @throws {DomainError} INVALID - the assignee does not review.
 */
export async function triageIncident(ctx: RequestContext, found: Triage): Promise<IncidentRow> {
  const reason = demandReason(found.reason)
  return ctx.tenant.write(async (tx) => {
    const before = await asRead(tx, found.id, found.version)
    if (isOver(before.status)) throw conflict('STATE_REFUSED')
    const standing = await standingOf(tx, before, found)
    const after = await change(tx, before, { ...standing, to: before.status, reason, compromise: null })
    await recordAudit(tx, 'incident.triaged', {
      targetId: after.id,
      tenantId: after.tenant_id,
      storeId: after.store_id,
      detail: {
        version: after.version,
        severity: after.severity,
        assignee: after.assignee_id,
        isPersonalInfoSuspected: after.is_personal_info_suspected,
        noticeDueAt: after.notice_due_at?.toISOString() ?? null,
        reason,
      },
    })
    return after
  })
}
