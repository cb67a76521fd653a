import type { VinCheck } from './reading.js'

/**
 * Reads the letters of a VIN without judging them. The check digit counts only where the law asks for it, in North
 * America (1-5, 7F-70) and China (L); a Volkswagen built in Germany rightly fails it.
 * Source: ISO 3779 for the alphabet, 49 CFR 565.15 for the check digit.
 */
export function checkVin(vin: string): VinCheck {
  const letters = vin.toUpperCase()
  const wellFormed = /^[A-HJ-NPR-Z0-9]{17}$/.test(letters)
  if (!wellFormed || !/^(?:[1-5L]|7[F-Z0])/.test(letters)) return { wellFormed, checkDigit: 'NOT_APPLICABLE' }
  const sum = [...letters].reduce(
    (total, letter, index) => total + digitFor(letter) * (weights[index] ?? 0),
    0,
  )
  const expected = '0123456789X'[sum % 11]
  return { wellFormed, checkDigit: letters[8] === expected ? 'PASS' : 'FAIL' }
}

const weights = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2]
const values = new Map(
  [...'ABCDEFGHJKLMNPRSTUVWXYZ'].map((letter, index) => [letter, Number('12345678123457923456789'[index])]),
)

const digitFor = (letter: string): number => values.get(letter) ?? Number(letter)
