import { adfLimits } from './limits.js'
import { readFinance, readPrice } from './money.js'
import { all, attribute, one, type Place, plainWord, text, textAt, word } from './place.js'
import type { ColourDraft, Interest, VehicleDraft, VinCheck } from './reading.js'
import { checkVin } from './vin.js'

/** One `<vehicle>`. Its order among others means nothing. Source: ADF 1.0 DTD transcript, `vehicle`. */
export function readVehicle(place: Place, interest: Interest | null): VehicleDraft {
  const grade = one(place, 'condition')
  const vin = textAt(place, 'vin')
  return {
    interest,
    condition: word(attribute(place, 'status'), conditions, place, null),
    grade: grade && word(text(grade), grades, grade, null),
    year: readYear(place),
    make: textAt(place, 'make'),
    model: textAt(place, 'model'),
    trim: textAt(place, 'trim'),
    vin,
    vinCheck: vin === null ? null : noteVin(checkVin(vin), place),
    stock: textAt(place, 'stock'),
    doors: textAt(place, 'doors'),
    bodyStyle: textAt(place, 'bodystyle'),
    transmission: textAt(place, 'transmission'),
    odometer: readOdometer(place),
    colours: all(place, 'colorcombination', adfLimits.colours).map(readColour).sort(byPreference),
    price: readPrice(place),
    priceComments: textAt(place, 'pricecomments'),
    options: all(place, 'option', adfLimits.options).flatMap((option) => textAt(option, 'optionname') ?? []),
    finance: readFinance(place),
  }
}

/**
 * Why the vehicle is named. Without the attribute ADF means BUY; an unknown word gives null, because the vehicle could
 * be the customer's own. Source: ADF 1.0 DTD transcript, `vehicle@interest`.
 */
export function readInterest(place: Place): Interest | null {
  const written = attribute(place, 'interest')
  if (written === null) {
    place.log.note('INTEREST_ABSENT', place.path)
    return 'BUY'
  }
  const interest = interests.get(plainWord(written)) ?? null
  if (interest === null) place.log.note('INTEREST_UNKNOWN', place.path)
  return interest
}

const interests = new Map<string, Interest>([
  ['buy', 'BUY'],
  ['lease', 'LEASE'],
  ['sell', 'SELL'],
  ['tradein', 'TRADE_IN'],
  ['trade', 'TRADE_IN'],
  ['testdrive', 'TEST_DRIVE'],
  ['service', 'SERVICE'],
])
const conditions = new Map([
  ['new', 'NEW'],
  ['used', 'USED'],
] as const)
const grades = new Map([
  ['excellent', 'EXCELLENT'],
  ['good', 'GOOD'],
  ['fair', 'FAIR'],
  ['poor', 'POOR'],
  ['unknown', 'UNKNOWN'],
] as const)
const units = new Map<string, 'KM' | 'MI'>([
  ['km', 'KM'],
  ['kms', 'KM'],
  ['kilometers', 'KM'],
  ['kilometres', 'KM'],
  ['mi', 'MI'],
  ['mile', 'MI'],
  ['miles', 'MI'],
])

function readYear(vehicle: Place): number | null {
  const written = textAt(vehicle, 'year')
  if (written === null) return null
  if (/^(?:18|19|20|21)\d\d$/.test(written)) return Number(written)
  vehicle.log.note('YEAR_UNREADABLE', `${vehicle.path}.year`)
  return null
}

/** `mileage` and `unit` are not ADF but are sent. The unit may also follow the number. */
function readOdometer(vehicle: Place): VehicleDraft['odometer'] {
  const place = one(vehicle, 'odometer', 'mileage')
  const written = place && text(place)
  if (!place || written === null) return null
  const [, digits, suffix = ''] =
    /^(\d{1,3}(?:[ ,'\u00a0]\d{3})+|\d{1,9})(?:\.\d{1,3})?\s*([A-Za-z]*)\.?$/.exec(written) ?? []
  const unit = units.get(plainWord(attribute(place, 'units', 'unit') ?? suffix)) ?? null
  if (unit === null) place.log.note('ODOMETER_UNIT_UNKNOWN', place.path)
  if (digits === undefined) place.log.note('ODOMETER_UNREADABLE', place.path)
  return { value: digits === undefined ? null : Number(digits.replace(/\D/g, '')), unit }
}

function readColour(place: Place): ColourDraft {
  const preference = textAt(place, 'preference') ?? ''
  return {
    interior: textAt(place, 'interiorcolor'),
    exterior: textAt(place, 'exteriorcolor'),
    preference: /^\d{1,3}$/.test(preference) ? Number(preference) : null,
  }
}

const rankOf = (colour: ColourDraft): number => colour.preference ?? Number.MAX_SAFE_INTEGER
const byPreference = (left: ColourDraft, right: ColourDraft): number => rankOf(left) - rankOf(right)

function noteVin(check: VinCheck, vehicle: Place): VinCheck {
  if (!check.wellFormed) vehicle.log.note('VIN_MALFORMED', `${vehicle.path}.vin`)
  if (check.checkDigit === 'FAIL') vehicle.log.note('VIN_CHECK_DIGIT_FAILED', `${vehicle.path}.vin`)
  return check
}
