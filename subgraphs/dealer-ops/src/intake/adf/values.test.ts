import { type AdfReading, type LeadDraft, readAdf } from './index.js'
import { parseInstant } from './instant.js'
import { parseCents } from './money.js'

const person = '<customer><contact><name>Thandi</name><email>thandi@example.com</email></contact></customer>'
const read = (inner: string, country = 'ZA'): AdfReading =>
  readAdf(Buffer.from(`<adf><prospect>${inner}</prospect></adf>`), { defaultCountry: country })
const lead = (inner: string): LeadDraft => {
  const [first] = read(inner + person).prospects
  if (!first) throw new Error('no prospect was read')
  return first
}
const codes = (reading: AdfReading): readonly string[] => reading.diagnostics.map((found) => found.code)

describe('values', () => {
  it.each([
    ['59999.99', 5_999_999],
    ['R 450 000', 45_000_000],
    ['26,995.00', 2_699_500],
    ['26,995', 2_699_500],
    ['1499,5', 149_950],
    ['1.234,56', 123_456],
    ['$0', 0],
    ['26.995', null],
    ['-5', null],
    ['12 34', null],
    ['call', null],
    ['9'.repeat(40), null],
  ])('the amount %s is %s cents', (written, cents) => {
    expect(parseCents(written)).toBe(cents)
  })

  it.each([
    ['2020-04-28T15:30:20-05:00', '2020-04-28T20:30:20.000Z'],
    ['2020-04-28 15:30z', '2020-04-28T15:30:00.000Z'],
    ['2020-04-28T15:30:20.5+0200', '2020-04-28T13:30:20.500Z'],
    ['2024-02-29T23:00:00-02', '2024-03-01T01:00:00.000Z'],
    ['2023-02-29T23:00:00Z', null],
    ['2020-04-28T15:30:20', null],
    ['2020-04-28', null],
    ['2020-04-28T24:00:00Z', null],
    ['2020-04-28T15:30:20+15:00', null],
    ['04/28/2020 15:30:20', null],
  ])('the date %s is %s', (written, instant) => {
    expect(parseInstant(written)).toBe(instant)
  })

  it('a price relative to another price is none, and an amount without currency says so', () => {
    const relative = read(`<vehicle><price delta="percentage">5</price></vehicle>${person}`)
    expect(relative.prospects[0]?.wanted?.price).toBeNull()
    expect(codes(relative)).toContain('AMOUNT_RELATIVE')
    expect(codes(read(`<vehicle><price>5</price></vehicle>${person}`))).toContain('CURRENCY_ABSENT')
  })

  it('comments are all kept, CDATA to the letter and HTML as text', () => {
    const found = lead(
      '<comments>one &amp; two</comments><vehicle><comments><![CDATA[<b>&amp;</b>]]></comments></vehicle><timeframe>soon<br/>or later</timeframe>',
    )

    expect(found.comments).toBe('one & two\n\n<b>&amp;</b>\n\nsoon\nor later')
  })
})
