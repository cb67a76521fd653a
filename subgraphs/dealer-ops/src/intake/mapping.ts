import { type NewCustomer, normalEmail } from '../customers/index.js'
import type { NewExternalId, NewLead, NewVehicle } from '../leads/index.js'
import type { CustomerDraft, FinanceDraft, LeadDraft, VehicleDraft } from './adf/index.js'
import { sourceOf } from './sources.js'

/** A prospect as the platform keeps it. What only the database knows is not here: the brand, and who submitted it. */
export interface MappedProspect {
  readonly customer: NewCustomer
  readonly lead: Omit<NewLead, 'brandCode' | 'submittedBy'>
  /** Make of the wanted vehicle, to find the brand by. */
  readonly make: string | null
}

const LARGEST_INTEGER = 2_147_483_647

/** The text, cut after `most` characters: for prose, where the beginning is worth something. */
const cut = (text: string | null, most: number): string | null =>
  text === null ? null : Array.from(text).slice(0, most).join('') || null

/** The text if it is short enough: for ids, of which a part is worth nothing. */
const whole = (text: string | null, most: number): string | null =>
  text !== null && text !== '' && text.length <= most ? text : null

/** Maps a prospect that the reader let pass, so it has a customer; null for one without. */
export function mapProspect(draft: LeadDraft): MappedProspect | null {
  if (!draft.customer) return null
  const { budgetCents, budgetCurrency } = draft
  const hasBudget = budgetCents !== null && budgetCurrency !== null
  const { name, service } = draft.provider
  return {
    customer: mapCustomer(draft.customer),
    make: draft.wanted?.make ?? null,
    lead: {
      interest: draft.interest,
      source: sourceOf(name, service),
      sourceName: cut(name ?? service, 120),
      budgetCents: hasBudget ? budgetCents : null,
      budgetCurrency: hasBudget ? budgetCurrency : null,
      financeIntent: cut(financeIntent(draft.finance), 200),
      comments: cut(draft.comments, 32_000),
      referrer: cut(draft.behaviour?.referrer ?? null, 8000),
      requestedAt: draft.requestedAt,
      vehicles: mapVehicles(draft).slice(0, 40),
      externalIds: draft.externalIds.flatMap(mapExternalId).slice(0, 40),
    },
  }
}

function mapCustomer(draft: CustomerDraft): NewCustomer {
  const isBusiness = draft.kind === 'JURISTIC'
  const hasParts = draft.firstName !== null || draft.lastName !== null
  const unparted = isBusiness || hasParts ? null : draft.fullName
  return {
    kind: draft.kind,
    firstName: isBusiness ? null : cut(draft.firstName, 255),
    lastName: isBusiness ? null : cut(draft.lastName ?? unparted, 255),
    company: isBusiness ? cut(draft.fullName, 255) : null,
    address: cut(addressOf(draft.address), 1000),
    language: languageOf(draft.language),
    phones: draft.phones.slice(0, 20).map(({ raw, e164, type }) => ({
      raw: cut(raw, 100) ?? '',
      e164,
      type,
    })),
    emails: draft.emails.filter((email) => normalEmail(email).length <= 254).slice(0, 20),
  }
}

function addressOf(address: CustomerDraft['address']): string | null {
  if (!address) return null
  const town = [address.postalCode, address.city, address.region].filter((part) => part !== null).join(' ')
  return [...address.lines, town, address.country].filter((line) => line !== null && line !== '').join('\n')
}

/** `fr`, `en_za` and `EN-ZA` are told apart; anything longer is left out. */
function languageOf(language: string | null): string | null {
  const [, tongue, country] = /^([A-Za-z]{2})(?:[-_]([A-Za-z]{2}))?$/.exec(language ?? '') ?? []
  if (!tongue) return null
  return country ? `${tongue.toLowerCase()}-${country.toUpperCase()}` : tongue.toLowerCase()
}

/** `finance; DOWNPAYMENT 10000.00 CAD; MONTHLY 850.25 CAD` */
function financeIntent(finance: FinanceDraft | null): string | null {
  if (!finance) return null
  const amounts = finance.amounts.map(({ type, amountCents, currency }) =>
    [type, (amountCents / 100).toFixed(2), currency].filter((part) => part !== null).join(' '),
  )
  return [finance.method, ...amounts].filter((part) => part !== null).join('; ') || null
}

/**
 * Wanted vehicles first, then the customer's own cars. The VIN of a vehicle that could be the customer's own is kept
 * as one that leads to a person.
 */
function mapVehicles(draft: LeadDraft): readonly NewVehicle[] {
  const wanted = draft.wanted ? [draft.wanted] : []
  const others = [...wanted, ...draft.otherVehicles].map((vehicle) =>
    mapVehicle(vehicle, 'WANTED', vehicle.interest === null),
  )
  const own = [...draft.tradeIns, ...draft.serviceVehicles].map((vehicle) =>
    mapVehicle(vehicle, 'TRADE_IN', true),
  )
  return [...others, ...own]
}

function mapVehicle(vehicle: VehicleDraft, part: NewVehicle['part'], isOwn: boolean): NewVehicle {
  const vin = whole(vehicle.vin, 40)
  const odometer = vehicle.odometer?.value ?? null
  return {
    part,
    year: vehicle.year !== null && vehicle.year >= 1886 && vehicle.year <= 2200 ? vehicle.year : null,
    make: cut(vehicle.make, 120),
    model: cut(vehicle.model, 120),
    trimLevel: cut(vehicle.trim, 120),
    stockNumber: whole(vehicle.stock, 120),
    vin: isOwn ? null : vin,
    customerVin: isOwn ? vin : null,
    condition: vehicle.condition,
    odometer: odometer !== null && odometer <= LARGEST_INTEGER ? odometer : null,
    odometerUnit: vehicle.odometer?.unit ?? null,
  }
}

function mapExternalId({ source, value }: { source: string | null; value: string }): NewExternalId[] {
  const kept = whole(value, 200)
  return kept === null ? [] : [{ source: cut(source, 200), value: kept }]
}
