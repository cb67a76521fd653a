import { adfLimits } from './limits.js'
import { all, attribute, one, type Place, text, textAt, word } from './place.js'
import type { FinanceDraft, Money, PriceDraft } from './reading.js'

/** The finance wish of a vehicle. Source: ADF 1.0 DTD transcript, `finance`. */
export function readFinance(vehicle: Place): FinanceDraft | null {
  const finance = one(vehicle, 'finance')
  if (!finance) return null
  const amounts = all(finance, 'amount', adfLimits.amounts).flatMap((place) => {
    const money = readMoney(place)
    const type = word(attribute(place, 'type'), amountTypes, place, 'TOTAL' as const)
    const limit = word(attribute(place, 'limit'), amountLimits, place, 'MAXIMUM' as const)
    return money ? [{ ...money, type, limit }] : []
  })
  const place = one(finance, 'balance')
  const money = place && readMoney(place)
  const balance = money && {
    ...money,
    type: word(attribute(place, 'type'), balanceTypes, place, 'FINANCE' as const),
  }
  return { method: textAt(finance, 'method'), amounts, balance }
}

/** The price of a vehicle; a price given as a difference to another is none. Source: ADF 1.0 DTD transcript, `price`. */
export function readPrice(vehicle: Place): PriceDraft | null {
  const place = one(vehicle, 'price')
  if (!place) return null
  if (/^(?:relative|percentage)$/i.test(attribute(place, 'delta') ?? '')) {
    place.log.note('AMOUNT_RELATIVE', place.path)
    return null
  }
  const type = word(attribute(place, 'type'), priceTypes, place, 'QUOTE' as const)
  const money = readMoney(place)
  return money && { ...money, type }
}

/**
 * An amount in hundredths, or null when it cannot be read without guessing. A comma before one or two last digits is
 * a decimal comma, before groups of three it separates thousands; `1.234` could be either and is refused.
 */
export function parseCents(written: string): number | null {
  const bare = written.replace(/^(?:[A-Za-z]{1,3}|[$€£])?\s*/, '').replace(/\s*[A-Za-z]{3}$/, '')
  const form = amountForms.find(([shape]) => shape.test(bare))
  if (!form) return null
  const [whole = '', fraction = ''] = bare.replace(form[1], '').replace(',', '.').split('.')
  const cents = Number(whole) * 100 + Number(fraction.padEnd(2, '0'))
  return Number.isSafeInteger(cents) ? cents : null
}

/** Shape of an amount, and what separates its thousands. */
const amountForms: readonly (readonly [RegExp, RegExp])[] = [
  [/^\d{1,12}(?:[.,]\d{1,2})?$/, /(?!)/],
  [/^\d{1,3}(?:,\d{3})+(?:\.\d{1,2})?$/, /,/g],
  [/^\d{1,3}(?:[ '\u00a0\u202f]\d{3})+(?:[.,]\d{1,2})?$/, /[ '\u00a0\u202f]/g],
  [/^\d{1,3}(?:\.\d{3})+,\d{1,2}$/, /\./g],
]

const amountTypes = new Map([
  ['total', 'TOTAL'],
  ['downpayment', 'DOWNPAYMENT'],
  ['monthly', 'MONTHLY'],
] as const)
const amountLimits = new Map([
  ['maximum', 'MAXIMUM'],
  ['minimum', 'MINIMUM'],
  ['exact', 'EXACT'],
] as const)
const balanceTypes = new Map([
  ['finance', 'FINANCE'],
  ['residual', 'RESIDUAL'],
] as const)
const priceTypes = new Map([
  ['quote', 'QUOTE'],
  ['offer', 'OFFER'],
  ['msrp', 'MSRP'],
  ['invoice', 'INVOICE'],
  ['call', 'CALL'],
  ['appraisal', 'APPRAISAL'],
  ['asking', 'ASKING'],
] as const)

function readMoney(place: Place): Money | null {
  const written = text(place)
  if (written === null) return null
  const amountCents = parseCents(written)
  if (amountCents === null) {
    place.log.note('AMOUNT_UNREADABLE', place.path)
    return null
  }
  const currency = /^[A-Z]{3}$/.exec((attribute(place, 'currency') ?? '').toUpperCase())?.[0] ?? null
  if (currency === null) place.log.note('CURRENCY_ABSENT', place.path)
  return { amountCents, currency }
}
