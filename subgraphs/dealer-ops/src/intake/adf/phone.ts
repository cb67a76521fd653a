import { isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/max'
import { attribute, type Place, text, word } from './place.js'
import type { PhoneDraft } from './reading.js'

/**
 * A phone number, kept as written. `e164` is set only for a number that is valid as a whole: numbers are never
 * guessed, so an American local number at a South African store stays raw. Source: ITU-T E.164, libphonenumber (max).
 */
export function readPhone(place: Place, defaultCountry: string): PhoneDraft | null {
  const raw = text(place)
  if (raw === null) return null
  const country = isSupportedCountry(defaultCountry) ? { defaultCountry } : {}
  const parsed = parsePhoneNumberFromString(raw, { ...country, extract: false })
  const valid = parsed?.isValid() ? parsed : null
  if (!valid) place.log.note('PHONE_NOT_E164', place.path)
  if (valid?.getType() === 'SHARED_COST') place.log.note('PHONE_SHARED_COST', place.path)
  return {
    raw,
    e164: valid?.number ?? null,
    type: word(attribute(place, 'type'), types, place, 'UNKNOWN' as const) ?? 'UNKNOWN',
    time: word(attribute(place, 'time'), times, place, null),
    preferred: /^(?:1|true|yes)$/i.test(attribute(place, 'preferredcontact') ?? ''),
  }
}

/** Whether somebody could dial it: six digits at least, so `n/a` and short codes are no way to reach a person. */
export function isDiallable(phone: PhoneDraft): boolean {
  return phone.e164 !== null || phone.raw.replace(/\P{Nd}/gu, '').length >= 6
}

/** `phone`, `cell` and `mobile` are not ADF but are sent. Source: ADF 1.0 DTD transcript, `phone@type`. */
const types = new Map([
  ['voice', 'VOICE'],
  ['phone', 'VOICE'],
  ['fax', 'FAX'],
  ['cellphone', 'MOBILE'],
  ['cell', 'MOBILE'],
  ['mobile', 'MOBILE'],
  ['pager', 'PAGER'],
] as const)
const times = new Map([
  ['nopreference', null],
  ['morning', 'MORNING'],
  ['afternoon', 'AFTERNOON'],
  ['evening', 'EVENING'],
  ['day', 'DAY'],
] as const)
