import { randomUUID } from 'node:crypto'
import { recordAudit } from '@autora/shared/audit'
import { conflict, forbidden, notFound } from '@autora/shared/errors'
import type { RequestContext } from '@autora/shared/request'
import { z } from 'zod'
import { dealerGroupById, demandSetUp } from '../dealer-groups/index.js'
import { checked, countryCode, shortCode, text } from '../given-values.js'
import { legalEntityById } from '../legal-entities/index.js'
import { scopeOf } from '../scope.js'
import { insertStore, isStoreCodeTaken, saveBrands } from './configure-repository.js'
import { demandBrands, timezone } from './configure-service.js'
import type { NewStore, StoreRow } from './entity.js'
import { lockStore } from './repository.js'

/** A store somebody wants. Ids are uuids; null stands for a malformed one. */
export interface CreateStoreInput {
  readonly dealerGroupId: string | null
  readonly legalEntityId: string | null
  readonly code: string
  readonly name: string
  readonly city: string
  readonly country: string
  readonly timezone: string
  readonly brands: readonly string[]
}

const storeInput = z.object({
  code: shortCode,
  name: text(120),
  city: text(80),
  country: countryCode,
  timezone,
  brands: z.array(z.string()).max(50, 'must have at most 50 brands'),
})

/**
 * Creates a store of a dealer group. It has the usual hours, and no routing before somebody decides on it.
 *
 * @throws {DomainError} ACCESS_DENIED - platform support, once the group has a Dealer Admin of its own.
 * @throws {DomainError} INVALID - a value lies outside what is allowed, or a brand is not known.
 * @throws {DomainError} NOT_FOUND - the group is absent, or the legal entity is not one of its own.
 * @throws {DomainError} STATE_REFUSED - the group is archived. CODE_TAKEN - another store of the group has the code.
 */
export async function createStore(ctx: RequestContext, input: CreateStoreInput): Promise<StoreRow> {
  if (ctx.actor.reach !== 'PLATFORM') throw forbidden({ reason: 'ROLE_NOT_ALLOWED' })
  const { brands, ...values } = checked(storeInput, input)
  const group = await dealerGroupById(ctx, input.dealerGroupId)
  const entity = await legalEntityById(ctx, input.legalEntityId)
  if (!group || entity?.tenantId !== group.id) throw notFound()
  if (group.status === 'ARCHIVED') throw conflict('STATE_REFUSED')
  const store: NewStore = { ...values, id: randomUUID(), tenantId: group.id, legalEntityId: entity.id }
  const codes = [...new Set(brands)]
  return ctx.tenant.write(async (tx) => {
    await demandSetUp(tx, ctx, group.id)
    await demandBrands(tx, codes, ['brands'])
    if (await isStoreCodeTaken(tx, group.id, store.code)) throw conflict('CODE_TAKEN', { field: ['code'] })
    await insertStore(tx, store)
    await saveBrands(tx, store, codes)
    await recordAudit(tx, 'store.created', {
      targetId: store.id,
      storeId: store.id,
      tenantId: group.id,
      detail: { code: store.code, timezone: store.timezone, brands: codes },
    })
    const created = await lockStore(tx, scopeOf(ctx.actor), store.id)
    if (!created) throw notFound()
    return created
  })
}
