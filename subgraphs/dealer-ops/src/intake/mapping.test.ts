import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type LeadDraft, readAdf } from './adf/index.js'
import { mapProspect } from './mapping.js'

const folder = join(__dirname, '../../../../test/fixtures/adf')
const draftOf = (name: string): LeadDraft => {
  const [draft] = readAdf(readFileSync(join(folder, name)), { defaultCountry: 'ZA' }).prospects
  if (!draft) throw new Error(`${name} has no prospect`)
  return draft
}
const mapped = (draft: LeadDraft) => {
  const result = mapProspect(draft)
  if (!result) throw new Error('the prospect has no customer')
  return result
}

describe('mapping a prospect', () => {
  it('keeps what the platform has a place for', () => {
    const { customer, lead, make } = mapped(draftOf('01-activix-guideline-full.xml'))

    expect(customer).toMatchObject({
      kind: 'PERSON',
      firstName: 'Test',
      lastName: 'Activix 2',
      language: 'fr',
      address: 'J1B2N3 QC\nCA',
      emails: ['test@activix.ca'],
    })
    expect(lead).toMatchObject({
      interest: 'BUY',
      source: 'WEBSITE',
      sourceName: 'Activix',
      financeIntent: 'finance; DOWNPAYMENT 10000.00 CAD; MONTHLY 850.25 CAD',
      referrer: 'Google',
      externalIds: [{ source: 'Activix', value: '12345' }],
    })
    expect(make).toBe('Volvo')
  })

  it('keeps the VIN of a wanted vehicle apart from that of an own car, which leads to a person', () => {
    const [wanted, own] = mapped(draftOf('06-lease-with-trade-no-requestdate.xml')).lead.vehicles

    expect(wanted).toMatchObject({ part: 'WANTED', customerVin: null })
    expect(own).toMatchObject({ part: 'TRADE_IN', vin: null, customerVin: '1FMCU0F75JUC12345' })
  })

  it('keeps the VIN of a vehicle as an own one where nobody knows whose it is', () => {
    const draft = draftOf('01-activix-guideline-full.xml')
    const vehicle = draft.wanted
    if (!vehicle) throw new Error('nothing is wanted')

    const { lead } = mapped({ ...draft, wanted: null, otherVehicles: [{ ...vehicle, interest: null }] })

    expect(lead.vehicles).toMatchObject([{ part: 'WANTED', vin: null, customerVin: vehicle.vin }])
  })

  it('never splits a full name: it is a last name, or the name of a business', () => {
    const draft = draftOf('04-aap-test-drive-with-trade.xml')
    const { customer } = draft
    if (!customer) throw new Error('nobody asks')

    expect(mapped(draft).customer).toMatchObject({ firstName: null, lastName: 'Anna Lee', company: null })
    expect(mapped({ ...draft, customer: { ...customer, kind: 'JURISTIC' } }).customer).toMatchObject({
      firstName: null,
      lastName: null,
      company: 'Anna Lee',
    })
  })

  it('keeps a budget only with its currency', () => {
    const draft = draftOf('03-spec-full-reconstructed.xml')

    expect(mapped(draft).lead).toMatchObject({ budgetCents: 5_000_000, budgetCurrency: 'USD' })
    expect(mapped({ ...draft, budgetCurrency: null }).lead).toMatchObject({
      budgetCents: null,
      budgetCurrency: null,
    })
  })

  it('cuts prose and leaves ids out that do not fit: half an id is another id', () => {
    const draft = draftOf('01-activix-guideline-full.xml')
    const vehicle = draft.wanted
    if (!vehicle) throw new Error('nothing is wanted')
    const long = '🚗'.repeat(40_000)

    const { lead } = mapped({
      ...draft,
      comments: long,
      wanted: {
        ...vehicle,
        make: long,
        vin: long,
        stock: long,
        year: 1850,
        odometer: { value: 9e12, unit: 'KM' },
      },
      externalIds: [
        { source: long, sequence: null, value: 'a' },
        { source: null, sequence: null, value: long },
      ],
    })

    expect(Array.from(lead.comments ?? '')).toHaveLength(32_000)
    expect(lead.vehicles[0]).toMatchObject({ vin: null, stockNumber: null, year: null, odometer: null })
    expect(Array.from(lead.vehicles[0]?.make ?? '')).toHaveLength(120)
    expect(lead.externalIds).toEqual([{ source: '🚗'.repeat(200), value: 'a' }])
  })

  it.each([
    ['fr', 'fr'],
    ['EN_za', 'en-ZA'],
    ['zh-Hant-TW', null],
    ['eng', null],
    [null, null],
  ])('reads the language %j as %j', (language, expected) => {
    const draft = draftOf('01-activix-guideline-full.xml')
    const { customer } = draft
    if (!customer) throw new Error('nobody asks')

    expect(mapped({ ...draft, customer: { ...customer, language } }).customer.language).toBe(expected)
  })

  it('has nothing to map without a customer', () => {
    expect(mapProspect({ ...draftOf('02-spec-minimal.xml'), customer: null })).toBeNull()
  })
})
