import { randomUUID } from 'node:crypto'
import { PLATFORM_TENANT } from '@autora/shared/actor'
import { conflict, forbidden, notFound } from '@autora/shared/errors'
import { demandStepUp, type RequestContext } from '@autora/shared/request'
import { z } from 'zod'
import { type ApprovalRow, needsApproval, openApproval } from '../approvals/index.js'
import { dealerGroupById } from '../dealer-groups/index.js'
import { checked, shortCode, text } from '../given-values.js'
import { demandSubject, foundDealerGroup } from './deeds-service.js'
import { type LifeDeed, lifeRules, type NewDealerGroup } from './entity.js'
import { isCodeTaken } from './repository.js'

/** What was done, or what waits to be approved. */
export type Outcome =
  | { readonly done: string; readonly approval: null }
  | { readonly done: null; readonly approval: ApprovalRow }

/** A dealer group somebody wants; the reason is read by who approves. */
export interface CreateDealerGroupInput {
  readonly code: string
  readonly name: string
  readonly kind: string
  /** Undefined: it belongs to none; null: the id was malformed. */
  readonly parentId?: string | null
  readonly reason?: string | null
}

const groupInput = z.object({ code: shortCode, name: text(120) })

/**
 * Creates a dealer group, or asks the platform's owners to let it be created.
 *
 * @throws {DomainError} ACCESS_DENIED - the caller works under a grant, in one dealer group.
 * @throws {DomainError} INVALID, REASON_REQUIRED - a value lies outside what is allowed.
 * @throws {DomainError} CODE_TAKEN - another group has the code.
 * @throws {DomainError} NOT_FOUND - the group it is to belong to is absent.
 */
export async function createDealerGroup(
  ctx: RequestContext,
  input: CreateDealerGroupInput,
): Promise<Outcome> {
  if (ctx.actor.reach !== 'PLATFORM') throw forbidden({ reason: 'ROLE_NOT_ALLOWED' })
  const { code, name } = checked(groupInput, input)
  const { kind, parentId = null, reason } = input
  if (input.parentId !== undefined && !(await dealerGroupById(ctx, parentId))) throw notFound()
  const group: NewDealerGroup = { id: randomUUID(), code, name, kind, parentId }
  return ctx.tenant.write(async (tx): Promise<Outcome> => {
    if (!needsApproval(ctx, 'dealerGroup:create')) {
      await foundDealerGroup(tx, group, null)
      return { done: group.id, approval: null }
    }
    if (await isCodeTaken(tx, code)) throw conflict('CODE_TAKEN', { field: ['code'] })
    const approval = await openApproval(tx, ctx, {
      action: 'dealerGroup:create',
      tenantId: PLATFORM_TENANT,
      subjectType: 'DealerGroup',
      subjectId: group.id,
      storeIds: null,
      summary: `Create the dealer group ${code}.`,
      payload: { code, name, kind, parentId },
      reason: reason ?? '',
    })
    return { done: null, approval }
  })
}

/** A change of state somebody wants. */
export interface ChangeStateInput {
  readonly id: string | null
  readonly reason: string
}

/**
 * Asks another owner of the platform for a change of state. Nothing happens until he approves.
 *
 * @throws {DomainError} STEP_UP_REQUIRED - no fresh sign-in with a second factor.
 * @throws {DomainError} REASON_REQUIRED, NOT_FOUND - as they say.
 * @throws {DomainError} STATE_REFUSED - no way leads from the present state to the one wanted.
 */
export async function requestChangeOfState(
  ctx: RequestContext,
  deed: LifeDeed,
  { id, reason }: ChangeStateInput,
): Promise<ApprovalRow> {
  demandStepUp(ctx)
  const { subject: subjectType, needs, to, verb } = lifeRules[deed]
  if (!needsApproval(ctx, needs)) throw forbidden({ reason: 'ROLE_NOT_ALLOWED' })
  return ctx.tenant.write(async (tx) => {
    const subject = await demandSubject(tx, deed, id)
    const kind = subjectType === 'Store' ? 'store' : 'dealer group'
    return openApproval(tx, ctx, {
      action: deed,
      tenantId: PLATFORM_TENANT,
      subjectType,
      subjectId: subject.id,
      storeIds: null,
      summary: `${verb} the ${kind} ${subject.code}.`,
      payload: { from: subject.status, to, dealerGroupId: subject.tenantId, storeId: subject.storeId },
      reason,
    })
  })
}
