import { randomUUID } from 'node:crypto'
import { decideAction, decideClass } from '@autora/shared/access'
import { recordAudit } from '@autora/shared/audit'
import { conflict, forbidden, notFound } from '@autora/shared/errors'
import { demandReason, demandStepUp, type RequestContext } from '@autora/shared/request'
import type { Vault } from '@autora/shared/vault'
import { identityValue } from '../customer-identity/index.js'
import { type CustomerRow, emailsOf, loadCustomer, phonesOf } from '../customers/index.js'
import { uuidOf } from '../given-ids.js'
import { REVEALS_PER_HOUR, type RevealableField, revealableFields } from './entity.js'
import { countReveals, insertReveal, selectSubject } from './repository.js'

/** One value somebody wants to see, and why. */
export interface RevealFieldInput {
  readonly id: string
  readonly field: RevealableField
  readonly reason: string
}

/** A value that was shown, and whose it is. */
export interface RevealedValue {
  /** Null when none is kept. */
  readonly value: string | null
  readonly customerId: string
  readonly storeId: string
}

/**
 * Shows one value of one customer. The event is committed before the value is read: where it cannot be written nothing
 * is shown. Not idempotent: each call is an act of its own, and counts.
 *
 * @throws {DomainError} STEP_UP_REQUIRED - no fresh sign-in with a second factor.
 * @throws {DomainError} ACCESS_DENIED - a class that stays closed to the caller, or a customer he is not assigned to.
 * @throws {DomainError} REASON_REQUIRED, NOT_FOUND, REVEAL_LIMIT_REACHED - as they say.
 */
export async function revealField(
  ctx: RequestContext,
  vault: Vault,
  input: RevealFieldInput,
): Promise<RevealedValue> {
  demandStepUp(ctx)
  demandClass(ctx, input.field)
  const reason = demandReason(input.reason)
  const customerId = uuidOf('Customer', input.id)
  const storeId = await announce(ctx, customerId, input.field, reason)
  return { customerId, storeId, value: await shownValue(ctx, vault, customerId, input.field) }
}

/** What is masked may be shown to the dealer's own people; a support grant shows what its level says and no more. */
function demandClass(ctx: RequestContext, field: RevealableField): void {
  const profile = ctx.profile()
  const visibility = decideClass(revealableFields[field], profile)
  if (visibility === 'CLEAR' || (visibility === 'MASKED' && profile.grant === null)) return
  throw forbidden({ reason: 'CLASS_DENIED' })
}

async function announce(
  ctx: RequestContext,
  customerId: string,
  field: RevealableField,
  reason: string,
): Promise<string> {
  const action = decideAction('field:reveal', ctx.profile())
  return ctx.tenant.write(async (tx) => {
    const subject = await selectSubject(tx, customerId, ctx.actor.id)
    if (!subject) throw notFound()
    if (!action.allowed || (action.reach === 'O' && !subject.isAssigned))
      throw forbidden({ reason: 'ROLE_NOT_ALLOWED' })
    if ((await countReveals(tx, ctx.actor.id)) >= REVEALS_PER_HOUR) throw conflict('REVEAL_LIMIT_REACHED')
    await insertReveal(tx, { id: randomUUID(), storeId: subject.storeId, customerId }, field)
    await recordAudit(tx, 'field.revealed', {
      targetId: customerId,
      storeId: subject.storeId,
      detail: { field, class: revealableFields[field], reason },
    })
    return subject.storeId
  })
}

async function shownValue(
  ctx: RequestContext,
  vault: Vault,
  customerId: string,
  field: RevealableField,
): Promise<string | null> {
  switch (field) {
    case 'SA_ID_NUMBER':
    case 'PASSPORT':
    case 'DRIVERS_LICENCE':
    case 'DATE_OF_BIRTH':
      return identityValue(ctx, vault, customerId, field)
  }
  const customer = await loadCustomer(ctx, customerId)
  return customer ? contactValue(ctx, customer, field) : null
}

async function contactValue(
  ctx: RequestContext,
  customer: CustomerRow,
  field: Exclude<RevealableField, Parameters<typeof identityValue>[3]>,
): Promise<string | null> {
  switch (field) {
    case 'FIRST_NAME':
      return customer.firstName
    case 'LAST_NAME':
      return customer.lastName
    case 'COMPANY':
      return customer.company
    case 'ADDRESS':
      return customer.address
    case 'PHONE':
      return (await phonesOf(ctx, customer))[0]?.raw ?? null
    case 'EMAIL':
      return (await emailsOf(ctx, customer))[0] ?? null
  }
}
