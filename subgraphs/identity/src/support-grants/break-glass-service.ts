import { randomUUID } from 'node:crypto'
import { PLATFORM_TENANT } from '@autora/shared/actor'
import { invalid, notFound } from '@autora/shared/errors'
import type { RequestContext } from '@autora/shared/request'
import { z } from 'zod'
import { type ApprovalRow, type ApprovedDeed, openApproval } from '../approvals/index.js'
import type { MailSender } from '../mail/index.js'
import { tellDealerAdmins } from '../notices/index.js'
import { demandStores } from '../stores/index.js'
import { demandPermit, type PermitInput, recorded } from './permit.js'
import { decideRequest, insertSupportGrant } from './repository.js'

/** Broken glass lasts an hour at most. */
const MOST_MINUTES = 60

/** Hours that a second owner has: an emergency is over by then. */
const APPROVAL_HOURS = 4

/**
 * Asks a second owner to let the caller read in stores of a dealer group that did not invite him. Nothing is open before
 * that.
 *
 * @throws {DomainError} INVALID, EXPIRY_OUT_OF_RANGE - a value lies outside what is allowed.
 * @throws {DomainError} NOT_FOUND - the group or one of its stores is absent.
 */
export async function askToBreakGlass(ctx: RequestContext, input: PermitInput): Promise<ApprovalRow> {
  const { ticketRef, reason, minutes, piiLevel } = demandPermit(input, MOST_MINUTES)
  const tenantId = input.dealerGroupId
  if (tenantId === null) throw notFound()
  return ctx.tenant.write(async (tx) => {
    const storeIds = await demandStores(tx, { tenantId, storeIds: null }, input.storeIds)
    return openApproval(tx, ctx, {
      action: 'breakGlass:start',
      tenantId: PLATFORM_TENANT,
      subjectType: 'DealerGroup',
      subjectId: tenantId,
      storeIds: null,
      summary: `Break the glass: ${storeIds.length} stores, ${minutes} minutes, personal data ${piiLevel}`,
      payload: { tenantId, storeIds, ticketRef, minutes, piiLevel },
      reason,
      hours: APPROVAL_HOURS,
    })
  })
}

/** The payload of the wish as it was stored; its digest is the evidence that it is unchanged. */
const wishForm = z.object({
  tenantId: z.guid(),
  storeIds: z.array(z.guid()),
  ticketRef: z.string(),
  minutes: z.int().max(MOST_MINUTES),
  piiLevel: z.enum(['NONE', 'MASKED', 'CLEAR']),
})

/**
 * Breaks the glass for who asked, in the name of the second owner. The dealer group reads it in its trail at once, and
 * its administrators are mailed.
 */
export const breakGlass =
  (mail: MailSender): ApprovedDeed =>
  async (tx, ctx, approval) => {
    const { tenantId, ticketRef, minutes, piiLevel, storeIds } = wishForm.parse(approval.payload)
    if (tenantId !== approval.subjectId) throw invalid('INVALID')
    const grant = await insertSupportGrant(tx, {
      id: randomUUID(),
      tenantId,
      kind: 'BREAK_GLASS',
      userId: approval.requestedBy,
      ticketRef,
      reason: approval.reason,
      storeIds: await demandStores(tx, { tenantId, storeIds: null }, storeIds),
      piiLevel,
      capabilities: ['READ'],
      minutes,
    })
    const started = grant && (await decideRequest(tx, grant, 'APPROVED', ctx.actor.id))
    await recorded(tx, 'breakGlass.started', started)
    await tellDealerAdmins(tx, ctx, mail, tenantId, {
      subject: 'The platform reads in your stores',
      lines: [
        `Two owners of the platform broke the glass: ${storeIds.length} of your stores, ${minutes} minutes, personal data ${piiLevel}.`,
        'You can end it at any time: revoke the grant. Everything that is read is counted.',
      ],
    })
  }
