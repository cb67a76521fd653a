import { recordAudit } from '@autora/shared/audit'
import type { RequestContext } from '@autora/shared/request'

/** An operation that was refused before it was planned. */
export interface Denial {
  /** The schema coordinates that were denied, such as `Query.billingAccounts`. */
  readonly coordinates: readonly string[]
  /** Why the first of them was. */
  readonly reason: string
  /** What the client was told, to find this event by. */
  readonly decisionId: string
}

/** Writes one event for a refused operation, in the trail of the caller's tenant; one of too many is only counted. */
export async function recordDenial(ctx: RequestContext, denial: Denial): Promise<void> {
  if (!ctx.admitsDenial('access.denied')) return
  const { id, storeIds } = ctx.actor
  const { coordinates, reason, decisionId } = denial
  await ctx.tenant.write((tx) =>
    recordAudit(tx, 'access.denied', {
      outcome: 'DENY',
      targetId: id,
      storeId: storeIds.length === 1 ? (storeIds[0] ?? null) : null,
      detail: { coordinates, reason, decisionId },
    }),
  )
}
