import type { Random } from './random.js'

/** A telephone number as somebody wrote it, and in its normal form. */
export interface DemoPhone {
  readonly raw: string
  /** Null where the number is not valid. */
  readonly e164: string | null
  readonly type: 'VOICE' | 'MOBILE' | 'UNKNOWN'
}

// 84 is left out: the numbers of canaries begin with it
const mobilePrefixes = [
  '60',
  '61',
  '63',
  '65',
  '66',
  '67',
  '71',
  '72',
  '73',
  '74',
  '76',
  '78',
  '79',
  '81',
  '82',
  '83',
]
const landPrefixes = ['11', '12', '21', '31', '41', '51']

/** A mobile number in its normal form. No real one is meant; there is no range for fiction in either country. */
export const mobileNumber = (random: Random, country: 'ZA' | 'NA'): string =>
  country === 'NA'
    ? `+264812${random.digits(6)}`
    : `+27${random.pick(mobilePrefixes)}${1 + random.below(9)}${random.digits(6)}`

/** A customer's phone, in one of the ways people write numbers. */
export function customerPhone(random: Random, country: 'ZA' | 'NA'): DemoPhone {
  if (country === 'NA' || random.chance(0.88)) {
    const e164 = mobileNumber(random, country)
    return { raw: spelled(random, e164), e164, type: random.chance(0.9) ? 'MOBILE' : 'UNKNOWN' }
  }
  const e164 = `+27${random.pick(landPrefixes)}${3 + random.below(6)}${random.digits(6)}`
  return { raw: spelled(random, e164), e164, type: 'VOICE' }
}

/** One spelling of a number: national or international, with blanks, dashes, brackets or nothing. */
export function spelled(random: Random, e164: string): string {
  const code = e164.startsWith('+264') ? '264' : '27'
  const rest = e164.slice(code.length + 1)
  const [area, middle, end] = [rest.slice(0, 2), rest.slice(2, 5), rest.slice(5)]
  return random.weighted([
    [`0${area} ${middle} ${end}`, 0.34],
    [`0${rest}`, 0.26],
    [e164, 0.16],
    [`+${code} ${area} ${middle} ${end}`, 0.1],
    [`(0${area}) ${middle}-${end}`, 0.05],
    [`0${area}-${middle}-${end}`, 0.05],
    [`${code}${rest}`, 0.03],
    [`+${code} (0)${area} ${middle} ${end}`, 0.01],
  ])
}
