import type { RequestContext } from '@autora/shared/request'
import { type LinkToken, newLinkToken } from '../accounts/index.js'
import { dealerGroupById } from '../dealer-groups/index.js'
import { invitationLink, invitationMail, type MailSender, sendOrLog } from '../mail/index.js'
import { type UserRow, userById } from '../users/index.js'
import { INVITATION_LIFE_HOURS } from './entity.js'

/** How invitations reach people. */
export interface Postbox {
  readonly mail: MailSender
  /** Where people sign in, as browsers reach it. */
  readonly issuer: string
}

/** The token of a new link. */
export const newToken = (): LinkToken => newLinkToken()

/** Mails somebody the link of his invitation. A mail that cannot be handed over is in the log; the remedy is to resend. */
export async function mailInvitation(
  ctx: RequestContext,
  post: Postbox,
  user: UserRow,
  token: string,
): Promise<void> {
  const [group, inviter] = await Promise.all([
    dealerGroupById(ctx, user.tenantId),
    userById(ctx, ctx.actor.id),
  ])
  const message = invitationMail({
    to: user.email,
    groupName: group?.name ?? 'AUTORA OS',
    invitedBy: inviter?.displayName ?? null,
    link: invitationLink(post.issuer, token),
    expiresAt: new Date(ctx.clock.now().getTime() + INVITATION_LIFE_HOURS * 3_600_000),
  })
  sendOrLog(post.mail, message, ctx.log)
}
