import { type CountryCode, isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/max'

/** An e-mail address in the form that addresses are compared in. */
export const normalEmail = (address: string): string => address.trim().toLowerCase()

/**
 * A phone number in E.164, or null when it is no valid number: numbers are never guessed.
 * @param country - ISO 3166 alpha-2; decides how a number without a country is read.
 */
export function toE164(written: string, country: string): string | null {
  const options = isSupportedCountry(country) ? { defaultCountry: country as CountryCode } : {}
  const parsed = parsePhoneNumberFromString(written, { ...options, extract: false })
  return parsed?.isValid() ? parsed.number : null
}
