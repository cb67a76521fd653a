import { recordAudit } from '@autora/shared/audit'
import type { TenantTx } from '@autora/shared/database'
import { invalid, notFound } from '@autora/shared/errors'
import { encodeId, type RequestContext } from '@autora/shared/request'
import { z } from 'zod'
import { keepCustomer, type NewCustomer, toE164 } from '../customers/index.js'
import { uuidOf } from '../given-ids.js'
import { checked, emailAddress, optionalText, text } from '../given-values.js'
import type { LeadInterest, LeadRow, LeadSource, LeadStore, NewLead, NewVehicle } from './entity.js'
import { insertExternalIds, insertStatusChange, insertVehicles } from './parts-repository.js'
import { insertLead } from './repository.js'
import { selectBrand, selectStore } from './store-repository.js'

const customerInput = z
  .object({
    kind: z.enum(['PERSON', 'JURISTIC']).nullish(),
    firstName: optionalText(255),
    lastName: optionalText(255),
    company: optionalText(255),
    phones: z.array(text(100)).max(10, 'must be at most 10').nullish(),
    emails: z.array(emailAddress).max(10, 'must be at most 10').nullish(),
  })
  .refine(({ firstName, lastName, company }) => firstName ?? lastName ?? company, 'needs a name')
  .refine(
    ({ phones, emails }) => (phones?.length ?? 0) + (emails?.length ?? 0) > 0,
    'needs a phone number or an e-mail address',
  )

const leadInput = z.object({
  customer: customerInput,
  brandCode: optionalText(20),
  vehicle: z
    .object({
      year: z.int().min(1886, 'must be 1886 to 2200').max(2200, 'must be 1886 to 2200').nullish(),
      make: optionalText(120),
      model: optionalText(120),
    })
    .nullish(),
  comments: optionalText(32_000),
})

/** A new lead as a client gives it. */
export interface LeadCreateInput {
  readonly storeId: string
  readonly customer: object
  readonly interest: LeadInterest
  readonly source: LeadSource
}

/**
 * Records a new lead with its customer, its beginning and its event. What a key records belongs to its application.
 * @throws {DomainError} NOT_FOUND - the store is absent or not the caller's: one answer for both.
 * @throws {DomainError} INVALID - a value is too long or of the wrong form, or nobody could answer the customer.
 */
export async function createLead(ctx: RequestContext, input: LeadCreateInput): Promise<LeadRow> {
  const given = checked(leadInput, input)
  return ctx.tenant.write(async (tx) => {
    const store = await storeFor(tx, uuidOf('Store', input.storeId))
    const brandCode = given.brandCode && (await selectBrand(tx, given.brandCode))
    if (given.brandCode && !brandCode)
      throw invalid('INVALID', { field: ['brandCode'], message: 'There is no brand with this code.' })
    return recordLead(tx, store, customerOf(given.customer, store.country), {
      interest: input.interest,
      source: input.source,
      sourceName: null,
      brandCode,
      budgetCents: null,
      budgetCurrency: null,
      financeIntent: null,
      comments: given.comments,
      referrer: null,
      submittedBy: ctx.actor.appId,
      requestedAt: null,
      vehicles: given.vehicle ? [vehicleOf(given.vehicle)] : [],
      externalIds: [],
    })
  })
}

/** What of a store a new lead needs. @throws {DomainError} NOT_FOUND - absent or not the caller's. */
export async function storeFor(tx: TenantTx, id: string): Promise<LeadStore> {
  const store = await selectStore(tx, id)
  if (!store) throw notFound()
  return store
}

/** The code of a brand by what a sender calls it, such as `Toyota`, or null when it is none of ours. */
export const brandNamed = async (tx: TenantTx, name: string): Promise<string | null> =>
  selectBrand(
    tx,
    name
      .trim()
      .toUpperCase()
      .replace(/[^A-Z0-9]+/g, '_'),
  )

/** Keeps a checked lead with everything that belongs to it, in the caller's transaction. */
export async function recordLead(
  tx: TenantTx,
  store: LeadStore,
  customer: NewCustomer,
  draft: NewLead,
): Promise<LeadRow> {
  const customerId = await keepCustomer(tx, store, customer, draft.submittedBy)
  const lead = await insertLead(tx, store, customerId, draft)
  if (!lead) throw notFound()
  await insertVehicles(tx, lead, draft.vehicles)
  await insertExternalIds(tx, lead, draft.externalIds)
  await insertStatusChange(tx, lead, null, lead.status)
  await recordAudit(tx, 'lead.created', {
    targetId: lead.id,
    storeId: store.id,
    detail: {
      customerId: encodeId('Customer', customerId),
      interest: lead.interest,
      source: lead.source,
      submittedBy: lead.submittedBy && encodeId('PartnerApp', lead.submittedBy),
    },
    personal: { subject: { type: 'Customer', id: customerId }, fields: namesOf(customer) },
  })
  return lead
}

/** How the customer was called when the lead came in. */
const namesOf = ({ firstName, lastName, company }: NewCustomer) => ({ firstName, lastName, company })

function customerOf(given: z.output<typeof customerInput>, country: string): NewCustomer {
  const phones = [...new Set(given.phones ?? [])]
  return {
    kind: given.kind ?? 'PERSON',
    firstName: given.firstName,
    lastName: given.lastName,
    company: given.company,
    address: null,
    language: null,
    phones: phones.map((raw) => ({ raw, e164: toE164(raw, country), type: 'UNKNOWN' })),
    emails: [...new Set(given.emails ?? [])],
  }
}

const vehicleOf = ({
  year,
  make,
  model,
}: {
  year?: number | null | undefined
  make: string | null
  model: string | null
}): NewVehicle => ({
  part: 'WANTED',
  year: year ?? null,
  make,
  model,
  trimLevel: null,
  stockNumber: null,
  vin: null,
  customerVin: null,
  condition: null,
  odometer: null,
  odometerUnit: null,
})
