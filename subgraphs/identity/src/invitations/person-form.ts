import { invalid } from '@autora/shared/errors'

/** What is asked about a person. */
export interface PersonForm {
  readonly email: string
  readonly displayName: string
  readonly mobile?: string | null
}

/** What identifies and describes a person, as it is stored. @throws {DomainError} INVALID - names the field. */
export function demandPerson(input: PersonForm): {
  email: string
  displayName: string
  mobile: string | null
} {
  const email = input.email.trim().toLowerCase()
  if (email.length > 254 || !/^[^\s@\p{Cc}<>",;:()]{1,64}@[a-z0-9.-]+\.[a-z0-9-]{2,63}$/u.test(email))
    throw invalid('INVALID', { field: ['email'], message: 'email must be one address, such as a@b.example.' })
  return { email, displayName: demandName(input.displayName), mobile: demandMobile(input.mobile) }
}

/** The name colleagues see. @throws {DomainError} INVALID - not 1 to 120 characters in one line. */
export function demandName(text: string, field: readonly string[] = ['displayName']): string {
  const name = text.trim()
  if (/^[^\p{Cc}]{1,120}$/u.test(name)) return name
  throw invalid('INVALID', { field, message: 'displayName must have 1 to 120 characters in one line.' })
}

/** A mobile number. @throws {DomainError} INVALID - not in E.164. */
export function demandMobile(
  text: string | null | undefined,
  field: readonly string[] = ['mobile'],
): string | null {
  if (text === null || text === undefined) return null
  if (/^\+[0-9]{6,15}$/.test(text)) return text
  throw invalid('INVALID', { field, message: 'mobile must look like +27821234567.' })
}
