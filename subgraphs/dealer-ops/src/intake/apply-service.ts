import { recordAudit } from '@autora/shared/audit'
import { DatabaseUnavailable, type TenantTx } from '@autora/shared/database'
import { DomainError, notFound } from '@autora/shared/errors'
import { encodeId, type RequestContext } from '@autora/shared/request'
import type { Vault } from '@autora/shared/vault'
import { brandNamed, type LeadStore, recordLead, storeFor } from '../leads/index.js'
import { type AdfReading, readAdf } from './adf/index.js'
import type { IntakeRow, IntakeState, Outcome, SealedIntakeRow } from './entity.js'
import { mapProspect } from './mapping.js'
import { lockPayload, updateOutcome } from './repository.js'

/** Where the ciphertext of a document lies; moved elsewhere it does not open. */
export const payloadPlace = (id: string): string => `intake_payload|${id}`

/** Reason of a document that our own code could not finish; like the reader's, it can be replayed after a repair. */
const failed = {
  code: 'APPLY_FAILED',
  message: 'The lead could not be written. The message is kept and can be read again after a repair.',
} as const

/**
 * Makes leads of a document, all of them or none, if it is in one of the states; returns it as it is otherwise. What
 * cannot be made leads of is set aside with its reason. A fault that passes by itself leaves it as it was.
 * @throws {DomainError} NOT_FOUND - absent or foreign: one answer for both.
 */
export async function processPayload(
  ctx: RequestContext,
  vault: Vault,
  id: string,
  states: readonly IntakeState[],
): Promise<IntakeRow> {
  try {
    return await ctx.tenant.write(async (tx) => {
      const payload = await lockPayload(tx, id)
      if (!payload) throw notFound()
      return states.includes(payload.state) ? applyPayload(ctx, tx, vault, payload) : withoutContent(payload)
    })
  } catch (error) {
    if (isPassing(error)) throw error
    ctx.log.error('intake.apply', error, { requestId: ctx.requestId, payloadId: id })
    return ctx.tenant.write((tx) => setAsideAfterFailure(tx, id, states))
  }
}

const withoutContent = ({ ciphertext: _, ...payload }: SealedIntakeRow): IntakeRow => payload

async function applyPayload(
  ctx: RequestContext,
  tx: TenantTx,
  vault: Vault,
  payload: SealedIntakeRow,
): Promise<IntakeRow> {
  const raw = vault.open(ctx.actor.tenantId, payloadPlace(payload.id), payload.ciphertext)
  const store = await storeFor(tx, payload.storeId)
  const reading = readAdf(raw, { defaultCountry: store.country })
  const { quarantine, diagnostics } = reading
  if (quarantine) {
    const reason = { reasonCode: quarantine.code, reason: quarantine.message }
    return settle(tx, payload, { state: 'QUARANTINED', ...reason, diagnostics, leadIds: [] })
  }
  const leadIds = await keepProspects(tx, store, reading, payload.appId)
  return settle(tx, payload, { state: 'APPLIED', reasonCode: null, reason: null, diagnostics, leadIds })
}

async function keepProspects(
  tx: TenantTx,
  store: LeadStore,
  { prospects }: AdfReading,
  submittedBy: string,
): Promise<readonly string[]> {
  const leadIds: string[] = []
  for (const mapped of prospects.flatMap((draft) => mapProspect(draft) ?? [])) {
    const brandCode = mapped.make && (await brandNamed(tx, mapped.make))
    const lead = await recordLead(tx, store, mapped.customer, { ...mapped.lead, brandCode, submittedBy })
    leadIds.push(lead.id)
  }
  return leadIds
}

/** Writes down what became of a document, with its event. */
async function settle(tx: TenantTx, payload: IntakeRow, outcome: Outcome): Promise<IntakeRow> {
  const settled = await updateOutcome(tx, payload.id, outcome)
  if (!settled) throw notFound()
  const event = outcome.state === 'APPLIED' ? 'intake.applied' : 'intake.quarantined'
  await recordAudit(tx, event, {
    targetId: settled.id,
    storeId: settled.storeId,
    detail: {
      reasonCode: outcome.reasonCode,
      diagnostics: outcome.diagnostics.length,
      leadIds: outcome.leadIds.map((id) => encodeId('Lead', id)),
    },
  })
  return settled
}

async function setAsideAfterFailure(
  tx: TenantTx,
  id: string,
  states: readonly IntakeState[],
): Promise<IntakeRow> {
  const payload = await lockPayload(tx, id)
  if (!payload) throw notFound()
  if (!states.includes(payload.state)) return withoutContent(payload)
  const reason = { reasonCode: failed.code, reason: failed.message }
  return settle(tx, payload, { state: 'QUARANTINED', ...reason, diagnostics: [], leadIds: [] })
}

/** Whether it is not the document's fault: nobody may see it, the database was away or busy, somebody was first. */
function isPassing(error: unknown): boolean {
  if (error instanceof DomainError) return error.kind !== 'INVALID'
  if (error instanceof DatabaseUnavailable) return true
  return (error as { driverError?: { code?: unknown } } | null)?.driverError?.code === '57014'
}
