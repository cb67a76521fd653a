import { randomUUID } from 'node:crypto'
import { partnerScopes } from '@autora/shared/access'
import { PLATFORM_TENANT } from '@autora/shared/actor'
import { recordAudit } from '@autora/shared/audit'
import type { TenantTx } from '@autora/shared/database'
import { conflict, notFound } from '@autora/shared/errors'
import { demandStepUp, type RequestContext } from '@autora/shared/request'
import { z } from 'zod'
import { type ApprovalRow, type ApprovedDeed, needsApproval, openApproval } from '../approvals/index.js'
import { demandPartnerApp, type PartnerAppRow } from '../partner-apps/index.js'
import { scopeOf } from '../scope.js'
import { demandStores } from '../stores/index.js'
import type { ApiKeyRow, NewApiKey } from './entity.js'
import { holdsStores, insertApiKey, setSecret } from './repository.js'
import { freshSecret } from './secret.js'
import { keyTarget, lockedKey } from './service.js'
import { type CreateApiKeyInput, isWeighty, type KeyWish, readWish } from './wish.js'

/** What an approval carries: everything but who asked, which the approval itself knows. */
const payloadForm = z.object({
  tenantId: z.guid(),
  appId: z.guid(),
  storeIds: z.array(z.guid()),
  label: z.string(),
  scopes: z.array(z.enum(partnerScopes)),
  purpose: z.string(),
  expiresInDays: z.int(),
  notBefore: z.iso
    .datetime()
    .nullable()
    .transform((text) => (text === null ? null : new Date(text))),
  ipAllow: z.array(z.string()),
  ipDeny: z.array(z.string()),
  ratePerSecond: z.int(),
  ratePerDay: z.int(),
  proofThumbprint: z.string().nullable(),
})

/** The deed that an approval of a key carries out. */
const DEED = 'apiKey:create'

/** A key just made with the text that is shown this once, or the request for somebody's approval. */
export type CreatedApiKey =
  | { readonly apiKey: ApiKeyRow; readonly secret: string; readonly approval: null }
  | { readonly apiKey: null; readonly secret: null; readonly approval: ApprovalRow }

/**
 * Makes a key, of which only the HMAC of its secret is stored. A key for personal data, with more than the usual rate,
 * or asked for by the platform is not made at once: somebody else approves it, and then the one who asked fetches its
 * secret (`claimApiKey`).
 *
 * @param pepper - under which the HMAC is made.
 * @throws {DomainError} INVALID, SCOPE_NOT_ALLOWED, EXPIRY_OUT_OF_RANGE - a value lies outside what is allowed.
 * @throws {DomainError} REASON_REQUIRED - an approval is needed and the reason has not 10 to 500 characters.
 * @throws {DomainError} NOT_FOUND - application or a store is absent, or not the caller's.
 * @throws {DomainError} STEP_UP_REQUIRED - the sign-in with a second factor is too old.
 */
export async function createApiKey(
  ctx: RequestContext,
  pepper: Buffer,
  input: CreateApiKeyInput,
): Promise<CreatedApiKey> {
  demandStepUp(ctx)
  const wish = readWish(input, ctx.clock.now())
  return ctx.tenant.write(async (tx) => {
    const app = await demandPartnerApp(tx, ctx, input.appId)
    const storeIds = await demandStores(tx, { ...scopeOf(ctx.actor), tenantId: app.tenantId }, input.storeIds)
    if (needsApproval(ctx, DEED) || isWeighty(wish)) {
      const approval = await askApproval(tx, ctx, app, { wish, storeIds, reason: input.reason ?? '' })
      return { apiKey: null, secret: null, approval }
    }
    const id = randomUUID()
    const secret = freshSecret(pepper, id)
    const apiKey = await addKey(tx, {
      ...wish,
      ...{ id, storeIds, tenantId: app.tenantId, appId: app.id },
      createdBy: ctx.actor.id,
      approvalId: null,
      secret: secret.stored,
    })
    return { apiKey, secret: secret.text, approval: null }
  })
}

