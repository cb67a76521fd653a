import { randomUUID } from 'node:crypto'
import { conflict, notFound } from '@autora/shared/errors'
import type { RequestContext } from '@autora/shared/request'
import { scopeOf } from '../scope.js'
import { demandStores } from '../stores/index.js'
import { REQUEST_LIFE_HOURS, type SupportGrantRow } from './entity.js'
import { demandPermit, type PermitInput, recorded } from './permit.js'
import { insertSupportGrant, lockSupportGrant, takeUpOffer } from './repository.js'
import { isTooOld } from './service.js'

/**
 * Offers platform support a permit that nobody asked for. Whoever of support takes it up first has it.
 *
 * @throws {DomainError} INVALID, EXPIRY_OUT_OF_RANGE - a value lies outside what is allowed.
 * @throws {DomainError} NOT_FOUND - a store that the caller does not answer for.
 */
export async function offerSupportGrant(
  ctx: RequestContext,
  input: Omit<PermitInput, 'dealerGroupId'>,
): Promise<SupportGrantRow> {
  const { tenantId } = ctx.actor
  const values = demandPermit({ ...input, dealerGroupId: tenantId })
  return ctx.tenant.write(async (tx) => {
    const storeIds = await demandStores(tx, scopeOf(ctx.actor), input.storeIds)
    const whose = { id: randomUUID(), tenantId, kind: 'SUPPORT', userId: null } as const
    return recorded(
      tx,
      'supportGrant.offered',
      await insertSupportGrant(tx, { ...values, ...whose, storeIds }),
    )
  })
}

/**
 * Takes up an offer: it becomes the caller's own grant and starts now, approved by who offered it.
 *
 * @throws {DomainError} NOT_FOUND - absent.
 * @throws {DomainError} ALREADY_DECIDED - it was taken up or taken back. GRANT_NOT_ACTIVE - it is too old.
 * @throws {DomainError} GRANT_ALREADY_ACTIVE - the caller has an active grant of this group.
 */
export async function takeUpSupportGrant(ctx: RequestContext, id: string | null): Promise<SupportGrantRow> {
  return ctx.tenant.write(async (tx) => {
    const grant = id === null ? undefined : await lockSupportGrant(tx, scopeOf(ctx.actor), id)
    if (!grant) throw notFound()
    if (grant.status !== 'OFFERED') throw conflict('ALREADY_DECIDED')
    if (isTooOld(grant, ctx.clock.now()))
      throw conflict('GRANT_NOT_ACTIVE', { message: `The offer is older than ${REQUEST_LIFE_HOURS} hours.` })
    return recorded(tx, 'supportGrant.takenUp', await takeUpOffer(tx, grant, ctx.actor.id))
  })
}
