import { createHash } from 'node:crypto'
import { apiKeyPrefix } from '@autora/shared/api-key'
import { recordAudit } from '@autora/shared/audit'
import type { TenantTx } from '@autora/shared/database'
import { notFound } from '@autora/shared/errors'
import type { PageRequest, RequestContext } from '@autora/shared/request'
import { loadById } from '../load.js'
import { scopeOf } from '../scope.js'
import type { ApiKeyRow } from './entity.js'
import { endApiKey, findApiKeys, lockApiKey, pageOfApiKeys } from './repository.js'

/** A page of the keys the caller can see, and one row more when there is a next page. */
export const listApiKeys = (ctx: RequestContext, page: PageRequest): Promise<ApiKeyRow[]> =>
  ctx.tenant.read((tx) => pageOfApiKeys(tx, scopeOf(ctx.actor), page))

/** One key; null when it is absent, foreign, or the id was malformed. */
export const apiKeyById = (ctx: RequestContext, id: string | null): Promise<ApiKeyRow | null> =>
  loadById(ctx, 'apiKey', id, findApiKeys)

/** Whether a key opens anything, as far as the key itself decides. */
export function apiKeyStatus(
  key: ApiKeyRow,
  now: Date,
): 'UNCLAIMED' | 'SCHEDULED' | 'ACTIVE' | 'EXPIRED' | 'REVOKED' {
  if (key.revokedAt) return 'REVOKED'
  if (key.expiresAt <= now) return 'EXPIRED'
  if (key.lastFour === null) return 'UNCLAIMED'
  return key.notBefore && key.notBefore > now ? 'SCHEDULED' : 'ACTIVE'
}

/** A short name of a key for logs and tickets, of what is public about it: never of its secret. */
export function fingerprintOf({ id, lastFour }: Pick<ApiKeyRow, 'id' | 'lastFour'>): string {
  const digest = createHash('sha256').update(apiKeyPrefix(id)).digest('hex').slice(0, 12)
  return lastFour === null ? digest : `${digest}-${lastFour}`
}

/** One key for a change, locked. @throws {DomainError} NOT_FOUND - absent, somebody else's, or the id was malformed. */
export async function lockedKey(tx: TenantTx, ctx: RequestContext, id: string | null): Promise<ApiKeyRow> {
  const key = id === null ? undefined : await lockApiKey(tx, scopeOf(ctx.actor), id)
  if (!key) throw notFound()
  return key
}

/** An event about a key of one store belongs to that store, so that who answers for the store can see it. */
export const keyTarget = ({ id, tenantId, storeIds }: Pick<ApiKeyRow, 'id' | 'tenantId' | 'storeIds'>) => ({
  targetId: id,
  tenantId,
  storeId: storeIds.length === 1 ? (storeIds[0] ?? null) : null,
})

/**
 * Ends a key from the next request on. A key that has been ended is returned unchanged, without a second event.
 *
 * @throws {DomainError} NOT_FOUND - absent or somebody else's.
 */
export async function revokeApiKey(ctx: RequestContext, id: string | null): Promise<ApiKeyRow> {
  return ctx.tenant.write(async (tx) => {
    const key = await lockedKey(tx, ctx, id)
    if (key.revokedAt) return key
    const ended = await endApiKey(tx, key)
    if (!ended) throw notFound()
    await recordAudit(tx, 'apiKey.revoked', { ...keyTarget(ended), detail: { appId: ended.appId } })
    return ended
  })
}
