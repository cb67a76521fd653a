import type { AdfDiagnostic } from './diagnostics.js'
import type { QuarantineCode } from './quarantine.js'

/** What the reader made of one body. `quarantine` is set exactly when `outcome` is QUARANTINE. */
export interface AdfReading {
  readonly outcome: 'READ' | 'QUARANTINE'
  readonly quarantine: { readonly code: QuarantineCode; readonly message: string } | null
  /** One per `<prospect>`, in document order. */
  readonly prospects: readonly LeadDraft[]
  readonly diagnostics: readonly AdfDiagnostic[]
}

/** Why a vehicle is named. SERVICE is no ADF word but is sent. Source: ADF 1.0 DTD transcript, `vehicle@interest`. */
export type Interest = 'BUY' | 'LEASE' | 'SELL' | 'TRADE_IN' | 'TEST_DRIVE' | 'SERVICE'

/**
 * One prospect, typed. ADF carries no consent and none is inferred: the caller records UNKNOWN.
 * Source: ADF 1.0 DTD transcript, `prospect`.
 */
export interface LeadDraft {
  /** From the wanted vehicle; without one SELL, TRADE_IN or SERVICE, whichever the customer's own car says first. */
  readonly interest: Interest
  /** ISO instant in UTC; null when absent or unreadable, never guessed. */
  readonly requestedAt: string | null
  /** The sender repeats a lead it has sent before (`prospect@status="resend"`). */
  readonly isResend: boolean
  readonly externalIds: readonly ExternalId[]
  /** The vehicle the customer wants; never the customer's own car. */
  readonly wanted: VehicleDraft | null
  /** The customer's own cars, offered in exchange (TRADE_IN) or for sale (SELL). */
  readonly tradeIns: readonly VehicleDraft[]
  /** The customer's own cars, brought for service. */
  readonly serviceVehicles: readonly VehicleDraft[]
  /** Further wanted vehicles, and vehicles whose interest word is unknown (`interest` null). */
  readonly otherVehicles: readonly VehicleDraft[]
  readonly customer: CustomerDraft | null
  readonly vendorName: string | null
  readonly provider: { readonly name: string | null; readonly service: string | null }
  /** Comments of customer, prospect and vehicles and the description of the timeframe, joined by blank lines. */
  readonly comments: string | null
  readonly timeframe: { readonly earliest: string | null; readonly latest: string | null } | null
  /** The total amount of `finance` in hundredths of `budgetCurrency`. */
  readonly budgetCents: number | null
  readonly budgetCurrency: string | null
  /** The finance wish of the wanted vehicle. */
  readonly finance: FinanceDraft | null
  /** Uninvited tracking data about the customer, kept apart from the lead. */
  readonly behaviour: BehaviourDraft | null
  /** Element paths that are not mapped, e.g. `customer.contact.gender`: names only, no values. */
  readonly unknownFields: readonly string[]
}

/** The id of the prospect in another system. */
export interface ExternalId {
  readonly source: string | null
  readonly sequence: number | null
  readonly value: string
}

/** One vehicle. Texts keep every character, so stock `00123` stays. Source: ADF 1.0 DTD transcript, `vehicle`. */
export interface VehicleDraft {
  readonly interest: Interest | null
  readonly condition: 'NEW' | 'USED' | null
  readonly grade: 'EXCELLENT' | 'GOOD' | 'FAIR' | 'POOR' | 'UNKNOWN' | null
  readonly year: number | null
  readonly make: string | null
  readonly model: string | null
  readonly trim: string | null
  readonly vin: string | null
  /** Null exactly when `vin` is null. */
  readonly vinCheck: VinCheck | null
  readonly stock: string | null
  readonly doors: string | null
  readonly bodyStyle: string | null
  readonly transmission: string | null
  readonly odometer: { readonly value: number | null; readonly unit: 'KM' | 'MI' | null } | null
  /** The most preferred first. */
  readonly colours: readonly ColourDraft[]
  readonly price: PriceDraft | null
  readonly priceComments: string | null
  readonly options: readonly string[]
  readonly finance: FinanceDraft | null
}

/** What the letters of a VIN say by themselves. FAIL is an observation, never a refusal. */
export interface VinCheck {
  readonly wellFormed: boolean
  readonly checkDigit: 'PASS' | 'FAIL' | 'NOT_APPLICABLE'
}

/** A colour wish; 1 is the most preferred. */
export interface ColourDraft {
  readonly interior: string | null
  readonly exterior: string | null
  readonly preference: number | null
}

/** An amount in hundredths of `currency` (ISO 4217), or of an unnamed currency when null. */
export interface Money {
  readonly amountCents: number
  readonly currency: string | null
}

/** A price and what kind it is; QUOTE when the document does not say. */
export interface PriceDraft extends Money {
  readonly type: 'QUOTE' | 'OFFER' | 'MSRP' | 'INVOICE' | 'CALL' | 'APPRAISAL' | 'ASKING' | null
}

/** A finance wish. Source: ADF 1.0 DTD transcript, `finance`, with its defaults TOTAL, MAXIMUM and FINANCE. */
export interface FinanceDraft {
  readonly method: string | null
  readonly amounts: readonly (Money & {
    readonly type: 'TOTAL' | 'DOWNPAYMENT' | 'MONTHLY' | null
    readonly limit: 'MAXIMUM' | 'MINIMUM' | 'EXACT' | null
  })[]
  readonly balance: (Money & { readonly type: 'FINANCE' | 'RESIDUAL' | null }) | null
}

/** Who is asking. Gender, birthday and other uninvited data are not here by design. */
export interface CustomerDraft {
  readonly kind: 'PERSON' | 'JURISTIC'
  readonly firstName: string | null
  readonly lastName: string | null
  /** As sent, else composed of the parts; never split into parts. */
  readonly fullName: string | null
  readonly emails: readonly string[]
  readonly phones: readonly PhoneDraft[]
  readonly address: AddressDraft | null
  readonly language: string | null
}

/** A phone number as written, and in E.164 only when it is valid. */
export interface PhoneDraft {
  readonly raw: string
  readonly e164: string | null
  /** UNKNOWN when the document does not say. */
  readonly type: 'VOICE' | 'FAX' | 'MOBILE' | 'PAGER' | 'UNKNOWN'
  readonly time: 'MORNING' | 'AFTERNOON' | 'EVENING' | 'DAY' | null
  readonly preferred: boolean
}

/** A postal address; the apartment is the last line. */
export interface AddressDraft {
  readonly lines: readonly string[]
  readonly city: string | null
  readonly region: string | null
  readonly postalCode: string | null
  readonly country: string | null
}

/** How the customer came to the provider's site. */
export interface BehaviourDraft {
  readonly referrer: string | null
  readonly keyword: string | null
  readonly term: string | null
  readonly form: string | null
  readonly navigationHistory: string | null
}
