import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { SaxesParser } from 'saxes'
import { type AdfReading, type LeadDraft, readAdf } from './index.js'

const folder = join(__dirname, '../../../../../test/fixtures/adf')
const south = { defaultCountry: 'ZA' }

const dana = { firstName: 'Dana', lastName: 'Whitfield', fullName: 'Dana Whitfield' }
const danaByMail = { ...dana, emails: ['dana.whitfield@example.com'] }
const roadGlide = {
  make: 'Harley-Davidson',
  model: 'Road Glide',
  year: 2026,
  vin: '1HD1KRM12PB600001',
  stock: 'U1234',
}

interface Sample {
  readonly file: string
  readonly interest: LeadDraft['interest']
  readonly requestedAt: string | null
  readonly wanted: object | null
  readonly tradeIns: readonly object[]
  readonly customer: object | null
  /** `raw > e164 (type)`, every character. */
  readonly phones: readonly string[]
  readonly vendor: string | null
  readonly provider: readonly (string | null)[]
  readonly comments: string | null
  readonly diagnostics: readonly string[]
}

const dialect = {
  interest: 'BUY',
  requestedAt: null,
  wanted: roadGlide,
  tradeIns: [],
  customer: danaByMail,
  phones: ['4195550188 > null (MOBILE)'],
  vendor: null,
  provider: [null, null],
  comments: null,
} as const
const noDate = ['REQUEST_DATE_ABSENT', 'NO_VENDOR']
const badVin = ['VIN_CHECK_DIGIT_FAILED', 'REQUEST_DATE_ABSENT', 'PHONE_NOT_E164', 'NO_VENDOR']

