const star = '***'

/** `+27821234567` → `+27 82 *** **67`; a short or foreign number keeps its last two digits only. */
function maskPhone(value: string): string {
  const digits = value.replace(/[^\d+]/g, '')
  const head =
    digits.startsWith('+') && digits.length >= 9 ? `${digits.slice(0, 3)} ${digits.slice(3, 5)} ` : ''
  return `${head}${star} **${digits.slice(-2)}`
}

/** `thandi@example.co.za` → `t***@e***`. */
function maskEmail(value: string): string {
  const at = value.lastIndexOf('@')
  return `${[...value][0] ?? ''}${star}@${value.slice(at + 1, at + 2)}${star}`
}

/** `Thandi Nkosi` → `T. N.` */
const initials = (value: string): string =>
  value
    .split(/\s+/)
    .filter(Boolean)
    .map((word) => `${[...word][0] ?? ''}.`)
    .join(' ')

/**
 * The masked form of a personal value: enough to recognise what one already knows, not enough to reach anybody.
 * The form follows the value (e-mail, day, phone, words), so that a new field cannot choose a weaker mask.
 */
export function mask(value: string): string {
  if (value.includes('@')) return maskEmail(value)
  if (/^\d{4}-\d{2}-\d{2}$/.test(value)) return '****-**-**'
  if (/^\+?[\d\s().-]{5,}$/.test(value)) return maskPhone(value)
  return initials(value)
}
