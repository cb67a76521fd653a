import { randomUUID } from 'node:crypto'
import type { TenantTx } from '@autora/shared/database'
import { exactTime, type PageRequest } from '@autora/shared/request'
import { pageValues } from '../pages.js'
import type { CustomerRow, EmailRow, NewCustomer, PhoneRow } from './entity.js'
import { normalEmail } from './normal-form.js'

const columns = `
  c.id,
  c.store_id as "storeId",
  c.kind,
  c.first_name as "firstName",
  c.last_name as "lastName",
  c.company,
  c.address,
  c.language,
  ${exactTime('c.created_at')} as at`

/** Customers by id, those the caller can see. */
export const selectCustomersById = (tx: TenantTx, ids: readonly string[]): Promise<CustomerRow[]> =>
  tx.query<CustomerRow>(`select ${columns} from dealer_ops.customer c where c.id = any($1)`, [ids])

/** One page of customers, newest first, one row more than asked for. */
export const selectCustomers = (
  tx: TenantTx,
  storeId: string | null,
  page: PageRequest,
): Promise<CustomerRow[]> =>
  tx.query<CustomerRow>(
    `select ${columns}
       from dealer_ops.customer c
      where ($1::uuid is null or c.store_id = $1)
        and ($2::timestamptz is null or (c.created_at, c.id) < ($2::timestamptz, $3::uuid))
      order by c.created_at desc, c.id desc
      limit $4`,
    [storeId, ...pageValues(page)],
  )

/** Every customer behind one of the numbers or the address; goes store by store, as the indexes do. */
const found = `
  select p.tenant_id, p.store_id, p.customer_id
    from identity.store s
    join dealer_ops.customer_phone p on p.tenant_id = s.tenant_id and p.store_id = s.id
   where p.e164 = any($1::text[])
  union
  select e.tenant_id, e.store_id, e.customer_id
    from identity.store s
    join dealer_ops.customer_email e on e.tenant_id = s.tenant_id and e.store_id = s.id
   where e.normalized = any($2::text[])`

/** One page of the customers with one of the numbers (E.164) or addresses (normal form), newest first. */
export const searchCustomers = (
  tx: TenantTx,
  terms: { readonly numbers: readonly string[]; readonly addresses: readonly string[] },
  page: PageRequest,
): Promise<CustomerRow[]> =>
  tx.query<CustomerRow>(
    `with found as (${found})
     select ${columns}
       from found f
       join dealer_ops.customer c
         on c.tenant_id = f.tenant_id and c.store_id = f.store_id and c.id = f.customer_id
      where ($3::timestamptz is null or (c.created_at, c.id) < ($3::timestamptz, $4::uuid))
      order by c.created_at desc, c.id desc
      limit $5`,
    [terms.numbers, terms.addresses, ...pageValues(page)],
  )

/** The countries of the stores the caller can see. */
export async function selectCountries(tx: TenantTx): Promise<readonly string[]> {
  const rows = await tx.query<{ country: string }>('select distinct country from identity.store')
  return rows.map(({ country }) => country)
}

/** Phone numbers of customers, in the order they came. */
export const selectPhones = (tx: TenantTx, customerIds: readonly string[]): Promise<PhoneRow[]> =>
  tx.query<PhoneRow>(
    `select c.id as "parentId", c.id as "customerId", c.store_id as "storeId", p.raw, p.e164, p.type
       from dealer_ops.customer c
       join dealer_ops.customer_phone p
         on p.tenant_id = c.tenant_id and p.store_id = c.store_id and p.customer_id = c.id
      where c.id = any($1)
      order by p.position`,
    [customerIds],
  )

/** E-mail addresses of customers, in the order they came. */
export const selectEmails = (tx: TenantTx, customerIds: readonly string[]): Promise<EmailRow[]> =>
  tx.query<EmailRow>(
    `select c.id as "parentId", e.address
       from dealer_ops.customer c
       join dealer_ops.customer_email e
         on e.tenant_id = c.tenant_id and e.store_id = c.store_id and e.customer_id = c.id
      where c.id = any($1)
      order by e.position`,
    [customerIds],
  )

/**
 * The customer of a store that shares a valid number or an address with this one; the oldest where there are several.
 * @param submittedBy - only customers of leads that this partner application submitted.
 */
export async function selectKnownCustomer(
  tx: TenantTx,
  storeId: string,
  customer: NewCustomer,
  submittedBy: string | null,
): Promise<string | null> {
  const numbers = customer.phones.flatMap(({ e164 }) => e164 ?? [])
  const [known] = await tx.query<{ id: string }>(
    `with found as (${found})
     select c.id
       from found f
       join dealer_ops.customer c
         on c.tenant_id = f.tenant_id and c.store_id = f.store_id and c.id = f.customer_id
      where c.store_id = $3
        and ($4::uuid is null or exists (
          select from dealer_ops.lead l
           where l.tenant_id = c.tenant_id and l.store_id = c.store_id and l.customer_id = c.id
             and l.submitted_by = $4))
      order by c.created_at, c.id
      limit 1`,
    [numbers, customer.emails.map(normalEmail), storeId, submittedBy],
  )
  return known?.id ?? null
}

/**
 * Keeps a customer with phones and e-mails. Nothing is read back: a partner's key sees the customer only once a lead
 * of its own is there.
 * @returns the new id.
 */
export async function insertCustomer(
  tx: TenantTx,
  store: { readonly id: string; readonly legalEntityId: string },
  customer: NewCustomer,
): Promise<string> {
  const id = randomUUID()
  const { kind, firstName, lastName, company, address, language } = customer
  await tx.query(
    `insert into dealer_ops.customer
       (store_id, id, legal_entity_id, kind, first_name, last_name, company, address, language)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [store.id, id, store.legalEntityId, kind, firstName, lastName, company, address, language],
  )
  await tx.query(
    `insert into dealer_ops.customer_phone (store_id, customer_id, position, raw, e164, type)
     select $1::uuid, $2::uuid, p.position, p.raw, p.e164, p.type
       from jsonb_to_recordset($3::jsonb) as p (position smallint, raw text, e164 text, type text)`,
    [
      store.id,
      id,
      JSON.stringify(customer.phones.map((phone, index) => ({ position: index + 1, ...phone }))),
    ],
  )
  await tx.query(
    `insert into dealer_ops.customer_email (store_id, customer_id, position, address, normalized)
     select $1::uuid, $2::uuid, e.position, e.address, e.normalized
       from jsonb_to_recordset($3::jsonb) as e (position smallint, address text, normalized text)`,
    [store.id, id, JSON.stringify(customer.emails.map(emailRecord))],
  )
  return id
}

const emailRecord = (address: string, index: number) => ({
  position: index + 1,
  address,
  normalized: normalEmail(address),
})
