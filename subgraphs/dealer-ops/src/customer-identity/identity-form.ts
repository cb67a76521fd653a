import type { IdentityField } from './entity.js'

/** Whether the calendar has the day `yyyy-mm-dd`, and it is not in the future. */
function isPastDay(text: string, now: Date): boolean {
  if (!/^(19|20)\d{2}-\d{2}-\d{2}$/.test(text)) return false
  const day = new Date(`${text}T00:00:00Z`)
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text) && day <= now
}

/** The check digit of Luhn (ISO/IEC 7812-1) at the end of a row of digits. */
function hasCheckDigit(digits: string): boolean {
  const sum = [...digits].reverse().reduce((total, digit, index) => {
    const value = Number(digit) * (index % 2 === 0 ? 1 : 2)
    return total + (value > 9 ? value - 9 : value)
  }, 0)
  return sum % 10 === 0
}

/** Date of birth, sequence, citizenship 0 to 2, and the check digit (Identification Act 68 of 1997). */
function isSaIdNumber(text: string, now: Date): boolean {
  if (!/^\d{10}[0-2]\d{2}$/.test(text) || !hasCheckDigit(text)) return false
  const born = `${text.slice(0, 2)}-${text.slice(2, 4)}-${text.slice(4, 6)}`
  return isPastDay(`19${born}`, now) || isPastDay(`20${born}`, now)
}

/** The form in which a value is kept: no spaces, capitals; null when it cannot be what it says it is. */
export function identityForm(field: IdentityField, written: string, now: Date): string | null {
  const value = written.replace(/\s+/g, '').toUpperCase()
  if (field === 'SA_ID_NUMBER') return isSaIdNumber(value, now) ? value : null
  if (field === 'DATE_OF_BIRTH') return isPastDay(value, now) ? value : null
  return /^[A-Z0-9]{5,20}$/.test(value) ? value : null
}
