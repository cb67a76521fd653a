import type { TenantTx } from '@autora/shared/database'
import type { RequestContext } from '@autora/shared/request'
import { type MailSender, noticeMail, sendOrLog } from '../mail/index.js'
import { findAdminAddresses } from './repository.js'

/** What the Dealer Admins of a group have to hear of at once. */
export interface Notice {
  readonly subject: string
  /** Sentences; ids and counts, never personal data or a secret. */
  readonly lines: readonly string[]
}

/**
 * Mails those who answer for a whole dealer group. The event in the trail is the evidence; the mail makes somebody look.
 * It neither delays nor fails the deed: one that cannot be handed over is an error in the log.
 */
export async function tellDealerAdmins(
  tx: TenantTx,
  ctx: RequestContext,
  mail: MailSender,
  tenantId: string,
  { subject, lines }: Notice,
): Promise<void> {
  const at = ctx.clock.now()
  for (const to of await findAdminAddresses(tx, tenantId, at))
    sendOrLog(mail, noticeMail(to, subject, lines, at), ctx.log)
}
