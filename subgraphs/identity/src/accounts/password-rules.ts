import { frequentStems } from './frequent-passwords.js'

/** How long a password may be, in characters (code points). */
export const passwordLength = { least: 12, most: 128 } as const

/** Why a new password is not taken: a sentence for the form. */
export type PasswordFault = string

/** The form in which a password is hashed: one spelling per character, whatever the keyboard sent (RFC 8265 §4.2). */
export const normalPassword = (password: string): string => password.normalize('NFC')

const isFrequent = (password: string): boolean => {
  const letters = password.toLowerCase().replaceAll(/[^\p{L}@]/gu, '')
  const repeated = /^(.{1,6})\1+$/su.exec(password.toLowerCase())?.[1]
  const bare = password.toLowerCase().replaceAll(/^[^\p{L}]+|[^\p{L}]+$/gu, '')
  const isRun = '01234567890123456789'.includes(password) || '98765432109876543210'.includes(password)
  return (
    repeated !== undefined || isRun || letters === '' || frequentStems.has(letters) || frequentStems.has(bare)
  )
}

/** Checks a new password for an account. @returns what is wrong with it, or null. */
export function passwordFault(password: string, email: string): PasswordFault | null {
  const normal = normalPassword(password)
  const length = [...normal].length
  if (length < passwordLength.least)
    return `Use ${passwordLength.least} characters or more. A few words in a row are easy to remember.`
  if (length > passwordLength.most) return `Use ${passwordLength.most} characters or fewer.`
  const lower = normal.toLowerCase()
  const [name = ''] = email.toLowerCase().split('@')
  if (
    lower === email.toLowerCase() ||
    lower.replaceAll(/[^\p{L}]/gu, '') === name.replaceAll(/[^\p{L}]/gu, '')
  )
    return 'Choose something other than your e-mail address.'
  if (isFrequent(normal)) return 'This is one of the passwords that are guessed first. Choose another.'
  return null
}
