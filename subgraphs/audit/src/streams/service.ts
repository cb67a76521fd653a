import { randomUUID } from 'node:crypto'
import { type EventName, recordAudit } from '@autora/shared/audit'
import type { TenantTx } from '@autora/shared/database'
import { conflict, forbidden, invalid, notFound } from '@autora/shared/errors'
import { demandStepUp, encodeId, type RequestContext } from '@autora/shared/request'
import type { StreamParts, StreamRow, StreamRules } from './entity.js'
import { isAllowedUrl } from './post.js'
import {
  deleteStream,
  insertStream,
  listStreams,
  pauseStream,
  restartStream,
  saveStream,
  streamById,
  treeSize,
} from './repository.js'
import { newSecret } from './secret.js'

const MOST_STREAMS = 5
const MOST_URL = 2_000
const categoryForm = /^[a-zA-Z]{1,40}$/

/** The whole trail of a group leaves by a stream. @throws {DomainError} ACCESS_DENIED - the caller answers for some stores only. */
function demandWholeGroup({ actor }: RequestContext): void {
  if (actor.reach === 'STORES') throw forbidden({ reason: 'WHOLE_GROUP_ONLY' })
}

/** @throws {DomainError} INVALID - the address is none that a stream may lead to, or a category has no such form. */
function checkParts({ url, categories }: StreamParts, { allowsLoopback }: StreamRules): void {
  if (url.length > MOST_URL || !isAllowedUrl(url, allowsLoopback))
    throw invalid('INVALID', { field: ['url'], message: 'Give an https address of the open Internet.' })
  if (categories.length > 50 || !categories.every((name) => categoryForm.test(name)))
    throw invalid('INVALID', { field: ['categories'], message: 'Give first words of actions, such as lead.' })
}

const record = (tx: TenantTx, event: EventName, id: string, { url, format, categories }: StreamParts) =>
  recordAudit(tx, event, {
    targetId: id,
    storeId: null,
    detail: { host: new URL(url).host, format, categories },
  })

/** The streams of the caller's group. @throws {DomainError} ACCESS_DENIED - the caller answers for some stores only. */
export function streams(ctx: RequestContext): Promise<StreamRow[]> {
  demandWholeGroup(ctx)
  return ctx.tenant.read((tx) => listStreams(tx, ctx.actor.tenantId))
}

/** A deed on one stream. @throws {DomainError} NOT_FOUND - absent, foreign or deleted. */
async function changeStream(
  ctx: RequestContext,
  id: string | null,
  change: (tx: TenantTx, stream: StreamRow) => Promise<unknown>,
): Promise<StreamRow> {
  demandWholeGroup(ctx)
  const { tenantId } = ctx.actor
  return ctx.tenant.write(async (tx) => {
    const stream = id === null ? undefined : await streamById(tx, tenantId, id)
    if (!stream) throw notFound()
    await change(tx, stream)
    return (await streamById(tx, tenantId, stream.id)) ?? stream
  })
}

/**
 * Begins a stream, and makes the secret that its deliveries are signed with.
 *
 * @param startAt - first index that is sent; null: from now on.
 * @throws {DomainError} STEP_UP_REQUIRED, INVALID; STATE_NOT_ALLOWED - streams are switched off, or there are five.
 */
export async function createStream(
  ctx: RequestContext,
  rules: StreamRules,
  parts: StreamParts,
  startAt: number | null,
): Promise<{ readonly stream: StreamRow; readonly secret: string }> {
  demandWholeGroup(ctx)
  demandStepUp(ctx)
  checkParts(parts, rules)
  const { key } = rules
  if (!key) throw conflict('STATE_NOT_ALLOWED', { message: 'This installation sends no trail anywhere.' })
  const { tenantId } = ctx.actor
  const id = randomUUID()
  const secret = newSecret(key, tenantId, id)
  return ctx.tenant.write(async (tx) => {
    if ((await listStreams(tx, tenantId)).length >= MOST_STREAMS)
      throw conflict('STATE_NOT_ALLOWED', { message: `A group has ${MOST_STREAMS} streams at most.` })
    await insertStream(tx, id, parts, startAt ?? (await treeSize(tx, tenantId)), secret.sealed)
    await record(tx, 'auditStream.created', id, parts)
    const stream = await streamById(tx, tenantId, id)
    if (!stream) throw new Error(`the stream ${encodeId('AuditStream', id)} was not written`)
    return { stream, secret: secret.text }
  })
}

/** Changes what is sent where. @throws {DomainError} STEP_UP_REQUIRED, INVALID, NOT_FOUND. */
export async function updateStream(
  ctx: RequestContext,
  rules: StreamRules,
  id: string | null,
  changes: Partial<StreamParts>,
): Promise<StreamRow> {
  demandStepUp(ctx)
  return changeStream(ctx, id, async (tx, stream) => {
    const { url = stream.url, format = stream.format, categories = stream.categories } = changes
    const parts = { url, format, categories }
    checkParts(parts, rules)
    await saveStream(tx, ctx.actor.tenantId, stream.id, parts)
    await record(tx, 'auditStream.updated', stream.id, parts)
  })
}

/** Stops sending; the place is kept. @throws {DomainError} NOT_FOUND. */
export const stopStream = (ctx: RequestContext, id: string | null): Promise<StreamRow> =>
  changeStream(ctx, id, async (tx, stream) => {
    await pauseStream(tx, ctx.actor.tenantId, stream.id)
    await record(tx, 'auditStream.paused', stream.id, stream)
  })

/** Sends again. @param fromIndex - null: where it stood. @throws {DomainError} NOT_FOUND. */
export const resumeStream = (
  ctx: RequestContext,
  id: string | null,
  fromIndex: number | null,
): Promise<StreamRow> =>
  changeStream(ctx, id, async (tx, stream) => {
    await restartStream(tx, ctx.actor.tenantId, stream.id, fromIndex ?? stream.nextIndex)
    await record(tx, 'auditStream.resumed', stream.id, stream)
  })

/** Ends a stream for ever. @throws {DomainError} NOT_FOUND. */
export const endStream = (ctx: RequestContext, id: string | null): Promise<StreamRow> =>
  changeStream(ctx, id, async (tx, stream) => {
    await deleteStream(tx, ctx.actor.tenantId, stream.id)
    await record(tx, 'auditStream.deleted', stream.id, stream)
  })
