import { adfLimits } from './limits.js'
import { readName } from './name.js'
import { isDiallable, readPhone } from './phone.js'
import { all, attribute, one, type Place, text, textAt } from './place.js'
import type { AddressDraft, CustomerDraft } from './reading.js'

/**
 * The customer of a prospect. Of several contacts the primary one is taken, else the first. Gender, birthday and the
 * like are never asked for and so end up in the unknown fields. Source: ADF 1.0 DTD transcript, `customer`, `contact`.
 */
export function readCustomer(customer: Place, defaultCountry: string): CustomerDraft {
  const contact = contactOf(customer)
  const { kind, first, last, full } = readName(contact)
  const phones = all(contact, 'phone', adfLimits.phones).flatMap(
    (phone) => readPhone(phone, defaultCountry) ?? [],
  )
  return {
    kind,
    firstName: first,
    lastName: last,
    fullName: full,
    emails: readEmails(contact),
    phones,
    address: readAddress(contact),
    language: readLanguage(contact),
  }
}

/** Whether anybody could answer this customer. */
export function isReachable(customer: CustomerDraft): boolean {
  return customer.emails.length > 0 || customer.phones.some(isDiallable)
}

function contactOf(customer: Place): Place {
  const contacts = all(customer, 'contact')
  if (contacts.length > 1) customer.log.note('REPEATED_ELEMENT', `${customer.path}.contact`)
  const contact = contacts.find((found) => attribute(found, 'primarycontact') === '1') ?? contacts[0]
  if (!contact) customer.log.note('CONTACT_UNWRAPPED', customer.path)
  return contact ? { ...contact, path: `${customer.path}.contact` } : customer
}

function readEmails(contact: Place): readonly string[] {
  const emails = all(contact, 'email', adfLimits.emails).flatMap((place) => {
    const written = text(place)
    if (written === null) return []
    if (written.length <= 254 && /^[^\s@<>,;]+@[^\s@<>,;]+$/.test(written)) return [written]
    place.log.note('EMAIL_UNREADABLE', place.path)
    return []
  })
  return [...new Set(emails)]
}

function readAddress(contact: Place): AddressDraft | null {
  const place = one(contact, 'address')
  if (!place) return null
  const streets = all(place, 'street', adfLimits.streets).toSorted((a, b) => lineOf(a) - lineOf(b))
  const address = {
    lines: [...streets.map(text), textAt(place, 'apartment')].filter((line) => line !== null),
    city: textAt(place, 'city'),
    region: textAt(place, 'regioncode'),
    postalCode: textAt(place, 'postalcode'),
    country: readCountry(place),
  }
  return address.lines.length > 0 || Object.values(address).some((v) => typeof v === 'string')
    ? address
    : null
}

const lineOf = (street: Place): number => Number(/^\d$/.exec(attribute(street, 'line') ?? '')?.[0] ?? 0)

/** Some senders repeat the postal code as the country. */
function readCountry(address: Place): string | null {
  const country = textAt(address, 'country')
  if (country === null || !/\d/.test(country)) return country
  address.log.note('COUNTRY_UNREADABLE', `${address.path}.country`)
  return null
}

/** `locale` is not ADF but is sent. */
function readLanguage(contact: Place): string | null {
  const language = textAt(contact, 'locale', 'language')
  if (language === null || /^[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8}){0,3}$/.test(language)) return language
  contact.log.note('LANGUAGE_UNREADABLE', `${contact.path}.locale`)
  return null
}
