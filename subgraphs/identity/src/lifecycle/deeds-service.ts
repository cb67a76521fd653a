import { recordAudit } from '@autora/shared/audit'
import type { TenantTx } from '@autora/shared/database'
import { conflict, notFound } from '@autora/shared/errors'
import type { ApprovalRow, ApprovedDeed, ApprovedDeeds } from '../approvals/index.js'
import { type LifeDeed, type LifeSubject, lifeRules, type NewDealerGroup } from './entity.js'
import { insertDealerGroup, isCodeTaken, lockSubject, saveStatus } from './repository.js'

/**
 * A dealer group or a store that a deed can be done to, locked.
 *
 * @throws {DomainError} NOT_FOUND - it is absent.
 * @throws {DomainError} STATE_REFUSED - no way leads from its state to the one wanted.
 */
export async function demandSubject(tx: TenantTx, deed: LifeDeed, id: string | null): Promise<LifeSubject> {
  const { subject: kind, from } = lifeRules[deed]
  const subject = id === null ? undefined : await lockSubject(tx, kind, id)
  if (!subject) throw notFound()
  if (!from.includes(subject.status)) throw conflict('STATE_REFUSED')
  return subject
}

/** Carries out a change of state that was approved; its people and keys are looked up anew and stop or go on. */
const changeState =
  (deed: LifeDeed): ApprovedDeed =>
  async (tx, _ctx, approval) => {
    const { to, event } = lifeRules[deed]
    const subject = await demandSubject(tx, deed, approval.subjectId)
    await saveStatus(tx, subject, to)
    await recordAudit(tx, event, {
      targetId: subject.id,
      storeId: subject.storeId,
      tenantId: subject.tenantId,
      detail: { from: subject.status, to, approval: approval.id },
    })
  }

/**
 * Writes a dealer group and its event, in the caller's transaction.
 *
 * @throws {DomainError} CODE_TAKEN - another group has the code.
 * @throws {DomainError} NOT_FOUND - the group it is to belong to is absent.
 */
export async function foundDealerGroup(
  tx: TenantTx,
  group: NewDealerGroup,
  approvalId: string | null,
): Promise<void> {
  if (await isCodeTaken(tx, group.code)) throw conflict('CODE_TAKEN', { field: ['code'] })
  await insertDealerGroup(tx, group)
  await recordAudit(tx, 'dealerGroup.created', {
    targetId: group.id,
    storeId: null,
    tenantId: group.id,
    detail: { code: group.code, ...(approvalId && { approval: approvalId }) },
  })
}

const text = ({ payload }: ApprovalRow, name: string): string => String(payload[name])

const createGroup: ApprovedDeed = (tx, _ctx, approval) => {
  const { parentId } = approval.payload
  return foundDealerGroup(
    tx,
    {
      id: approval.subjectId,
      code: text(approval, 'code'),
      name: text(approval, 'name'),
      kind: text(approval, 'kind'),
      parentId: typeof parentId === 'string' ? parentId : null,
    },
    approval.id,
  )
}

/** What approvals about groups and stores carry out. */
export const lifecycleDeeds: ApprovedDeeds = {
  'dealerGroup:create': createGroup,
  'dealerGroup:suspend': changeState('dealerGroup:suspend'),
  'dealerGroup:reinstate': changeState('dealerGroup:reinstate'),
  'dealerGroup:archive': changeState('dealerGroup:archive'),
  'store:suspend': changeState('store:suspend'),
  'store:reinstate': changeState('store:reinstate'),
  'store:close': changeState('store:close'),
}
