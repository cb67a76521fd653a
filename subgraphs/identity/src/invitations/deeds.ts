import type { TenantTx } from '@autora/shared/database'
import { demandStepUp, type RequestContext } from '@autora/shared/request'
import { z } from 'zod'
import type { ApprovalRow, ApprovedDeeds } from '../approvals/index.js'
import { demandGrantable, demandValidity } from '../memberships/index.js'
import { mailInvitation, newToken, type Postbox } from './post-service.js'
import { addInvited } from './service.js'

const moment = z.iso
  .datetime()
  .nullable()
  .transform((text) => (text === null ? null : new Date(text)))
const invited = z.object({
  userId: z.uuid(),
  membershipId: z.uuid(),
  tenantId: z.string(),
  email: z.string(),
  displayName: z.string(),
  mobile: z.string().nullable(),
  role: z.enum(['PLATFORM_OWNER', 'PLATFORM_SUPPORT', 'DEALER_ADMIN', 'DEALER_SALES', 'DEALER_MARKETING']),
  storeId: z.string().nullable(),
  validFrom: moment,
  validTo: moment,
})

/** What approvals of invitations carry out. @param post - how the link reaches the person. */
export const invitationDeeds = (post: Postbox): ApprovedDeeds => ({
  async 'user:invite'(tx: TenantTx, ctx: RequestContext, { payload }: ApprovalRow) {
    demandStepUp(ctx)
    const wanted = invited.parse(payload)
    const storeId = await demandGrantable(tx, ctx, wanted.userId, wanted)
    const now = ctx.clock.now()
    const begins = wanted.validFrom && wanted.validFrom > now ? wanted.validFrom : null
    const validity = demandValidity(now, begins, wanted.validTo)
    const link = newToken()
    const { user } = await addInvited(tx, ctx, { ...wanted, ...validity, storeId }, link.sha256)
    // handed over before the commit that follows at once: a link of a decision that fails after all opens nothing
    await mailInvitation(ctx, post, user, link.token)
  },
})