const samples: readonly Sample[] = [
  {
    file: '01-activix-guideline-full',
    interest: 'BUY',
    requestedAt: '2020-04-28T20:30:20.000Z',
    wanted: {
      make: 'Volvo',
      model: 'XC90',
      trim: 'R-Design',
      stock: 'V12345',
      odometer: { value: 1500, unit: 'KM' },
    },
    tradeIns: [],
    customer: { firstName: 'Test', lastName: 'Activix 2', emails: ['test@activix.ca'], language: 'fr' },
    phones: [
      '+14382881008 > +14382881008 (VOICE)',
      '+14382881008 > +14382881008 (VOICE)',
      '+14382881008 > +14382881008 (MOBILE)',
    ],
    vendor: 'ABC Motors',
    provider: ['Activix', "ABC Motors' Website"],
    comments: 'Can you deliver the car to my house?\n\nDemo car\n\nChanging car soon.',
    diagnostics: ['UNKNOWN_FIELDS'],
  },
  {
    file: '02-spec-minimal',
    interest: 'BUY',
    requestedAt: '2020-02-09T23:26:00.000Z',
    wanted: { condition: 'USED', year: 1999, make: 'Chevrolet', model: 'Blazer', vin: null, vinCheck: null },
    tradeIns: [],
    customer: { kind: 'PERSON', firstName: null, lastName: null, fullName: 'John Doe', emails: [] },
    phones: ['393-999-3922 > null (VOICE)'],
    vendor: 'Acura of Bellevue',
    provider: [null, null],
    comments: null,
    diagnostics: ['PHONE_NOT_E164', 'VENDOR_NAME_FROM_CONTACT'],
  },
  {
    file: '03-spec-full-reconstructed',
    interest: 'BUY',
    requestedAt: '2000-03-30T23:30:20.000Z',
    wanted: {
      stock: 'P7286',
      vin: '2GTEK19R7V1511644',
      odometer: { value: 90000, unit: 'MI' },
      options: ['Sport', 'Keyless Entry'],
    },
    tradeIns: [],
    customer: {
      fullName: 'John Doe',
      address: {
        lines: ['10 first avenue', 'G-17'],
        city: 'Spokane',
        region: 'WA',
        postalCode: '98002-3903',
        country: null,
      },
    },
    phones: ['393-999-3922 > null (VOICE)', '393-991-2999 > null (VOICE)', '393-999-2999 > null (FAX)'],
    vendor: 'Example Internet Outlet',
    provider: ['CarPoint', 'Used Car Classifieds'],
    comments: 'Can you deliver my new car by next Thursday?\n\nkeyless entry essential\n\nWithin 1 month',
    diagnostics: [
      'PHONE_NOT_E164',
      'PHONE_NOT_E164',
      'PHONE_NOT_E164',
      'COUNTRY_UNREADABLE',
      'UNKNOWN_FIELDS',
    ],
  },
  {
    file: '04-aap-test-drive-with-trade',
    interest: 'TEST_DRIVE',
    requestedAt: '2026-04-30T10:15:10.000Z',
    wanted: { interest: 'TEST_DRIVE', make: 'Honda', model: 'Civic', vin: '1HGCV1F30KA000001' },
    tradeIns: [
      {
        interest: 'TRADE_IN',
        make: 'Toyota',
        grade: 'GOOD',
        condition: null,
        odometer: { value: 96000, unit: 'MI' },
      },
    ],
    customer: { fullName: 'Anna Lee', emails: ['anna@example.com'] },
    phones: ['+14155550123 > +14155550123 (UNKNOWN)'],
    vendor: 'Demo Toyota',
    provider: ['chatgpt-shopping', null],
    comments:
      'Interested in this Civic; can you confirm availability and best price with my trade? Requested test-drive window: 2026-05-03 11:00–12:00 PT.\n\ncertified pre-owned',
    diagnostics: ['VIN_CHECK_DIGIT_FAILED'],
  },
  {
    file: '05-autotrader-style-basic',
    interest: 'BUY',
    requestedAt: '2026-05-29T17:00:00.000Z',
    wanted: { condition: 'NEW', year: 2026, make: 'Toyota', model: 'Camry' },
    tradeIns: [],
    customer: { firstName: 'Test', lastName: 'Lead', emails: ['lead@example.com'] },
    phones: ['+15555550100 > null (UNKNOWN)'],
    vendor: 'AutoTrader',
    provider: [null, 'AutoTrader Leads'],
    comments: 'Interested in pricing',
    diagnostics: ['PHONE_NOT_E164', 'SERVICE_FROM_VENDOR'],
  },
  {
    file: '06-lease-with-trade-no-requestdate',
    interest: 'LEASE',
    requestedAt: null,
    wanted: { make: 'Honda', model: 'CR-V', year: null },
    tradeIns: [{ make: 'Ford', model: 'Edge', vin: '1FMCU0F75JUC12345' }],
    customer: { fullName: 'Sample Customer', emails: ['sample@example.com'], address: null },
    phones: [],
    vendor: null,
    provider: [null, null],
    comments: null,
    diagnostics: ['VIN_CHECK_DIGIT_FAILED', ...noDate],
  },
  {
    file: '07-autotrader-ca-fragment-no-vendor',
    interest: 'BUY',
    requestedAt: '2026-07-21T18:03:22.000Z',
    wanted: { condition: 'USED', year: 2024, make: 'Kia', model: 'Sportage' },
    tradeIns: [],
    customer: { fullName: 'Marie Tremblay', emails: ['marie@example.com'] },
    phones: ['819-555-0142 > null (VOICE)'],
    vendor: null,
    provider: [null, 'AutoTrader.ca'],
    comments: null,
    diagnostics: ['PHONE_NOT_E164', 'NO_VENDOR'],
  },
  {
    file: '08-trade-only-uppercase-status',
    interest: 'TRADE_IN',
    requestedAt: '2026-07-15T14:00:00.000Z',
    wanted: null,
    tradeIns: [
      { condition: 'USED', make: 'HARLEY-DAVIDSON', vin: null, odometer: { value: 12000, unit: 'MI' } },
    ],
    customer: { fullName: 'Casey Traderman', emails: [] },
    phones: ['7165551234 > null (MOBILE)'],
    vendor: null,
    provider: ['Trade Accelerator - Trade In', null],
    comments: null,
    diagnostics: ['PHONE_NOT_E164', 'NO_VENDOR'],
  },
  { ...dialect, file: '09-dialect-canonical-no-adf-pi', diagnostics: badVin },
  {
    ...dialect,
    file: '10-dialect-full-name-one-field',
    customer: { firstName: null, lastName: null, fullName: 'Dana Whitfield' },
    diagnostics: badVin,
  },
  {
    ...dialect,
    file: '11-dialect-phone-without-type',
    phones: ['4195550188 > null (UNKNOWN)'],
    diagnostics: badVin,
  },
  {
    ...dialect,
    file: '12-dialect-trade-before-buy',
    tradeIns: [{ interest: 'TRADE_IN', model: 'Road King', odometer: { value: 18400, unit: null } }],
    diagnostics: [
      'VIN_CHECK_DIGIT_FAILED',
      'ODOMETER_UNIT_UNKNOWN',
      'REQUEST_DATE_ABSENT',
      'PHONE_NOT_E164',
      'NO_VENDOR',
    ],
  },
  {
    ...dialect,
    file: '13-dialect-minimal-fields',
    wanted: { condition: null, model: 'Road Glide' },
    phones: [],
    diagnostics: noDate,
  },
  {
    ...dialect,
    file: '14-dialect-capitalised-elements',
    wanted: { model: 'Road Glide' },
    diagnostics: ['REQUEST_DATE_ABSENT', 'PHONE_NOT_E164', 'NO_VENDOR'],
  },
  {
    ...dialect,
    file: '15-dialect-namespace-prefixed',
    wanted: { model: 'Road Glide' },
    phones: [],
    diagnostics: noDate,
  },
  { ...dialect, file: '16-dialect-no-adf-envelope', diagnostics: ['NO_ENVELOPE', ...badVin] },
  {
    file: '17-malformed-adf-pi-before-xmldecl',
    interest: 'SELL',
    requestedAt: '2021-08-04T14:16:31.000Z',
    wanted: null,
    tradeIns: [
      {
        interest: 'SELL',
        model: 'Prius',
        vin: 'XXXXXXXXXX',
        vinCheck: { wellFormed: false, checkDigit: 'NOT_APPLICABLE' },
      },
    ],
    customer: null,
    phones: [],
    vendor: null,
    provider: [null, null],
    comments: null,
    diagnostics: ['ADF_INSTRUCTION_DROPPED', 'VIN_MALFORMED', 'NO_VENDOR', 'NO_CUSTOMER'],
  },
]

