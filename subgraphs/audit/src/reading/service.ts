import { createHash } from 'node:crypto'
import { recordAudit } from '@autora/shared/audit'
import type { TenantTx } from '@autora/shared/database'
import type { RequestContext } from '@autora/shared/request'

/** What somebody read of the trail. */
export interface Reading {
  /** The field of the graph. */
  readonly field: 'auditEvents' | 'auditTimeline' | 'auditReceipt' | 'auditActivity'
  /** What was asked for, without what was left open. Its values stay here: the event holds names and a hash. */
  readonly filter: Readonly<Record<string, unknown>>
  /** Events of the answer, in its order. */
  readonly events: readonly { readonly id: string; readonly integrity: string }[]
}

const isGiven = ([, value]: [string, unknown]): boolean => value !== null && value !== undefined

/**
 * Writes who read what of the trail, in the transaction of the read and before its answer: without the event there is no
 * answer. The event comes after everything that the answer holds, and so never in it; a page that follows an older one
 * does not meet it either.
 */
export async function recordReading(
  tx: TenantTx,
  { actor }: RequestContext,
  { field, filter, events }: Reading,
): Promise<void> {
  const given = Object.entries(filter)
    .filter(isGiven)
    .sort(([a], [b]) => (a < b ? -1 : 1))
  await recordAudit(tx, 'auditTrail.read', {
    targetId: actor.id,
    storeId: actor.storeIds.length === 1 ? (actor.storeIds[0] ?? null) : null,
    detail: {
      field,
      filters: given.map(([name]) => name),
      filterHash: createHash('sha256').update(JSON.stringify(given)).digest('hex'),
      count: events.length,
      broken: events.filter(({ integrity }) => integrity === 'BROKEN').length,
      first: events[0]?.id ?? null,
      last: events.at(-1)?.id ?? null,
    },
  })
}
