import { adfLimits } from './limits.js'

/**
 * Collects what the reader noticed. Sentences are fixed per code and paths are made of the reader's own words and
 * indexes, so a diagnostic can be logged and shown without a trace of the customer. Stops at `adfLimits.diagnostics`.
 */
export function diagnosticLog(): DiagnosticLog {
  const entries: AdfDiagnostic[] = []
  return {
    entries,
    note(code, path) {
      if (entries.length > adfLimits.diagnostics) return
      const kept = entries.length < adfLimits.diagnostics ? code : 'DIAGNOSTICS_CUT'
      const [severity, message] = diagnosticTable[kept]
      entries.push({ code: kept, path: kept === code ? path : '', severity, message })
    },
  }
}

/** Something worth knowing about the document; never holds a value from it. */
export interface AdfDiagnostic {
  readonly code: DiagnosticCode
  /** Where, e.g. `prospect[0].customer.contact.phone[1]`; empty for the document as a whole. */
  readonly path: string
  readonly severity: Severity
  readonly message: string
}

/** An append-only list of diagnostics. */
export interface DiagnosticLog {
  readonly entries: readonly AdfDiagnostic[]
  note(code: DiagnosticCode, path: string): void
}

/** How loud a diagnostic is: INFO changes nothing, WARNING lost or doubted a value, ERROR stopped the lead. */
export type Severity = 'INFO' | 'WARNING' | 'ERROR'

/** Every diagnostic the reader can give, with its severity and its one sentence. */
export const diagnosticTable = {
  LEADING_TEXT_DROPPED: ['INFO', 'Text before the first tag was dropped.'],
  TRAILING_TEXT_DROPPED: ['INFO', 'Text after the last tag was dropped.'],
  ADF_INSTRUCTION_DROPPED: [
    'WARNING',
    'The ADF instruction came before the XML declaration and was dropped.',
  ],
  UNESCAPED_AMPERSAND: ['WARNING', 'An ampersand was not escaped. It was kept as an ampersand.'],
  UNKNOWN_ENTITY: ['WARNING', 'An entity that XML does not define was left as it was written.'],
  NO_ENVELOPE: ['INFO', 'The prospect stands outside an adf element.'],
  LIMIT_EXCEEDED: [
    'WARNING',
    'There were more of this element than the reader takes. The rest were left out.',
  ],
  TEXT_CUT: ['WARNING', 'The text was longer than the reader takes and was cut.'],
  REPEATED_ELEMENT: ['WARNING', 'The element stands more than once where one is expected. One was taken.'],
  UNKNOWN_WORD: ['INFO', 'The attribute or element holds a word that ADF does not define.'],
  UNKNOWN_FIELDS: [
    'INFO',
    'Some elements are not part of a lead. Their names are listed, their values were left out.',
  ],
  DIAGNOSTICS_CUT: ['WARNING', 'There were more diagnostics than are kept.'],
  REQUEST_DATE_ABSENT: ['WARNING', 'The document does not say when the customer asked.'],
  DATE_UNREADABLE: [
    'WARNING',
    'The date is not an ISO 8601 date and time with an offset. No time was guessed.',
  ],
  NO_VEHICLE: ['WARNING', 'The prospect names no vehicle. The interest is taken to be buying.'],
  INTEREST_ABSENT: ['INFO', 'The vehicle does not say why it is named. ADF means buying then.'],
  INTEREST_UNKNOWN: [
    'WARNING',
    'The interest is not an ADF word, so the vehicle is not taken for the wanted one.',
  ],
  NO_VENDOR: ['INFO', 'The document names no dealer. The store follows from the receiving address.'],
  VENDOR_NAME_FROM_CONTACT: ['INFO', 'The dealer is known only by the name of its contact.'],
  SERVICE_FROM_VENDOR: ['INFO', 'The service of the provider stands with the dealer.'],
  NO_CUSTOMER: ['ERROR', 'The prospect has no customer.'],
  NO_CONTACT: ['ERROR', 'The customer has neither an e-mail address nor a phone number.'],
  CONTACT_UNWRAPPED: [
    'INFO',
    'The contact details stand in the customer directly, outside a contact element.',
  ],
  EMAIL_UNREADABLE: ['WARNING', 'The e-mail address does not look like one and was left out.'],
  PHONE_NOT_E164: [
    'WARNING',
    'The phone number is not valid in the country of the store. It is kept as written.',
  ],
  PHONE_SHARED_COST: [
    'WARNING',
    'The phone number is a shared-cost number: it reaches a business, not a person.',
  ],
  DEFAULT_COUNTRY_UNKNOWN: [
    'WARNING',
    'The country of the store has no numbering plan. Only +… numbers are read.',
  ],
  COUNTRY_UNREADABLE: ['INFO', 'The country holds digits and was left out.'],
  LANGUAGE_UNREADABLE: ['INFO', 'The language is not a language tag and was left out.'],
  YEAR_UNREADABLE: ['WARNING', 'The model year is not a year of four digits.'],
  VIN_MALFORMED: [
    'WARNING',
    'The VIN is not 17 letters and digits without I, O and Q. It is kept as written.',
  ],
  VIN_CHECK_DIGIT_FAILED: ['WARNING', 'The check digit of the VIN does not match. It is kept as written.'],
  ODOMETER_UNREADABLE: ['WARNING', 'The odometer reading is not a number.'],
  ODOMETER_UNIT_UNKNOWN: ['INFO', 'The odometer reading has no unit the reader knows.'],
  AMOUNT_UNREADABLE: ['WARNING', 'The amount cannot be read without guessing.'],
  AMOUNT_RELATIVE: ['WARNING', 'The price is a difference to another price and no amount by itself.'],
  CURRENCY_ABSENT: ['INFO', 'The amount has no currency. None was assumed.'],
} as const satisfies Record<string, readonly [Severity, string]>

/** A code of {@link diagnosticTable}. */
export type DiagnosticCode = keyof typeof diagnosticTable
