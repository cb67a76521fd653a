import { randomUUID } from 'node:crypto'
import { type PartnerScope, partnerScopes } from '@autora/shared/access'
import { formatApiKey, keyMac, newApiKeySecret } from '@autora/shared/api-key'
import { recordAudit } from '@autora/shared/audit'
import { invalid, notFound } from '@autora/shared/errors'
import type { PageRequest, RequestContext } from '@autora/shared/request'
import { loadById } from '../load.js'
import { scopeOf } from '../scope.js'
import { demandStores } from '../stores/index.js'
import type { ApiKeyRow, PartnerAppRow } from './entity.js'
import {
  endApiKey,
  findApiKeys,
  findPartnerApps,
  insertApiKey,
  lockApiKey,
  pageOfApiKeys,
  pageOfPartnerApps,
} from './repository.js'

/** A page of the applications the caller can see, and one row more when there is a next page. */
export const listPartnerApps = (ctx: RequestContext, page: PageRequest): Promise<PartnerAppRow[]> =>
  ctx.tenant.read((tx) => pageOfPartnerApps(tx, scopeOf(ctx.actor), page))

/** A page of the keys the caller can see, and one row more when there is a next page. */
export const listApiKeys = (ctx: RequestContext, page: PageRequest): Promise<ApiKeyRow[]> =>
  ctx.tenant.read((tx) => pageOfApiKeys(tx, scopeOf(ctx.actor), page))

/** One application; null when it is absent, foreign, or the id was malformed. */
export const partnerAppById = (ctx: RequestContext, id: string | null): Promise<PartnerAppRow | null> =>
  loadById(ctx, 'partnerApp', id, findPartnerApps)

/** One key; null when it is absent, foreign, or the id was malformed. */
export const apiKeyById = (ctx: RequestContext, id: string | null): Promise<ApiKeyRow | null> =>
  loadById(ctx, 'apiKey', id, findApiKeys)

/** Whether a key opens anything, as far as the key itself decides. */
export function apiKeyStatus(key: ApiKeyRow, now: Date): 'ACTIVE' | 'EXPIRED' | 'REVOKED' {
  if (key.revokedAt) return 'REVOKED'
  return key.expiresAt <= now ? 'EXPIRED' : 'ACTIVE'
}

/** The key somebody wants. Ids are uuids; null stands for a malformed one. */
export interface CreateApiKeyInput {
  readonly appId: string | null
  readonly label: string
  readonly scopes: readonly string[]
  readonly storeIds: readonly (string | null)[]
  readonly expiresInDays?: number | null
}

/** A key just made, with the text that is shown this once. */
export interface CreatedApiKey {
  readonly apiKey: ApiKeyRow
  readonly secret: string
}

/**
 * Makes a key. Only the HMAC of its secret is stored.
 *
 * @param pepper - under which the HMAC is made.
 * @throws {DomainError} INVALID, SCOPE_NOT_ALLOWED, EXPIRY_OUT_OF_RANGE - a value lies outside what is allowed.
 * @throws {DomainError} APPROVAL_REQUIRED - a scope opens personal data: a second person has to agree.
 * @throws {DomainError} NOT_FOUND - application or a store is absent, or not the caller's.
 */
export async function createApiKey(
  ctx: RequestContext,
  pepper: Buffer,
  input: CreateApiKeyInput,
): Promise<CreatedApiKey> {
  const label = demandLabel(input.label)
  const scopes = demandScopes(input.scopes)
  const expiresInDays = demandExpiry(input.expiresInDays ?? 180)
  const scope = scopeOf(ctx.actor)
  const parts = { id: randomUUID(), secret: newApiKeySecret() }
  const text = formatApiKey(parts)
  return ctx.tenant.write(async (tx) => {
    const [app] = input.appId === null ? [] : await findPartnerApps(tx, scope, [input.appId])
    if (!app) throw notFound()
    const storeIds = await demandStores(tx, { ...scope, tenantId: app.tenantId }, input.storeIds)
    const apiKey = await insertApiKey(tx, {
      tenantId: app.tenantId,
      id: parts.id,
      appId: app.id,
      label,
      mac: keyMac(pepper, parts.secret),
      lastFour: text.slice(-4),
      scopes,
      storeIds,
      createdBy: ctx.actor.id,
      expiresInDays,
    })
    if (!apiKey) throw notFound()
    await recordAudit(tx, 'apiKey.created', {
      ...target(apiKey),
      detail: { appId: app.id, scopes, storeIds, expiresInDays },
    })
    return { apiKey, secret: text }
  })
}

/**
 * Ends a key from the next request on. A key that has been ended is returned unchanged, without a second event.
 *
 * @throws {DomainError} NOT_FOUND - absent or somebody else's.
 */
export async function revokeApiKey(ctx: RequestContext, id: string | null): Promise<ApiKeyRow> {
  return ctx.tenant.write(async (tx) => {
    const key = id === null ? undefined : await lockApiKey(tx, scopeOf(ctx.actor), id)
    if (!key) throw notFound()
    if (key.revokedAt) return key
    const ended = await endApiKey(tx, key)
    if (!ended) throw notFound()
    await recordAudit(tx, 'apiKey.revoked', { ...target(ended), detail: { appId: ended.appId } })
    return ended
  })
}

/** An event about a key of one store belongs to that store, so that who answers for the store can see it. */
const target = ({ id, tenantId, storeIds }: ApiKeyRow) => ({
  targetId: id,
  tenantId,
  storeId: storeIds.length === 1 ? (storeIds[0] ?? null) : null,
})

function demandLabel(text: string): string {
  const label = text.trim()
  if (/^[^\p{Cc}]{1,80}$/u.test(label)) return label
  throw invalid('INVALID', { field: ['label'], message: 'label must have 1 to 80 characters in one line.' })
}

function demandScopes(wanted: readonly string[]): readonly PartnerScope[] {
  const isKnown = (scope: string): scope is PartnerScope =>
    (partnerScopes as readonly string[]).includes(scope)
  const scopes = [...new Set(wanted)].filter(isKnown).sort()
  if (wanted.length === 0)
    throw invalid('INVALID', { field: ['scopes'], message: 'A key needs at least one scope.' })
  if (!wanted.every(isKnown)) throw invalid('SCOPE_NOT_ALLOWED', { field: ['scopes'] })
  if (scopes.some((scope) => scope.startsWith('pii:')))
    throw invalid('APPROVAL_REQUIRED', { field: ['scopes'] })
  return scopes
}

function demandExpiry(days: number): number {
  if (days >= 1 && days <= 365) return days
  throw invalid('EXPIRY_OUT_OF_RANGE', { field: ['expiresInDays'], message: 'A key lives 1 to 365 days.' })
}
