import { type GrantCapability, grantCapabilities, type PiiLevel } from '@autora/shared/access'
import { type EventName, recordAudit } from '@autora/shared/audit'
import type { TenantTx } from '@autora/shared/database'
import { invalid, notFound } from '@autora/shared/errors'
import { encodeId } from '@autora/shared/request'
import type { SupportGrantRow } from './entity.js'

/** What a permit is asked for, as a client gives it. Ids are uuids; null stands for a malformed one. */
export interface PermitInput {
  readonly dealerGroupId: string | null
  readonly storeIds: readonly (string | null)[]
  readonly piiLevel: PiiLevel
  readonly capabilities?: readonly GrantCapability[] | null
  readonly ticketRef: string
  readonly reason: string
  readonly minutes: number
}

/**
 * The values of a permit, checked; READ is always among its capabilities.
 *
 * @param mostMinutes - 240 for a grant of the dealer.
 * @throws {DomainError} INVALID, EXPIRY_OUT_OF_RANGE - a value lies outside what is allowed.
 */
export function demandPermit(input: PermitInput, mostMinutes = 240) {
  const ticketRef = demandText('ticketRef', input.ticketRef, 1, 60)
  const reason = demandText('reason', input.reason, 10, 500)
  const { minutes, piiLevel } = input
  if (minutes < 5 || minutes > mostMinutes)
    throw invalid('EXPIRY_OUT_OF_RANGE', {
      field: ['minutes'],
      message: `A grant lasts 5 to ${mostMinutes} minutes.`,
    })
  const named = new Set<GrantCapability>(['READ', ...(input.capabilities ?? [])])
  const capabilities = grantCapabilities.filter((capability) => named.has(capability)).sort()
  return { ticketRef, reason, minutes, piiLevel, capabilities }
}

/** Records what happened to a grant, in the trail of its dealer group. @throws NOT_FOUND when nothing happened. */
export async function recorded(
  tx: TenantTx,
  event: EventName,
  grant: SupportGrantRow | undefined,
): Promise<SupportGrantRow> {
  if (!grant) throw notFound()
  const { id, tenantId, kind, userId, storeIds, piiLevel, capabilities, minutes } = grant
  await recordAudit(tx, event, {
    targetId: id,
    tenantId,
    storeId: storeIds.length === 1 ? (storeIds[0] ?? null) : null,
    detail: {
      kind,
      supporter: userId && encodeId('User', userId),
      piiLevel,
      capabilities,
      minutes,
      storeIds,
    },
  })
  return grant
}

function demandText(field: string, value: string, least: number, most: number): string {
  const text = value.trim()
  const { length } = [...text] // code points, as the database counts
  if (length >= least && length <= most && !/[^\P{Cc}\n]/u.test(text)) return text
  throw invalid('INVALID', { field: [field], message: `${field} must have ${least} to ${most} characters.` })
}
