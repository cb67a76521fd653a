import type { IdentityField } from './entity.js'
import { identityForm } from './identity-form.js'

const now = new Date('2026-11-23T10:00:00Z')

describe('the form of what proves who somebody is', () => {
  it.each<[IdentityField, string, string | null]>([
    ['SA_ID_NUMBER', '800101 5009 087', '8001015009087'],
    ['SA_ID_NUMBER', '8001015009088', null],
    ['SA_ID_NUMBER', '8013015009083', null],
    ['SA_ID_NUMBER', '800101500908', null],
    ['PASSPORT', ' a 1234567 ', 'A1234567'],
    ['PASSPORT', 'A-1', null],
    ['DRIVERS_LICENCE', '4012000abc12', '4012000ABC12'],
    ['DRIVERS_LICENCE', '', null],
    ['DATE_OF_BIRTH', '1980-01-01', '1980-01-01'],
    ['DATE_OF_BIRTH', '1980-02-30', null],
    ['DATE_OF_BIRTH', '2026-11-24', null],
  ])('%s takes %j as %j', (field, written, expected) => {
    expect(identityForm(field, written, now)).toBe(expected)
  })
})
