import type { DataClass } from '@autora/shared/access'
import type { IdentityField } from '../customer-identity/index.js'

/** A field of a customer that can be asked for by itself. */
export type RevealableField =
  | IdentityField
  | 'FIRST_NAME'
  | 'LAST_NAME'
  | 'COMPANY'
  | 'ADDRESS'
  | 'PHONE'
  | 'EMAIL'

/** What each of them holds. */
export const revealableFields = {
  SA_ID_NUMBER: 'IDENTITY',
  PASSPORT: 'IDENTITY',
  DRIVERS_LICENCE: 'IDENTITY',
  DATE_OF_BIRTH: 'IDENTITY',
  FIRST_NAME: 'CONTACT',
  LAST_NAME: 'CONTACT',
  COMPANY: 'CONTACT',
  ADDRESS: 'CONTACT',
  PHONE: 'CONTACT',
  EMAIL: 'CONTACT',
} as const satisfies Record<RevealableField, DataClass>

/** Values that one person may have shown in an hour, within one dealer group. */
export const REVEALS_PER_HOUR = 30