function askApproval(
  tx: TenantTx,
  ctx: RequestContext,
  app: PartnerAppRow,
  asked: { readonly wish: KeyWish; readonly storeIds: readonly string[]; readonly reason: string },
): Promise<ApprovalRow> {
  const { wish, storeIds, reason } = asked
  const isPlatform = ctx.actor.reach === 'PLATFORM'
  const payload: z.input<typeof payloadForm> = {
    ...wish,
    scopes: [...wish.scopes],
    ipAllow: [...wish.ipAllow],
    ipDeny: [...wish.ipDeny],
    notBefore: wish.notBefore?.toISOString() ?? null,
    ...{ tenantId: app.tenantId, appId: app.id, storeIds: [...storeIds] },
  }
  const personal = wish.scopes.filter((scope) => scope.startsWith('pii:')).join(', ')
  return openApproval(tx, ctx, {
    action: DEED,
    tenantId: isPlatform ? PLATFORM_TENANT : app.tenantId,
    subjectType: 'PartnerApp',
    subjectId: app.id,
    storeIds: isPlatform ? null : storeIds,
    summary:
      `An API key for ${app.name}: ${wish.scopes.length} scopes${personal && ` with ${personal}`}, ` +
      `${storeIds.length} stores, ${wish.expiresInDays} days, ${wish.ratePerSecond} requests a second.`,
    payload,
    reason,
  })
}

/**
 * Makes the key that was approved, without a secret. Whoever asked must still hold its stores; whoever approves must
 * see application and stores too.
 *
 * @throws {DomainError} NOT_FOUND - application or a store is gone. CONFLICT - whoever asked no longer holds the stores.
 */
export const makeApprovedKey: ApprovedDeed = async (tx, ctx, { id, payload, requestedBy }) => {
  const wanted = payloadForm.parse(payload)
  const now = ctx.clock.now()
  const app = await demandPartnerApp(tx, ctx, wanted.appId)
  const scope = { ...scopeOf(ctx.actor), tenantId: app.tenantId }
  const storeIds = await demandStores(tx, scope, wanted.storeIds)
  if (!(await holdsStores(tx, { tenantId: app.tenantId, userId: requestedBy, storeIds }, now)))
    throw conflict('CONFLICT', { message: 'Whoever asked for this key no longer answers for its stores.' })
  await addKey(tx, {
    ...wanted,
    id: randomUUID(),
    storeIds,
    createdBy: requestedBy,
    approvalId: id,
    secret: null,
  })
}

async function addKey(tx: TenantTx, wanted: NewApiKey): Promise<ApiKeyRow> {
  const apiKey = await insertApiKey(tx, wanted)
  if (!apiKey) throw notFound()
  const { appId, scopes, storeIds, approvalId, ratePerSecond, ratePerDay } = apiKey
  const { expiresInDays } = wanted
  await recordAudit(tx, 'apiKey.created', {
    ...keyTarget(apiKey),
    detail: { appId, scopes, storeIds, expiresInDays, ratePerSecond, ratePerDay, approvalId },
  })
  return apiKey
}

/**
 * Fetches the secret of an approved key, once, at the moment it is made. For the one who asked for the key alone.
 *
 * @throws {DomainError} NOT_FOUND - absent, somebody else's, or asked for by somebody else.
 * @throws {DomainError} CONFLICT - it was fetched before, or the key is over.
 * @throws {DomainError} STEP_UP_REQUIRED - the sign-in with a second factor is too old.
 */
export async function claimApiKey(
  ctx: RequestContext,
  pepper: Buffer,
  id: string | null,
): Promise<{ readonly apiKey: ApiKeyRow; readonly secret: string }> {
  demandStepUp(ctx)
  return ctx.tenant.write(async (tx) => {
    const key = await lockedKey(tx, ctx, id)
    if (key.createdBy !== ctx.actor.id || key.approvalId === null) throw notFound()
    if (key.lastFour !== null || key.revokedAt || key.expiresAt <= ctx.clock.now()) throw conflict('CONFLICT')
    const secret = freshSecret(pepper, key.id)
    const apiKey = await setSecret(tx, key, secret.stored)
    if (!apiKey) throw conflict('CONFLICT')
    await recordAudit(tx, 'apiKey.claimed', {
      ...keyTarget(apiKey),
      detail: { appId: apiKey.appId, approvalId: apiKey.approvalId },
    })
    return { apiKey, secret: secret.text }
  })
}