describe.each(samples)('the sample $file', ({ file, diagnostics, phones, ...expected }) => {
  const raw = readFileSync(join(folder, `${file}.xml`))
  const reading = readAdf(raw, south)
  const lead = onlyProspect(reading)

  it('is read to the letter', () => {
    expect(reading.outcome).toBe(file.startsWith('17') ? 'QUARANTINE' : 'READ')
    expect({
      ...lead,
      vendor: lead.vendorName,
      provider: [lead.provider.name, lead.provider.service],
    }).toMatchObject(expected)
    expect((lead.customer?.phones ?? []).map((p) => `${p.raw} > ${p.e164} (${p.type})`)).toEqual(phones)
    expect(reading.diagnostics.map((found) => found.code).toSorted()).toEqual(diagnostics.toSorted())
  })

  it('is judged well-formed by a strict parser, all but 17', () => {
    expect(isWellFormed(raw.toString())).toBe(!file.startsWith('17'))
  })

  it('keeps values out of the diagnostics', () => {
    const values = [
      ...(lead.customer?.emails ?? []),
      ...phones.map((p) => p.split(' > ')[0]),
      lead.customer?.lastName,
    ]
    const said = JSON.stringify([reading.diagnostics, reading.quarantine])

    for (const value of values) if (value) expect(said).not.toContain(value)
  })
})

describe('the samples in particular', () => {
  it('01 keeps tracking data apart and gender and birthday out, naming them only', () => {
    const lead = onlyProspect(readAdf(readFileSync(join(folder, '01-activix-guideline-full.xml')), south))

    expect(lead.behaviour).toMatchObject({
      referrer: 'Google',
      keyword: 'Volvo Laval',
      term: 'Volvo XC',
      form: 'Financing request',
    })
    expect(lead.behaviour?.navigationHistory).toContain('/new/xc90 MENU_clicked_URL')
    expect(lead.unknownFields).toEqual(
      expect.arrayContaining(['customer.contact.gender', 'customer.contact.birthday']),
    )
    expect(JSON.stringify(lead)).not.toContain('2015-04-24')
    expect(lead.externalIds).toEqual([{ source: 'Activix', sequence: 1, value: '12345' }])
    expect(lead.wanted?.price).toEqual({ amountCents: 5_999_999, currency: 'CAD', type: 'QUOTE' })
    expect(lead.timeframe).toEqual({ earliest: '2020-05-01T19:30:00.000Z', latest: null })
    expect(lead.budgetCents).toBeNull()
  })

  it('03 puts the preferred colour and phone forward and reads the budget with its currency', () => {
    const lead = onlyProspect(
      readAdf(readFileSync(join(folder, '03-spec-full-reconstructed.xml')), { defaultCountry: 'US' }),
    )

    expect(lead.wanted?.colours.map((colour) => colour.exterior)).toEqual(['cobalt blue', 'emerald green'])
    expect(lead.customer?.phones.map((phone) => phone.preferred)).toEqual([false, true, false])
    expect([lead.budgetCents, lead.budgetCurrency]).toEqual([5_000_000, 'USD'])
    expect(lead.finance?.balance).toEqual({ amountCents: 200_000, currency: 'USD', type: 'RESIDUAL' })
  })

  it('17 is set aside with a reason a person understands', () => {
    const { quarantine } = readAdf(
      readFileSync(join(folder, '17-malformed-adf-pi-before-xmldecl.xml')),
      south,
    )

    expect(quarantine?.code).toBe('NO_CUSTOMER')
    expect(quarantine?.message).toContain('nobody can be called back')
  })
})

function onlyProspect(reading: AdfReading): LeadDraft {
  expect(reading.prospects).toHaveLength(1)
  const [lead] = reading.prospects
  if (!lead) throw new Error('no prospect was read')
  return lead
}

function isWellFormed(text: string): boolean {
  try {
    new SaxesParser().write(text).close()
    return true
  } catch {
    return false
  }
}
