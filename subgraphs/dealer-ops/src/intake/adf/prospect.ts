import { isReachable, readCustomer } from './customer.js'
import { readInstant } from './instant.js'
import { adfLimits } from './limits.js'
import { readName } from './name.js'
import { all, attribute, one, type Place, text, textAt, unreadFields } from './place.js'
import type { BehaviourDraft, ExternalId, LeadDraft } from './reading.js'
import { readVehicles } from './vehicles.js'

/** One `<prospect>`. Source: ADF 1.0 DTD transcript, `prospect`. */
export function readProspect(prospect: Place, defaultCountry: string): LeadDraft {
  const customer = one(prospect, 'customer')
  const { comments: vehicleComments, ...vehicles } = readVehicles(prospect)
  const timeframe = readTimeframe(prospect, customer)
  const finance = vehicles.wanted?.finance ?? null
  const budget = finance?.amounts.find((amount) => amount.type === 'TOTAL')
  const draft = {
    ...vehicles,
    requestedAt: readRequestedAt(prospect),
    isResend: attribute(prospect, 'status')?.toLowerCase() === 'resend',
    externalIds: all(prospect, 'id', adfLimits.externalIds).flatMap((id) => readExternalId(id) ?? []),
    customer: customer && readCustomer(customer, defaultCountry),
    ...readSenders(prospect),
    comments: joined([
      ...commentsOf(customer),
      ...commentsOf(prospect),
      ...vehicleComments,
      timeframe.description,
    ]),
    timeframe:
      timeframe.earliest || timeframe.latest
        ? { earliest: timeframe.earliest, latest: timeframe.latest }
        : null,
    budgetCents: budget?.amountCents ?? null,
    budgetCurrency: budget?.currency ?? null,
    finance,
  }
  const unknownFields = unreadFields(prospect)
  if (unknownFields.length > 0) prospect.log.note('UNKNOWN_FIELDS', prospect.path)
  return { ...draft, unknownFields }
}

/** Why this draft cannot become a lead, if it cannot: somebody must be there to call back. */
export function refusalOf(draft: LeadDraft): 'NO_CUSTOMER' | 'NO_CONTACT' | null {
  if (draft.customer === null) return 'NO_CUSTOMER'
  return isReachable(draft.customer) ? null : 'NO_CONTACT'
}

function readRequestedAt(prospect: Place): string | null {
  const place = one(prospect, 'requestdate')
  if (!place) prospect.log.note('REQUEST_DATE_ABSENT', prospect.path)
  return readInstant(place)
}

function readExternalId(place: Place): ExternalId | null {
  const value = text(place)
  const sequence = /^\d{1,9}$/.exec(attribute(place, 'sequence') ?? '')
  return value === null
    ? null
    : { source: attribute(place, 'source'), sequence: sequence && Number(sequence[0]), value }
}

/** Vendor and provider. Some senders put the provider's service with the vendor, or name the vendor only as contact. */
function readSenders(prospect: Place): Pick<LeadDraft, 'vendorName' | 'provider' | 'behaviour'> {
  const vendor = one(prospect, 'vendor')
  const provider = one(prospect, 'provider')
  if (!vendor) prospect.log.note('NO_VENDOR', prospect.path)
  const service = provider && textAt(provider, 'service')
  const vendorService = vendor && !service ? textAt(vendor, 'service') : null
  if (vendorService) prospect.log.note('SERVICE_FROM_VENDOR', `${prospect.path}.vendor.service`)
  return {
    vendorName: vendor && (textAt(vendor, 'vendorname') ?? nameOfContact(vendor)),
    provider: { name: provider && textAt(provider, 'name'), service: service ?? vendorService },
    behaviour: provider && readBehaviour(provider),
  }
}

function nameOfContact(vendor: Place): string | null {
  const contact = one(vendor, 'contact')
  const name = contact && readName(contact).full
  if (name) vendor.log.note('VENDOR_NAME_FROM_CONTACT', `${vendor.path}.contact.name`)
  return name
}

/** None of these is ADF; one vendor sends them with every lead. */
function readBehaviour(provider: Place): BehaviourDraft | null {
  const behaviour = {
    referrer: textAt(provider, 'referer', 'referrer'),
    keyword: textAt(provider, 'keyword'),
    term: textAt(provider, 'term'),
    form: textAt(provider, 'form'),
    navigationHistory: textAt(provider, 'navigationhistory'),
  }
  return Object.values(behaviour).some((value) => value !== null) ? behaviour : null
}

/** `timeframe` belongs to the customer; it is also sent in the prospect, and as a text without children. */
function readTimeframe(
  prospect: Place,
  customer: Place | null,
): Record<'description' | 'earliest' | 'latest', string | null> {
  const place = (customer && one(customer, 'timeframe')) ?? one(prospect, 'timeframe')
  if (!place) return { description: null, earliest: null, latest: null }
  return {
    description: textAt(place, 'description') ?? text(place),
    earliest: readInstant(one(place, 'earliestdate')),
    latest: readInstant(one(place, 'latestdate')),
  }
}

const commentsOf = (place: Place | null): readonly (string | null)[] =>
  place ? all(place, 'comments', adfLimits.comments).map(text) : []

const joined = (comments: readonly (string | null)[]): string | null =>
  [...new Set(comments.filter((comment) => comment !== null))].join('\n\n') || null
