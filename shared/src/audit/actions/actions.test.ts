import { detailFault, type EventName, publishedActions, shapeOf } from '../index.js'

const read = {
  operation: 'Leads',
  document: 'a'.repeat(64),
  records: { Customer: 2 },
  first: { Customer: 'cus_1' },
  last: { Customer: 'cus_2' },
  fields: { 'Customer.emails': { class: 'CONTACT', masked: 2, policy: 'class:CONTACT/DEALER_MARKETING' } },
  subjects: [],
  subjectCount: 2,
}
const commitment = 'A'.repeat(43)

describe('a detail of an event', () => {
  it('may be what the catalogue declares', () => {
    expect(detailFault('personalData.read', read)).toBeNull()
    expect(detailFault('lead.created', { source: 'WEB', personal: { lastName: commitment } })).toBeNull()
    expect(detailFault('access.refused', { operation: 'leadAssign', code: 'NOT_FOUND' })).toBeNull()
  })

  it.each([
    ['personalData.read', { ...read, fields: { 'Customer.emails': { class: 'CONTACT', value: 1 } } }],
    ['personalData.read', { ...read, fields: { 'Customer.emails': { masked: 1 } } }],
    ['personalData.read', { ...read, fields: { 'Customer.emails': { class: 'CONTACT', clear: 'a b' } } }],
    ['personalData.read', { ...read, first: { Customer: 'Thandi Nkosi' } }],
    ['personalData.read', { ...read, records: { 'Thandi Nkosi': 1 } }],
    ['personalData.read', { ...read, subjects: Array.from({ length: 501 }, () => 'cus_1') }],
    ['lead.created', { source: 'WEB', personal: { lastName: 'Nkosi' } }],
    ['lead.created', { source: 'WEB', personal: [commitment] }],
    ['log.keyAnnounced', { key: 'x'.repeat(2001) }],
    ['incident.transitioned', { from: 'NEW', to: 'CLOSED', version: 2, reason: null }],
  ] as const)('of %s is refused when it is %j', (event, detail) => {
    expect(detailFault(event, detail)).not.toBeNull()
  })
})

it('AUD-56 MUST name the file in which a missing shape belongs', () => {
  expect(() => shapeOf('lead.praised' as EventName)).toThrow('shared/src/audit/actions/dealer-ops.ts')
  expect(() => shapeOf('incident.praised' as EventName)).toThrow('shared/src/audit/actions/audit.ts')
  expect(() => shapeOf('comet.seen' as EventName)).toThrow('shared/src/audit/actions/dealer-ops.ts')
})

it('AUD-57 MUST keep in version 1 what functions of the database write, which a migration would have to replace', () => {
  const written = ['personalData.read', 'access.denied', 'access.refused', 'control.checked']
  expect(
    publishedActions().flatMap(({ name, version }) => (written.includes(name) ? [version] : [])),
  ).toEqual([1, 1, 1, 1])
})
