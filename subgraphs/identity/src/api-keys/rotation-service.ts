import { randomUUID } from 'node:crypto'
import { recordAudit } from '@autora/shared/audit'
import type { TenantTx } from '@autora/shared/database'
import { conflict, forbidden, invalid, notFound } from '@autora/shared/errors'
import { demandStepUp, type RequestContext } from '@autora/shared/request'
import { scopeOf } from '../scope.js'
import type { ApiKeyRow } from './entity.js'
import { findApiKeys } from './repository.js'
import { hasSuccessor, insertSuccessor, isOfPlatform, shortenLife } from './rotation-repository.js'
import { freshSecret } from './secret.js'
import { keyTarget, lockedKey } from './service.js'
import { opensPersonalData } from './wish.js'

/** Hours for which the old key works beside the new one. */
const overlap = { usual: 24, most: 168 } as const

/** A key that was replaced, and the one that replaces it with the text that is shown this once. */
export interface RotatedApiKey {
  readonly apiKey: ApiKeyRow
  readonly secret: string
  readonly replaced: ApiKeyRow
}

/**
 * Replaces a key by a new one with the same settings. The old one goes on for the overlap, never longer than it would
 * have. A person who rotates a key answers for the new one; a key that rotates itself changes nothing about that. A key
 * on personal data keeps its end, every other gets its whole life again.
 *
 * @param overlapHours - 0 to 168, default 24.
 * @throws {DomainError} NOT_FOUND - absent, or not the caller's; a partner's key rotates itself alone.
 * @throws {DomainError} CONFLICT - expired, ended, without a secret, or replaced already.
 * @throws {DomainError} ACCESS_DENIED - the platform rotates only keys that it made itself.
 * @throws {DomainError} STEP_UP_REQUIRED - the person's sign-in with a second factor is too old.
 */
export async function rotateApiKey(
  ctx: RequestContext,
  pepper: Buffer,
  input: { readonly id: string | null; readonly overlapHours?: number | null },
): Promise<RotatedApiKey> {
  const hours = demandOverlap(input.overlapHours ?? overlap.usual)
  const isOwnKey = ctx.actor.kind === 'KEY'
  if (!isOwnKey) demandStepUp(ctx)
  return ctx.tenant.write(async (tx) => {
    const old = await lockedKey(tx, ctx, input.id)
    if (isOwnKey && old.id !== ctx.actor.id) throw notFound()
    await demandRotatable(tx, ctx, old)
    const id = randomUUID()
    const secret = freshSecret(pepper, id)
    await insertSuccessor(tx, old, {
      id,
      createdBy: isOwnKey ? old.createdBy : ctx.actor.id,
      secret: secret.stored,
      keepsExpiry: opensPersonalData(old.scopes),
    })
    await shortenLife(tx, old, hours)
    const { apiKey, replaced } = await both(tx, ctx, id, old.id)
    await tell(tx, apiKey, replaced)
    return { apiKey, replaced, secret: secret.text }
  })
}

function demandOverlap(hours: number): number {
  if (hours >= 0 && hours <= overlap.most) return hours
  throw invalid('INVALID', {
    field: ['overlapHours'],
    message: `overlapHours must lie between 0 and ${overlap.most}.`,
  })
}

async function demandRotatable(tx: TenantTx, ctx: RequestContext, key: ApiKeyRow): Promise<void> {
  if (key.revokedAt || key.expiresAt <= ctx.clock.now() || key.lastFour === null) throw conflict('CONFLICT')
  if (await hasSuccessor(tx, key))
    throw conflict('CONFLICT', { message: 'This key has been replaced already.' })
  // a new secret for a dealer's key would open the dealer's customers to the platform
  if (ctx.actor.reach === 'PLATFORM' && !(await isOfPlatform(tx, key.createdBy))) throw forbidden()
}

async function both(tx: TenantTx, ctx: RequestContext, newId: string, oldId: string) {
  const rows = await findApiKeys(tx, scopeOf(ctx.actor), [newId, oldId])
  const apiKey = rows.find(({ id }) => id === newId)
  const replaced = rows.find(({ id }) => id === oldId)
  if (!apiKey || !replaced) throw notFound()
  return { apiKey, replaced }
}

/** One event on each of the two, so that the history of either is complete. */
async function tell(tx: TenantTx, apiKey: ApiKeyRow, replaced: ApiKeyRow): Promise<void> {
  await recordAudit(tx, 'apiKey.rotated', {
    ...keyTarget(replaced),
    detail: { appId: replaced.appId, newKeyId: apiKey.id, endsAt: replaced.expiresAt.toISOString() },
  })
  const { appId, scopes, storeIds, createdBy } = apiKey
  await recordAudit(tx, 'apiKey.created', {
    ...keyTarget(apiKey),
    detail: { appId, scopes, storeIds, createdBy, rotatedFrom: replaced.id },
  })
}
