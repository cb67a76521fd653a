import { recordAudit } from '@autora/shared/audit'
import { conflict, invalid, notFound } from '@autora/shared/errors'
import type { RequestContext } from '@autora/shared/request'
import type { Vault } from '@autora/shared/vault'
import { loadChildren } from '../batches.js'
import { type CustomerRow, loadCustomer } from '../customers/index.js'
import { uuidOf } from '../given-ids.js'
import type { IdentityField } from './entity.js'
import { identityForm } from './identity-form.js'
import {
  eraseIdentity,
  type IdentityPlace,
  keepsIdentityNumbers,
  selectIdentity,
  upsertIdentity,
} from './repository.js'

/** What binds a ciphertext to its place: moved to another customer or field it does not open. */
const placeOf = ({ storeId, customerId, field }: IdentityPlace) =>
  `customer_identity|${storeId}|${customerId}|${field}`

/**
 * A kept value in the clear; null when there is none, or none that the caller may read at all. The schema masks it;
 * whoever calls this otherwise answers for that.
 */
export async function identityValue(
  ctx: RequestContext,
  vault: Vault,
  customerId: string,
  field: IdentityField,
): Promise<string | null> {
  const kept = await loadChildren(ctx, 'customer.identity', customerId, selectIdentity)
  const row = kept.find((candidate) => candidate.field === field)
  if (!row) return null
  const place = placeOf({ storeId: row.storeId, customerId, field })
  return vault.open(ctx.actor.tenantId, place, row.ciphertext).toString('utf8')
}

/** What to keep of a customer; no value takes it out. */
export interface RecordIdentityInput {
  readonly id: string
  readonly field: IdentityField
  readonly value?: string | null
}

/**
 * Keeps what proves who a customer is, encrypted, or takes it out again. What is not there is taken out without an
 * event.
 *
 * @throws {DomainError} NOT_FOUND - absent or foreign.
 * @throws {DomainError} IDENTITY_NUMBERS_OFF - the legal entity of the store keeps none; to take out is possible then too.
 * @throws {DomainError} INVALID - the value cannot be what it says it is; it is not quoted.
 */
export async function recordIdentity(
  ctx: RequestContext,
  vault: Vault,
  { id, field, value = null }: RecordIdentityInput,
): Promise<CustomerRow> {
  const plain = value === null ? null : identityForm(field, value, ctx.clock.now())
  if (value !== null && plain === null)
    throw invalid('INVALID', { field: ['value'], message: 'value has not the form of this field.' })
  const customer = await loadCustomer(ctx, uuidOf('Customer', id))
  if (!customer) throw notFound()
  const place = { storeId: customer.storeId, customerId: customer.id, field }
  await ctx.tenant.write(async (tx) => {
    if (plain === null) {
      if (!(await eraseIdentity(tx, place))) return
    } else {
      if (!(await keepsIdentityNumbers(tx, place.storeId))) throw conflict('IDENTITY_NUMBERS_OFF')
      await upsertIdentity(tx, place, vault.seal(ctx.actor.tenantId, placeOf(place), Buffer.from(plain)))
    }
    await recordAudit(tx, plain === null ? 'customerIdentity.removed' : 'customerIdentity.recorded', {
      targetId: customer.id,
      storeId: customer.storeId,
      detail: { field },
    })
  })
  return customer
}
