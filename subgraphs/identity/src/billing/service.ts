import { recordAudit } from '@autora/shared/audit'
import type { TenantTx } from '@autora/shared/database'
import { conflict, notFound } from '@autora/shared/errors'
import type { RequestContext } from '@autora/shared/request'
import { z } from 'zod'
import { dealerGroupById } from '../dealer-groups/index.js'
import { checked, currencyCode, optionalText } from '../given-values.js'
import { loadById } from '../load.js'
import { type BillingAccountRow, type BillingPlan, MOST_CENTS } from './entity.js'
import {
  findBillingAccounts,
  insertBillingAccount,
  lockBillingAccount,
  updateBillingAccount,
} from './repository.js'

/** The billing account of a dealer group; null when it has none. Only the platform's owner has any rows here. */
export const billingAccountOf = (
  ctx: RequestContext,
  tenantId: string | null,
): Promise<BillingAccountRow | null> => loadById(ctx, 'billingAccount', tenantId, findBillingAccounts)

/** Changes of a billing account. Absent and null: as it is. */
export interface BillingAccountChanges {
  readonly plan?: BillingPlan | null
  readonly seats?: number | null
  readonly priceCents?: number | null
  readonly currency?: string | null
  readonly contactEmail?: string | null
  readonly paymentReference?: string | null
}

/** What is to change, and the version that was read: 0 when there was no account. */
export interface UpdateBillingAccountInput {
  readonly dealerGroupId: string | null
  readonly changes: BillingAccountChanges
  readonly version: number
}

const changesInput = z.object({
  plan: z.string().nullish(),
  seats: z.number().int().min(1, 'must be at least 1').max(100_000, 'must be at most 100000').nullish(),
  priceCents: z
    .number()
    .int()
    .min(0, 'must not be negative')
    .max(MOST_CENTS, `must be at most ${MOST_CENTS}`)
    .nullish(),
  currency: currencyCode.nullish(),
  contactEmail: optionalText(3, 254),
  paymentReference: optionalText(1, 60),
})

const unopened = (id: string): BillingAccountRow => ({
  id,
  plan: 'PILOT',
  seats: 1,
  priceCents: 0,
  currency: 'ZAR',
  contactEmail: null,
  paymentReference: null,
  version: 0,
})

const fields = ['plan', 'seats', 'priceCents', 'currency', 'contactEmail', 'paymentReference'] as const

/**
 * Opens or changes the billing account of a dealer group. What holds already is returned without an event.
 *
 * @throws {DomainError} INVALID - a value lies outside what is allowed.
 * @throws {DomainError} NOT_FOUND - there is no such dealer group.
 * @throws {DomainError} CONFLICT - the account has another version than the one that was read.
 */
export async function changeBillingAccount(
  ctx: RequestContext,
  input: UpdateBillingAccountInput,
): Promise<BillingAccountRow> {
  checked(changesInput, input.changes, ['changes'])
  const group = await dealerGroupById(ctx, input.dealerGroupId)
  if (!group) throw notFound()
  return ctx.tenant.write(async (tx) => {
    const known = (await lockBillingAccount(tx, group.id)) ?? unopened(group.id)
    if (known.version !== input.version) throw conflict('CONFLICT')
    const next = merged(known, input.changes)
    const changed = fields.filter((field) => next[field] !== known[field])
    if (changed.length === 0 && known.version > 0) return known
    await (known.version === 0 ? insertBillingAccount(tx, next) : updateBillingAccount(tx, next))
    // names of fields, and no value: the trail of a dealer group is read by its admins, billing is not
    await recordAudit(tx, 'billingAccount.updated', {
      targetId: group.id,
      storeId: null,
      tenantId: group.id,
      detail: { changed, version: known.version + 1 },
    })
    return account(tx, group.id)
  })
}

const merged = (known: BillingAccountRow, changes: BillingAccountChanges): BillingAccountRow => ({
  ...known,
  plan: changes.plan ?? known.plan,
  seats: changes.seats ?? known.seats,
  priceCents: changes.priceCents ?? known.priceCents,
  currency: changes.currency ?? known.currency,
  contactEmail: changes.contactEmail ?? known.contactEmail,
  paymentReference: changes.paymentReference ?? known.paymentReference,
})

async function account(tx: TenantTx, tenantId: string): Promise<BillingAccountRow> {
  const found = await lockBillingAccount(tx, tenantId)
  if (!found) throw notFound()
  return found
}
