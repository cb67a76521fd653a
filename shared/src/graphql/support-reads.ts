import { recordAudit } from '../audit/index.js'
import { conflict } from '../errors/index.js'
import type { ReadTally, RequestContext } from '../request/index.js'
import { personalDetail } from './personal-detail.js'

/**
 * Tells the dealer what an operation under a support grant read, before its answer leaves: one event with counts, and
 * one refusal for each thing that was asked for by an id and is not within the grant.
 *
 * @throws {DomainError} GRANT_NOT_ACTIVE - the grant ended meanwhile: nothing may be shown.
 * @throws {Error} when it cannot be recorded: what leaves no trace does not leave at all.
 */
export async function recordSupportRead(ctx: RequestContext, tally: ReadTally): Promise<void> {
  const { id, grant, storeIds } = ctx.actor
  if (!grant) return
  const storeId = storeIds.length === 1 ? (storeIds[0] ?? null) : null
  await ctx.tenant.write(async (tx) => {
    const [state] = await tx.query<{ isLive: boolean }>(`select sec.grant_id() is not null as "isLive"`)
    if (!state?.isLive) throw conflict('GRANT_NOT_ACTIVE')
    await recordAudit(tx, 'supportAccess.read', {
      targetId: grant.id,
      storeId,
      detail: { ...personalDetail(ctx), ...tally.counts() },
    })
    for (const operation of tally.misses)
      await recordAudit(tx, 'access.refused', {
        outcome: 'DENY',
        targetId: id,
        storeId,
        detail: { operation, code: 'NOT_FOUND' },
      })
  })
}
