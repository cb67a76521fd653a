import type { TenantTx } from '@autora/shared/database'
import { conflict } from '@autora/shared/errors'
import { demandStepUp, type RequestContext } from '@autora/shared/request'
import { z } from 'zod'
import type { ApprovalRow, ApprovedDeeds } from '../approvals/index.js'
import {
  applyDeactivation,
  applyReactivation,
  applyUpdate,
  demandChanges,
  demandReplaceable,
  governed,
} from './service.js'

const person = z.object({ id: z.uuid() })
const described = person.extend({ displayName: z.string().nullable(), mobile: z.string().nullable() })

/** What approvals about platform staff carry out; everything is checked again, with the rights of the approver. */
export const userChangeDeeds: ApprovedDeeds = {
  async 'user:update'(tx: TenantTx, ctx: RequestContext, { payload }: ApprovalRow) {
    const { id, ...changes } = described.parse(payload)
    await applyUpdate(tx, ctx, await governed(tx, ctx, id), demandChanges(changes))
  },
  async 'user:deactivate'(tx: TenantTx, ctx: RequestContext, { payload }: ApprovalRow) {
    demandStepUp(ctx)
    const user = await governed(tx, ctx, person.parse(payload).id)
    if (user.status === 'DEACTIVATED') throw conflict('STATE_NOT_ALLOWED')
    await demandReplaceable(tx, ctx, user)
    await applyDeactivation(tx, ctx, user)
  },
  async 'user:reactivate'(tx: TenantTx, ctx: RequestContext, { payload }: ApprovalRow) {
    demandStepUp(ctx)
    const user = await governed(tx, ctx, person.parse(payload).id)
    // nobody lets himself in again: who is deactivated has no token to decide with
    if (user.status !== 'DEACTIVATED') throw conflict('STATE_NOT_ALLOWED')
    await applyReactivation(tx, ctx, user)
  },
}
