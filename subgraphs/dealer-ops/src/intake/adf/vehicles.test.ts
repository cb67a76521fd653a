import { type AdfReading, adfLimits, type LeadDraft, readAdf } from './index.js'
import { checkVin } from './vin.js'

const person = '<customer><contact><name>Thandi</name><email>thandi@example.com</email></contact></customer>'
const read = (inner: string, country = 'ZA'): AdfReading =>
  readAdf(Buffer.from(`<adf><prospect>${inner}</prospect></adf>`), { defaultCountry: country })
const lead = (inner: string): LeadDraft => {
  const [first] = read(inner + person).prospects
  if (!first) throw new Error('no prospect was read')
  return first
}
const codes = (reading: AdfReading): readonly string[] => reading.diagnostics.map((found) => found.code)
const contact = (inner: string): AdfReading => read(`<customer><contact>${inner}</contact></customer>`)

describe('vehicles', () => {
  const car = (interest: string, model: string) =>
    `<vehicle interest="${interest}"><model>${model}</model></vehicle>`

  it('are told apart by interest in any order', () => {
    const [buy, trade, lease, sell, service] = [
      car('buy', 'B'),
      car('Trade In', 'T'),
      car('lease', 'L'),
      car('sell', 'S'),
      car('service', 'V'),
    ]

    for (const order of [
      [buy, trade, lease, sell, service],
      [service, sell, lease, trade, buy],
    ]) {
      const found = lead(order.join(''))
      expect(found.interest).toBe('BUY')
      expect(found.wanted?.model).toBe('B')
      expect(found.tradeIns.map((own) => own.model).toSorted()).toEqual(['S', 'T'])
      expect(found.serviceVehicles.map((own) => own.model)).toEqual(['V'])
      expect(found.otherVehicles.map((other) => other.model)).toEqual(['L'])
    }
  })

  it.each(['sell', 'trade-in', 'service', 'appraisal', 'constructor', '__proto__'])(
    'never take a vehicle of interest %s for the wanted one',
    (interest) => {
      expect(lead(car(interest, 'mine')).wanted).toBeNull()
    },
  )

  it('without an interest are wanted, and a lead without vehicles is still a lead', () => {
    expect(lead('<vehicle><model>Polo</model></vehicle>').wanted?.model).toBe('Polo')
    expect(lead('')).toMatchObject({ interest: 'BUY', wanted: null })
    expect(codes(read(person))).toContain('NO_VEHICLE')
  })

  it('keep every character of stock, VIN and names', () => {
    const found = lead(
      '<vehicle><stock>00123</stock><vin>wvwzzz3czee140287</vin><make>007</make><model>1e5</model><trim>=SUM(A1)</trim></vehicle>',
    )

    expect(found.wanted).toMatchObject({
      stock: '00123',
      vin: 'wvwzzz3czee140287',
      make: '007',
      model: '1e5',
      trim: '=SUM(A1)',
    })
  })

  it('beyond the limit lose the own cars first, and options and phones are cut with a diagnostic', () => {
    const many = read(car('trade-in', 'T').repeat(30) + car('buy', 'B') + person)
    expect(many.prospects[0]?.wanted?.model).toBe('B')
    expect(many.prospects[0]?.tradeIns).toHaveLength(adfLimits.vehicles - 1)
    expect(codes(many)).toContain('LIMIT_EXCEEDED')

    const options = lead(`<vehicle>${'<option><optionname>x</optionname></option>'.repeat(60)}</vehicle>`)
    expect(options.wanted?.options).toHaveLength(adfLimits.options)
    const phones = contact('<phone>0821234567</phone>'.repeat(12))
    expect(phones.prospects[0]?.customer?.phones).toHaveLength(adfLimits.phones)
  })

  it.each([
    ['<odometer units="km">12 000</odometer>', { value: 12000, unit: 'KM' }],
    ['<odometer>96,000 miles</odometer>', { value: 96000, unit: 'MI' }],
    ['<mileage>18400</mileage>', { value: 18400, unit: null }],
    ['<odometer units="km">about nothing</odometer>', { value: null, unit: 'KM' }],
    ['<odometer/>', null],
  ])('read %s', (xml, odometer) => {
    expect(lead(`<vehicle>${xml}</vehicle>`).wanted?.odometer).toEqual(odometer)
  })

  it.each([
    ['2GTEK19R7V1511644', { wellFormed: true, checkDigit: 'PASS' }],
    ['1M8GDM9AXKP042788', { wellFormed: true, checkDigit: 'PASS' }],
    ['1M8GDM9A1KP042788', { wellFormed: true, checkDigit: 'FAIL' }],
    ['WVWZZZ3CZEE140287', { wellFormed: true, checkDigit: 'NOT_APPLICABLE' }],
    ['AAVZZZ6SZEU012345', { wellFormed: true, checkDigit: 'NOT_APPLICABLE' }],
    ['1M8GDM9AXKPO42788', { wellFormed: false, checkDigit: 'NOT_APPLICABLE' }],
  ])('check the VIN %s', (vin, check) => {
    expect(checkVin(vin)).toEqual(check)
  })
})
