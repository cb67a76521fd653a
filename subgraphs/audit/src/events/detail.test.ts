import { maskedDetail } from './detail.js'

const uuid = '10000000-0000-4000-8000-000000000000'

it.each([
  [{ from: 'NEW', to: 'WON', n: 3, isAutomatic: true, none: null }],
  [{ leadId: `led_${uuid.replaceAll('-', '')}`, ids: [uuid], at: '2026-01-01T00:00:00.000Z' }],
  [{ action: 'lead:create', field: 'Customer.idNumber', counts: { CONTACT: 4 }, hash: 'a'.repeat(64) }],
])('leaves ids, states and counts to the owner: %j', (detail) => {
  expect(JSON.parse(maskedDetail(JSON.stringify(detail)))).toEqual(detail)
})

it('masks words of people for the owner, however deep they are', () => {
  const detail = { reason: 'Thandi Nkosi called', inner: { list: ['thandi@example.co.za', '+27821234567'] } }
  const masked = maskedDetail(JSON.stringify(detail))

  expect(masked).not.toMatch(/Thandi|Nkosi|thandi|2123/)
  expect(Object.keys(JSON.parse(masked))).toEqual(['reason', 'inner'])
})
