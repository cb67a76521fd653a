import { recordAudit } from '@autora/shared/audit'
import { conflict, forbidden, notFound } from '@autora/shared/errors'
import type { RequestContext } from '@autora/shared/request'
import { loadById } from '../load.js'
import type { AccessPolicyRow } from './entity.js'
import { findAccessPolicies, lockAccessPolicy, saveAccessPolicy } from './repository.js'

/** What holds for a group that has decided nothing: the platform's floor. */
const untouched = (tenantId: string): AccessPolicyRow => ({
  id: tenantId,
  version: 0,
  marketingContactMasked: false,
})

/** The policy of a group that the caller can see. */
export const accessPolicyOf = async (ctx: RequestContext, tenantId: string): Promise<AccessPolicyRow> =>
  (await loadById(ctx, 'accessPolicy', tenantId, findAccessPolicies)) ?? untouched(tenantId)

/** The policy of the caller's own group; null for platform staff, who have none. */
export const ownAccessPolicy = async (ctx: RequestContext): Promise<AccessPolicyRow | null> =>
  ctx.actor.reach === 'PLATFORM' ? null : accessPolicyOf(ctx, ctx.actor.tenantId)

/** The policy somebody wants, and the version he read. */
export interface UpdateAccessPolicyInput {
  readonly marketingContactMasked: boolean
  readonly version: number
}

/**
 * Changes the policy of the caller's group. Asking for what already holds returns it and records no event.
 *
 * @throws {DomainError} ACCESS_DENIED - the caller answers for some stores only; the policy is the whole group's.
 * @throws {DomainError} CONFLICT - the policy has another version than the one that was read.
 * @throws {DomainError} APPROVAL_REQUIRED - the change shows more than before: a second person has to agree.
 */
export async function updateAccessPolicy(
  ctx: RequestContext,
  input: UpdateAccessPolicyInput,
): Promise<AccessPolicyRow> {
  if (ctx.actor.reach !== 'TENANT') throw forbidden({ reason: 'ROLE_NOT_ALLOWED' })
  return ctx.tenant.write(async (tx) => {
    const { tenantId } = ctx.actor
    const policy = (await lockAccessPolicy(tx, tenantId)) ?? untouched(tenantId)
    if (policy.version !== input.version) throw conflict('CONFLICT')
    if (policy.marketingContactMasked === input.marketingContactMasked) return policy
    if (input.marketingContactMasked)
      throw conflict('APPROVAL_REQUIRED', { field: ['marketingContactMasked'] })
    const saved = await saveAccessPolicy(tx, policy, input.marketingContactMasked, ctx.actor.id)
    if (!saved) throw notFound()
    await recordAudit(tx, 'accessPolicy.updated', {
      targetId: tenantId,
      storeId: null,
      detail: { marketingContactMasked: saved.marketingContactMasked, version: saved.version },
    })
    return saved
  })
}
