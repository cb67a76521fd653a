import { type AdfReading, readAdf } from './index.js'

const person = '<customer><contact><name>Thandi</name><email>thandi@example.com</email></contact></customer>'
const read = (inner: string, country = 'ZA'): AdfReading =>
  readAdf(Buffer.from(`<adf><prospect>${inner}</prospect></adf>`), { defaultCountry: country })
const codes = (reading: AdfReading): readonly string[] => reading.diagnostics.map((found) => found.code)
const contact = (inner: string): AdfReading => read(`<customer><contact>${inner}</contact></customer>`)

describe('phones at a South African store', () => {
  it.each([
    ['082 123 4567', '+27821234567'],
    ['(011) 555-0123', '+27115550123'],
    ['0027821234567', '+27821234567'],
    ['27821234567', '+27821234567'],
    ['821234567', '+27821234567'],
    ['+27 (0)82 123 4567', '+27821234567'],
    ['+14155550123', '+14155550123'],
    ['393-999-3922', null],
    ['call 082 123 4567 after five', null],
  ])('%s is %s', (raw, e164) => {
    const reading = contact(`<phone>${raw}</phone>`)

    expect(reading.prospects[0]?.customer?.phones).toMatchObject([{ raw, e164 }])
    expect(codes(reading).includes('PHONE_NOT_E164')).toBe(e164 === null)
  })

  it('shared-cost numbers are kept and noted', () => {
    const reading = contact('<phone>0860 123 456</phone>')

    expect(reading.prospects[0]?.customer?.phones).toMatchObject([
      { raw: '0860 123 456', e164: '+27860123456' },
    ])
    expect(codes(reading)).toContain('PHONE_SHARED_COST')
  })

  it.each(['', 'XX', 'za', 'constructor', '__proto__'])('the country %p is no ground to fail', (country) => {
    const phones = '<phone>0821234567</phone><phone>+27821234567</phone>'
    const reading = read(`<customer><contact>${phones}</contact></customer>`, country)

    expect(reading.prospects[0]?.customer?.phones.map((phone) => phone.e164)).toEqual([null, '+27821234567'])
    expect(codes(reading)).toContain('DEFAULT_COUNTRY_UNKNOWN')
  })
})

describe('customers', () => {
  it.each([
    ['<adf/>', 'NO_PROSPECT'],
    ['<adf><prospect/></adf>', 'NO_CUSTOMER'],
    ['<adf><prospect><customer><contact><name>A</name></contact></customer></prospect></adf>', 'NO_CONTACT'],
    [
      '<adf><prospect><customer><contact><phone>n/a</phone><email>none</email></contact></customer></prospect></adf>',
      'NO_CONTACT',
    ],
    [`<adf><prospect>${person}</prospect><prospect/></adf>`, 'NO_CUSTOMER'],
    [`<adf>${`<prospect>${person}</prospect>`.repeat(21)}</adf>`, 'TOO_MANY_PROSPECTS'],
  ])('who cannot be called back set the document aside', (xml, code) => {
    expect(readAdf(Buffer.from(xml), { defaultCountry: 'ZA' })).toMatchObject({
      outcome: 'QUARANTINE',
      quarantine: { code },
    })
  })

  it('may be businesses, may have middle names, and two prospects are two leads', () => {
    const names = '<name part="first">A</name><name part="middle">B</name><name part="surname">C</name>'
    const both = readAdf(
      Buffer.from(
        `<adf><prospect>${person}</prospect><prospect><customer><contact>${names}<email>a@b.co</email></contact></customer></prospect></adf>`,
      ),
      { defaultCountry: 'ZA' },
    )
    expect(both.prospects.map((found) => found.customer?.fullName)).toEqual(['Thandi', 'A B C'])
    const business = contact(
      '<name part="full" type="business">Karoo Motors (Pty) Ltd</name><email>a@b.co</email>',
    )
    expect(business.prospects[0]?.customer).toMatchObject({
      kind: 'JURISTIC',
      fullName: 'Karoo Motors (Pty) Ltd',
    })
  })

  it('are read from the primary contact, and from outside a contact', () => {
    const two = read(
      '<customer><contact><email>a@b.co</email></contact><contact primarycontact="1"><email>c@d.co</email></contact></customer>',
    )
    expect(two.prospects[0]?.customer?.emails).toEqual(['c@d.co'])
    const bare = read('<customer><email>a@b.co</email></customer>')
    expect(bare.prospects[0]?.customer?.emails).toEqual(['a@b.co'])
    expect(codes(bare)).toContain('CONTACT_UNWRAPPED')
  })

  it('never leak through fields nobody mapped', () => {
    const found = contact(
      '<email>a@b.co<birthday>1990-01-01</birthday></email><idnumber>9001015009087</idnumber><name.of.a.person/>',
    )
    expect(found.prospects[0]?.unknownFields).toEqual([
      'customer.contact.email.birthday',
      'customer.contact.idnumber',
      'customer.contact.(other)',
    ])
    expect(JSON.stringify(found)).not.toMatch(/1990|9001015/)
  })
})
