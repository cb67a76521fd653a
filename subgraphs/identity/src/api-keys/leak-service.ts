import { keyMac, parseApiKey } from '@autora/shared/api-key'
import { recordAudit } from '@autora/shared/audit'
import type { RequestContext } from '@autora/shared/request'
import type { MailSender } from '../mail/index.js'
import { tellDealerAdmins } from '../notices/index.js'
import { hasSecret } from './leak-repository.js'
import { endApiKey, lockApiKey } from './repository.js'
import { keyTarget } from './service.js'

/** Every key, whoseever: the platform itself acts. */
const everywhere = { tenantId: null, storeIds: null } as const

/** What leaks are answered with. */
export interface LeakParts {
  /** Under which keys are stored. */
  readonly pepper: Buffer
  readonly mail: MailSender
}

/**
 * Ends a key that was found in the open. Only who has its secret can do so; a key that is over already, or a text that
 * is none, changes nothing. The administrators of the group are told.
 *
 * @returns whether a key was ended.
 */
export async function endLeakedKey(
  ctx: RequestContext,
  { pepper, mail }: LeakParts,
  text: string,
): Promise<boolean> {
  const parts = parseApiKey(text)
  if (!parts) return false
  return ctx.tenant.write(async (tx) => {
    const key = await lockApiKey(tx, everywhere, parts.id)
    if (!key || key.revokedAt || !(await hasSecret(tx, key.id, keyMac(pepper, parts.secret)))) return false
    const ended = await endApiKey(tx, key)
    if (!ended) return false
    await recordAudit(tx, 'apiKey.leaked', { ...keyTarget(ended), detail: { appId: ended.appId } })
    await tellDealerAdmins(tx, ctx, mail, ended.tenantId, leakNotice(ended.label, ended.lastFour))
    ctx.log.warn('key.leaked', { keyId: ended.id, tenantId: ended.tenantId, requestId: ctx.requestId })
    return true
  })
}

const leakNotice = (label: string, lastFour: string | null) => ({
  subject: 'An API key was found in the open and ended',
  lines: [
    `The key "${label.replace(/\s+/g, ' ')}" (it ends in ${lastFour ?? 'unknown'}) was reported by somebody who has the whole of it.`,
    'It opens nothing any more. Make a new one, and find out where the old one was.',
  ],
})
