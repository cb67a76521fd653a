import { keyMac, parseApiKey } from '@autora/shared/api-key'
import { recordAudit } from '@autora/shared/audit'
import type { RequestContext } from '@autora/shared/request'
import { hasSecret } from './leak-repository.js'
import { endApiKey, lockApiKey } from './repository.js'
import { keyTarget } from './service.js'

/** Every key, whoseever: the platform itself acts. */
const everywhere = { tenantId: null, storeIds: null } as const

/**
 * Ends a key that was found in the open. Only who has its secret can do so; a key that is over already, or a text that
 * is none, changes nothing.
 *
 * @param pepper - under which keys are stored.
 * @returns whether a key was ended.
 */
export async function endLeakedKey(ctx: RequestContext, pepper: Buffer, text: string): Promise<boolean> {
  const parts = parseApiKey(text)
  if (!parts) return false
  return ctx.tenant.write(async (tx) => {
    const key = await lockApiKey(tx, everywhere, parts.id)
    if (!key || key.revokedAt || !(await hasSecret(tx, key.id, keyMac(pepper, parts.secret)))) return false
    const ended = await endApiKey(tx, key)
    if (!ended) return false
    await recordAudit(tx, 'apiKey.leaked', { ...keyTarget(ended), detail: { appId: ended.appId } })
    ctx.log.warn('key.leaked', { keyId: ended.id, tenantId: ended.tenantId, requestId: ctx.requestId })
    return true
  })
}
