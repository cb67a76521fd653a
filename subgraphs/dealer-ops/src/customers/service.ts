import { decideClass } from '@autora/shared/access'
import type { TenantTx } from '@autora/shared/database'
import { forbidden, invalid } from '@autora/shared/errors'
import { type Connection, type PageArguments, pageRequest, type RequestContext } from '@autora/shared/request'
import { z } from 'zod'
import { loadById, loadChildren } from '../batches.js'
import { soleStore } from '../given-ids.js'
import { checked, optionalText } from '../given-values.js'
import { pageFrom } from '../pages.js'
import type { CustomerRow, NewCustomer, PhoneRow } from './entity.js'
import { normalEmail, toE164 } from './normal-form.js'
import * as rows from './repository.js'

/** One customer, or null: absent and foreign alike. */
export const loadCustomer = (ctx: RequestContext, id: string): Promise<CustomerRow | null> =>
  loadById(ctx, 'customer', id, rows.selectCustomersById)

/** Phone numbers of a customer, in the order they came. */
export const phonesOf = (ctx: RequestContext, { id }: CustomerRow): Promise<readonly PhoneRow[]> =>
  loadChildren(ctx, 'customer.phones', id, rows.selectPhones)

/** E-mail addresses of a customer, in the order they came. */
export async function emailsOf(ctx: RequestContext, { id }: CustomerRow): Promise<readonly string[]> {
  const emails = await loadChildren(ctx, 'customer.emails', id, rows.selectEmails)
  return emails.map(({ address }) => address)
}

/** Arguments of `customers`. */
export interface CustomerListArguments extends PageArguments {
  readonly storeId?: string | null
}

/** One page of the customers the caller can see, newest first. @throws {DomainError} BAD_USER_INPUT - a bad page. */
export async function listCustomers(
  ctx: RequestContext,
  args: CustomerListArguments,
): Promise<Connection<CustomerRow>> {
  const page = pageRequest(args)
  const store = soleStore(ctx, args.storeId)
  return pageFrom(await ctx.tenant.read((tx) => rows.selectCustomers(tx, store, page)), page)
}

const searchInput = z.object({ phone: optionalText(100), email: optionalText(254) })

/** Arguments of `customerSearch`. */
export interface CustomerSearchArguments extends PageArguments {
  readonly input: { readonly phone?: string | null; readonly email?: string | null }
}

/**
 * Customers with exactly this number or address. To ask for somebody's number is to learn whether it is known, so it
 * needs the right to see contact data.
 * @throws {DomainError} ACCESS_DENIED - contact data is closed to the caller.
 * @throws {DomainError} BAD_USER_INPUT - neither phone nor e-mail is given.
 */
export async function searchCustomers(
  ctx: RequestContext,
  args: CustomerSearchArguments,
): Promise<Connection<CustomerRow>> {
  const contact = decideClass('CONTACT', ctx.profile())
  if (contact === 'REDACTED' || contact === 'DENIED') throw forbidden({ reason: 'CLASS_DENIED' })
  const page = pageRequest(args)
  const { phone, email } = checked(searchInput, args.input)
  if (phone === null && email === null)
    throw invalid('BAD_USER_INPUT', {
      field: ['input'],
      message: 'Give a phone number or an e-mail address.',
    })
  const found = await ctx.tenant.read(async (tx) => {
    const countries = phone === null ? [] : await rows.selectCountries(tx)
    const numbers = countries.flatMap((country) => toE164(phone ?? '', country) ?? [])
    const addresses = email === null ? [] : [normalEmail(email)]
    return rows.searchCustomers(tx, { numbers, addresses }, page)
  })
  return pageFrom(found, page)
}

/**
 * Finds the customer of a store again by number or address, or keeps a new one, in the caller's transaction. A
 * customer that is found stays as it is.
 * @param submittedBy - for a partner's lead: its application, whose own customers are the only ones looked at.
 * @returns the customer's id.
 */
export async function keepCustomer(
  tx: TenantTx,
  store: { readonly id: string; readonly legalEntityId: string },
  customer: NewCustomer,
  submittedBy: string | null,
): Promise<string> {
  const known = await rows.selectKnownCustomer(tx, store.id, customer, submittedBy)
  return known ?? rows.insertCustomer(tx, store, customer)
}
