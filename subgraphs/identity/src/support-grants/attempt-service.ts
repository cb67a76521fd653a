import { recordAudit } from '@autora/shared/audit'
import { encodeId, type RequestContext } from '@autora/shared/request'
import { findNamedGrant, insertAttempt } from './attempt-repository.js'
import type { NamedGrant } from './entity.js'

/** What the dealer is told of a grant that was not active. */
function inactiveBecause({ status, isOver }: NamedGrant): string {
  if (status === 'REFUSED' || status === 'REVOKED') return `GRANT_${status}`
  if (status !== 'APPROVED') return 'GRANT_NOT_APPROVED'
  // approved and within its time, and yet it opens nothing: the row is not what was signed
  return isOver ? 'GRANT_EXPIRED' : 'GRANT_TAMPERED'
}

/**
 * Tells a dealer group that somebody came with a grant of it that opens nothing: one event for each grant, reason and
 * minute, however often it is tried. A grant that does not exist belongs to nobody, who is not told.
 *
 * @param reason - why it was refused; `GRANT_NOT_ACTIVE` is told more exactly.
 */
export async function recordGrantAttempt(
  ctx: RequestContext,
  attempt: { readonly grantId: string; readonly userId: string; readonly reason: string },
): Promise<void> {
  await ctx.tenant.write(async (tx) => {
    const grant = await findNamedGrant(tx, attempt.grantId)
    if (!grant) return
    const reason = attempt.reason === 'GRANT_NOT_ACTIVE' ? inactiveBecause(grant) : attempt.reason
    if (!(await insertAttempt(tx, grant.tenantId, attempt.grantId, reason))) return
    await recordAudit(tx, 'supportAccess.refused', {
      outcome: 'DENY',
      tenantId: grant.tenantId,
      targetId: attempt.grantId,
      storeId: grant.storeIds.length === 1 ? (grant.storeIds[0] ?? null) : null,
      detail: { reason, by: encodeId('User', attempt.userId) },
    })
  })
}
