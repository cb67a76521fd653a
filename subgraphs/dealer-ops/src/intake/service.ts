import { randomUUID } from 'node:crypto'
import { decideAction } from '@autora/shared/access'
import { recordAudit } from '@autora/shared/audit'
import { conflict, forbidden, invalid, notFound } from '@autora/shared/errors'
import {
  type Connection,
  encodeId,
  type PageArguments,
  pageRequest,
  type RequestContext,
} from '@autora/shared/request'
import type { Vault } from '@autora/shared/vault'
import { soleStore, uuidOf } from '../given-ids.js'
import { type LeadRow, loadLead } from '../leads/index.js'
import { pageFrom } from '../pages.js'
import { type AdfDiagnostic, adfLimits } from './adf/index.js'
import { payloadPlace, processPayload } from './apply-service.js'
import type { IntakeRow, IntakeState } from './entity.js'
import { insertPayload, selectPayloads, selectStoreByCode, updateDeliveries } from './repository.js'

/** A document as a partner's system hands it in. */
export interface Delivery {
  readonly body: Buffer
  /** Code of the store it is for; needed by keys of several stores. */
  readonly storeCode: string | null
}

/** What the sender is told. */
export interface IntakeReceipt {
  readonly id: string
  readonly state: IntakeState
  readonly leadIds: readonly string[]
  readonly reasonCode: string | null
  readonly reason: string | null
  readonly diagnostics: readonly AdfDiagnostic[]
  /** Whether the very same document came in before. */
  readonly isRepeat: boolean
}

/**
 * Takes in one ADF document of a partner's key. First it is kept, encrypted, and only after that anything reads it:
 * whatever happens then, nothing is lost. Idempotent: the same bytes give the same leads, however often they come.
 * @throws {DomainError} ACCESS_DENIED - not a key, or a key without the scope leads:create.
 * @throws {DomainError} INVALID - an empty body, or a store that the key does not serve.
 * @throws {DomainError} PAYLOAD_TOO_LARGE - more than 256 KiB; nothing is kept.
 */
export async function submitDocument(
  ctx: RequestContext,
  vault: Vault,
  { body, storeCode }: Delivery,
): Promise<IntakeReceipt> {
  const decision = decideAction('intake:submit', ctx.profile())
  if (!decision.allowed) throw forbidden({ reason: decision.reason })
  if (ctx.actor.kind !== 'KEY') throw forbidden({ reason: 'ROLE_NOT_ALLOWED' })
  if (body.length > adfLimits.bodyBytes) throw invalid('PAYLOAD_TOO_LARGE')
  if (body.length === 0) throw invalid('INVALID', { field: ['body'], message: 'The body is empty.' })
  const { id, isRepeat } = await keepDocument(ctx, vault, await storeFor(ctx, storeCode), body)
  return receiptOf(await processPayload(ctx, vault, id, ['RECEIVED']), isRepeat)
}

/** The store a document is for: the one of the header, else the only one the key serves. */
async function storeFor(ctx: RequestContext, storeCode: string | null): Promise<string> {
  const { storeIds } = ctx.actor
  const [only, ...others] = storeIds
  if (storeCode === null && only !== undefined && others.length === 0) return only
  const named = storeCode === null ? null : await ctx.tenant.read((tx) => selectStoreByCode(tx, storeCode))
  if (named !== null && storeIds.includes(named)) return named
  const message = 'Name a store that the key serves: its code, in the header x-autora-store-code.'
  throw invalid('INVALID', { field: ['store'], message })
}

/** Keeps a document before anything reads it, or counts one more delivery of it. */
function keepDocument(
  ctx: RequestContext,
  vault: Vault,
  storeId: string,
  body: Buffer,
): Promise<{ readonly id: string; readonly isRepeat: boolean }> {
  const { tenantId } = ctx.actor
  const id = randomUUID()
  const fingerprint = vault.fingerprint(tenantId, body)
  const ciphertext = vault.seal(tenantId, payloadPlace(id), body)
  const sizeBytes = body.length
  return ctx.tenant.write(async (tx) => {
    if (await insertPayload(tx, { id, storeId, fingerprint, sizeBytes, ciphertext })) {
      await recordAudit(tx, 'intake.received', {
        targetId: id,
        storeId,
        detail: { format: 'ADF', sizeBytes },
      })
      return { id, isRepeat: false }
    }
    const known = await updateDeliveries(tx, storeId, fingerprint)
    if (!known) throw notFound()
    await recordAudit(tx, 'intake.repeated', { targetId: known, storeId, detail: { format: 'ADF' } })
    return { id: known, isRepeat: true }
  })
}

const receiptOf = (payload: IntakeRow, isRepeat: boolean): IntakeReceipt => ({
  id: encodeId('IntakePayload', payload.id),
  state: payload.state,
  leadIds: payload.leadIds.map((id) => encodeId('Lead', id)),
  reasonCode: payload.reasonCode,
  reason: payload.reason,
  diagnostics: payload.diagnostics,
  isRepeat,
})

/**
 * Reads a document again that waits or was set aside, with the mapper of today. Idempotent: one that became leads is
 * returned as it is.
 * @throws {DomainError} NOT_FOUND - absent or foreign: one answer for both.
 * @throws {DomainError} CONFLICT - it was discarded.
 */
export async function replayDocument(ctx: RequestContext, vault: Vault, id: string): Promise<IntakeRow> {
  const payloadId = uuidOf('IntakePayload', id)
  const payload = await processPayload(ctx, vault, payloadId, ['RECEIVED', 'QUARANTINED'])
  if (payload.state === 'DISCARDED') throw conflict('CONFLICT', { message: 'The document was discarded.' })
  return payload
}

/** Arguments of `intakePayloads`. */
export interface IntakeListArguments extends PageArguments {
  readonly filter?: { readonly storeId?: string | null; readonly state?: IntakeState | null } | null
}

/** One page of documents, newest first. @throws {DomainError} BAD_USER_INPUT - a bad page. */
export async function listPayloads(
  ctx: RequestContext,
  args: IntakeListArguments,
): Promise<Connection<IntakeRow>> {
  const page = pageRequest(args)
  const conditions = { storeId: soleStore(ctx, args.filter?.storeId), state: args.filter?.state ?? null }
  return pageFrom(await ctx.tenant.read((tx) => selectPayloads(tx, conditions, page)), page)
}

/** The leads a document became, those the caller can see. */
export async function leadsOf(ctx: RequestContext, { leadIds }: IntakeRow): Promise<readonly LeadRow[]> {
  const leads = await Promise.all(leadIds.map((id) => loadLead(ctx, id)))
  return leads.filter((lead) => lead !== null)
}
