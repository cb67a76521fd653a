import { randomUUID } from 'node:crypto'
import { recordAudit } from '@autora/shared/audit'
import type { TenantTx } from '@autora/shared/database'
import { conflict, notFound } from '@autora/shared/errors'
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
import { ERASURE_LIFE_MS, type ErasureBasis, type ErasureRow } from './entity.js'
import { carryOut, findErasure, hasKey, insertErasure, isHeld, listErasures } from './repository.js'

/** Whose values shall go, and why. */
export interface SubjectEraseInput {
  readonly subjectType: 'USER' | 'CUSTOMER'
  readonly subjectId: string
  readonly reason: string
  readonly basis: ErasureBasis
}

const typeOf = { USER: 'User', CUSTOMER: 'Customer' } as const

/** Erasing reaches every store of a group, so whoever does it answers for all of them. @throws {DomainError} */
function demandWholeGroup({ actor }: RequestContext): void {
  if (actor.reach !== 'TENANT' || actor.grant !== null) throw conflict('SCOPE_EXCEEDED')
}

/** Before, and again by the database itself when it happens. @throws {DomainError} SUBJECT_HELD */
async function demandFree(tx: TenantTx, subjectId: string): Promise<void> {
  if (await isHeld(tx, subjectId)) throw conflict('SUBJECT_HELD')
}

/**
 * Asks for a person's values to be erased from the trail. Nothing happens before another Dealer Admin confirms it.
 *
 * @throws {DomainError} STEP_UP_REQUIRED, REASON_REQUIRED
 * @throws {DomainError} NOT_FOUND - nothing is kept of this person here: absent, foreign and erased are one answer.
 * @throws {DomainError} SCOPE_EXCEEDED - the caller does not answer for the whole group. SUBJECT_HELD - a legal hold.
 */
export async function askErasure(ctx: RequestContext, input: SubjectEraseInput): Promise<ErasureRow> {
  demandStepUp(ctx)
  demandWholeGroup(ctx)
  const reason = demandReason(input.reason)
  const subjectType = typeOf[input.subjectType]
  const subjectId = decodeId(subjectType, input.subjectId)
  if (!subjectId) throw notFound()
  const id = randomUUID()
  return ctx.tenant.write(async (tx) => {
    if (!(await hasKey(tx, subjectType, subjectId))) throw notFound()
    await demandFree(tx, subjectId)
    await insertErasure(tx, { id, subjectType, subjectId, reason, basis: input.basis })
    const detail = { subjectType, subjectId: encodeId(subjectType, subjectId), basis: input.basis }
    await recordAudit(tx, 'subject.erasureAsked', { targetId: id, storeId: null, detail })
    return existing(tx, id)
  })
}

/**
 * Confirms what somebody else asked for, and does it: the person's key is destroyed, his values are deleted, and the
 * event that tells of it is written, all at once. It cannot be undone.
 *
 * @throws {DomainError} STEP_UP_REQUIRED, SCOPE_EXCEEDED, SUBJECT_HELD
 * @throws {DomainError} NOT_FOUND - absent or foreign. SELF_APPROVAL_REFUSED - the caller's own request.
 * @throws {DomainError} STATE_NOT_ALLOWED - it was done already. APPROVAL_EXPIRED - nobody confirmed within a week.
 */
export async function confirmErasure(ctx: RequestContext, id: string): Promise<ErasureRow> {
  demandStepUp(ctx)
  demandWholeGroup(ctx)
  const uuid = decodeId('Erasure', id)
  if (!uuid) throw notFound()
  return ctx.tenant.write(async (tx) => {
    const asked = await existing(tx, uuid)
    demandOpen(asked, ctx)
    await demandFree(tx, asked.subject_id)
    await carryOut(tx, uuid)
    const { subject_type: subjectType, subject_id: subjectId, basis } = asked
    const { values_count: values, key_id: keyId } = await existing(tx, uuid)
    await recordAudit(tx, 'subject.erased', {
      targetId: uuid,
      storeId: null,
      detail: { subjectType, subjectId: encodeId(subjectType, subjectId), basis, values, keyId },
    })
    return existing(tx, uuid)
  })
}

/** Where a request stands. */
export function erasureState(row: ErasureRow, now: Date): 'ASKED' | 'ERASED' | 'EXPIRED' {
  if (row.erased_at) return 'ERASED'
  return now.getTime() - new Date(row.asked_at).getTime() > ERASURE_LIFE_MS ? 'EXPIRED' : 'ASKED'
}

function demandOpen(asked: ErasureRow, { actor, clock }: RequestContext): void {
  if (asked.asked_by === actor.id) throw conflict('SELF_APPROVAL_REFUSED')
  const state = erasureState(asked, clock.now())
  if (state === 'ERASED') throw conflict('STATE_NOT_ALLOWED')
  if (state === 'EXPIRED') throw conflict('APPROVAL_EXPIRED')
}

async function existing(tx: TenantTx, id: string): Promise<ErasureRow> {
  const row = await findErasure(tx, id)
  if (!row) throw notFound()
  return row
}

/** One page of the group's erasures, newest first. */
export async function erasures(ctx: RequestContext, page: PageArguments): Promise<Connection<ErasureRow>> {
  const request = pageRequest(page)
  const rows = await ctx.tenant.read((tx) => listErasures(tx, request))
  return connection(rows, request, (row) => ({ at: row.asked_at, id: row.id }))
}

/** What was erased, when and why; null before it happened, and for one that is absent or foreign. */
export async function erasureCertificate(ctx: RequestContext, id: string): Promise<ErasureRow | null> {
  const uuid = decodeId('Erasure', id)
  if (!uuid) return null
  const row = await ctx.tenant.read((tx) => findErasure(tx, uuid))
  return row?.erased_at ? row : null
}
