import type { TenantTx } from '@autora/shared/database'
import { conflict } from '@autora/shared/errors'
import { demandStepUp, type RequestContext } from '@autora/shared/request'
import { z } from 'zod'
import type { ApprovalRow, ApprovedDeeds } from '../approvals/index.js'
import { membershipInTx, userInTx } from '../users/index.js'
import { applyChange, applyEnd, demandChange, demandLeave } from './change-service.js'
import { demandAnswersFor, demandValidity } from './rules-service.js'
import { addMembership, demandPlace } from './service.js'

const role = z.enum([
  'PLATFORM_OWNER',
  'PLATFORM_SUPPORT',
  'DEALER_ADMIN',
  'DEALER_SALES',
  'DEALER_MARKETING',
])
const moment = z.iso
  .datetime()
  .nullable()
  .transform((text) => (text === null ? null : new Date(text)))
const granted = z.object({
  id: z.uuid(),
  userId: z.uuid(),
  role,
  storeId: z.uuid().nullable(),
  validFrom: moment,
  validTo: moment,
})
const changed = z.object({ id: z.uuid(), version: z.int(), role, validTo: moment })
const ended = z.object({ id: z.uuid() })

/** A beginning that has passed while people decided is now. */
const later = (time: Date | null, now: Date): Date | null => (time && time > now ? time : null)

async function grant(tx: TenantTx, ctx: RequestContext, { payload }: ApprovalRow): Promise<void> {
  demandStepUp(ctx)
  const wanted = granted.parse(payload)
  const user = await userInTx(tx, ctx, wanted.userId)
  const storeId = await demandPlace(tx, ctx, user, { role: wanted.role, storeId: wanted.storeId })
  const now = ctx.clock.now()
  const validity = demandValidity(now, later(wanted.validFrom, now), wanted.validTo)
  await addMembership(tx, ctx, {
    id: wanted.id,
    tenantId: user.tenantId,
    userId: user.id,
    role: wanted.role,
    storeId,
    ...validity,
  })
}

async function change(tx: TenantTx, ctx: RequestContext, { payload }: ApprovalRow): Promise<void> {
  demandStepUp(ctx)
  const { id, ...wanted } = changed.parse(payload)
  const before = await membershipInTx(tx, ctx, id)
  await applyChange(tx, ctx, before, await demandChange(tx, ctx, before, { id, ...wanted }))
}

async function end(tx: TenantTx, ctx: RequestContext, { payload }: ApprovalRow): Promise<void> {
  const before = await membershipInTx(tx, ctx, ended.parse(payload).id)
  await demandAnswersFor(tx, ctx, before)
  if (before.validTo && before.validTo <= ctx.clock.now()) throw conflict('STATE_NOT_ALLOWED')
  await demandLeave(tx, ctx, before)
  await applyEnd(tx, ctx, before)
}

/** What approvals of memberships carry out; everything is checked again, with the rights of the approver. */
export const membershipDeeds: ApprovedDeeds = {
  'membership:grant': grant,
  'membership:change': change,
  'membership:end': end,
}
