import { randomUUID } from 'node:crypto'
import { recordAudit } from '@autora/shared/audit'
import type { TenantTx } from '@autora/shared/database'
import { conflict, forbidden, notFound } from '@autora/shared/errors'
import type { RequestContext } from '@autora/shared/request'
import { z } from 'zod'
import { dealerGroupById, demandSetUp } from '../dealer-groups/index.js'
import { checked, countryCode, optionalText, text } from '../given-values.js'
import { scopeOf } from '../scope.js'
import type { LegalEntityRow } from './entity.js'
import { findLegalEntities, insertLegalEntity, lockLegalEntity, updateLegalEntity } from './repository.js'

/** Dealer Admins of the whole group, and platform support while it sets the group up. */
async function demandWriter(tx: TenantTx, ctx: RequestContext, tenantId: string): Promise<void> {
  if (ctx.actor.principal === 'DEALER_ADMIN' && ctx.actor.reach !== 'TENANT')
    throw forbidden({ reason: 'ROLE_NOT_ALLOWED' })
  await demandSetUp(tx, ctx, tenantId)
}

const values = {
  registrationNumber: optionalText(1, 40),
  informationOfficer: optionalText(1, 120),
  officerRegistrationRef: optionalText(1, 60),
}

/** A legal entity somebody wants. The group is a uuid; null stands for a malformed id. */
export interface CreateLegalEntityInput {
  readonly dealerGroupId: string | null
  readonly name: string
  readonly country: string
  readonly registrationNumber?: string | null
  readonly informationOfficer?: string | null
  readonly officerRegistrationRef?: string | null
}

const entityInput = z.object({ name: text(160), country: countryCode, ...values })

/**
 * Adds a legal entity to a dealer group.
 *
 * @throws {DomainError} ACCESS_DENIED - an admin of some stores; support, once the group has a Dealer Admin of its own.
 * @throws {DomainError} INVALID - a value lies outside what is allowed. NOT_FOUND - the group is absent or foreign.
 */
export async function createLegalEntity(
  ctx: RequestContext,
  input: CreateLegalEntityInput,
): Promise<LegalEntityRow> {
  const given = checked(entityInput, input)
  const group = await dealerGroupById(ctx, input.dealerGroupId)
  if (!group) throw notFound()
  const entity = {
    id: randomUUID(),
    tenantId: group.id,
    name: given.name,
    country: given.country,
    registrationNumber: given.registrationNumber ?? null,
    informationOfficer: given.informationOfficer ?? null,
    officerRegistrationRef: given.officerRegistrationRef ?? null,
  }
  return ctx.tenant.write(async (tx) => {
    await demandWriter(tx, ctx, group.id)
    await insertLegalEntity(tx, entity)
    await recordAudit(tx, 'legalEntity.created', {
      targetId: entity.id,
      storeId: null,
      tenantId: group.id,
      detail: { country: entity.country },
    })
    return { ...entity, storesIdentityNumbers: false, version: 1 }
  })
}

/** Changes of a legal entity. `null` and absent both mean: as it is. */
export interface UpdateLegalEntityInput {
  readonly id: string | null
  readonly changes: {
    readonly name?: string | null
    readonly registrationNumber?: string | null
    readonly informationOfficer?: string | null
    readonly officerRegistrationRef?: string | null
    readonly storesIdentityNumbers?: boolean | null
  }
  readonly version: number
}

const changesInput = z.object({ name: text(160).nullish(), ...values })
const fields = [
  'name',
  'registrationNumber',
  'informationOfficer',
  'officerRegistrationRef',
  'storesIdentityNumbers',
] as const

/**
 * Changes a legal entity. What holds already is returned without an event.
 *
 * @throws {DomainError} ACCESS_DENIED - an admin of some stores; support, once the group has a Dealer Admin of its own;
 *   anybody but a Dealer Admin, where identity numbers are concerned.
 * @throws {DomainError} INVALID, NOT_FOUND - as they say.
 * @throws {DomainError} CONFLICT - the entity has another version than the one that was read.
 */
export async function changeLegalEntity(
  ctx: RequestContext,
  { id, changes, version }: UpdateLegalEntityInput,
): Promise<LegalEntityRow> {
  checked(changesInput, changes, ['changes'])
  const isAdmin = ctx.actor.principal === 'DEALER_ADMIN'
  if (typeof changes.storesIdentityNumbers === 'boolean' && !isAdmin)
    throw forbidden({ reason: 'ROLE_NOT_ALLOWED' })
  return ctx.tenant.write(async (tx) => {
    const entity = id === null ? undefined : await readable(tx, ctx, id)
    if (!entity) throw notFound()
    if (entity.version !== version) throw conflict('CONFLICT')
    const next = merged(entity, changes)
    const changed = fields.filter((field) => next[field] !== entity[field])
    if (changed.length === 0) return entity
    const saved = await updateLegalEntity(tx, next)
    if (!saved) throw notFound()
    const { storesIdentityNumbers } = saved
    await recordAudit(tx, 'legalEntity.updated', {
      targetId: saved.id,
      storeId: null,
      tenantId: saved.tenantId,
      detail: { changed, version: saved.version, storesIdentityNumbers },
    })
    return saved
  })
}

/** The row to change: who may see it and not change it is refused, and not told that it is absent. */
async function readable(tx: TenantTx, ctx: RequestContext, id: string): Promise<LegalEntityRow | undefined> {
  const [seen] = await findLegalEntities(tx, scopeOf(ctx.actor), [id])
  if (!seen) return undefined
  await demandWriter(tx, ctx, seen.tenantId)
  return lockLegalEntity(tx, scopeOf(ctx.actor), id)
}

const merged = (entity: LegalEntityRow, changes: UpdateLegalEntityInput['changes']): LegalEntityRow => ({
  ...entity,
  name: changes.name ?? entity.name,
  registrationNumber: changes.registrationNumber ?? entity.registrationNumber,
  informationOfficer: changes.informationOfficer ?? entity.informationOfficer,
  officerRegistrationRef: changes.officerRegistrationRef ?? entity.officerRegistrationRef,
  storesIdentityNumbers: changes.storesIdentityNumbers ?? entity.storesIdentityNumbers,
})
