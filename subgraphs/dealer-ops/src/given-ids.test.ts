import { encodeId, type RequestContext } from '@autora/shared/request'
import { optionalUuidOf, soleStore, uuidOf } from './given-ids.js'

const one = '0a000000-0000-4000-8000-000000000001'
const two = '0a000000-0000-4000-8000-000000000002'
const nowhere = '00000000-0000-0000-0000-000000000000'
const within = (reach: 'STORES' | 'TENANT', storeIds: readonly string[]) =>
  ({ actor: { reach, storeIds } }) as RequestContext

describe('an id that a client gives', () => {
  it.each([
    '',
    'x',
    encodeId('Customer', one),
    `${encodeId('Lead', one)}0`,
    encodeId('Lead', one).toUpperCase(),
  ])('finds nothing when it is %j instead of the id of a lead', (id) => {
    expect(uuidOf('Lead', id)).toBe(nowhere)
  })

  it('is a uuid inside, and nothing when nothing is given', () => {
    expect(uuidOf('Lead', encodeId('Lead', one))).toBe(one)
    expect(optionalUuidOf('Lead', null)).toBeNull()
    expect(optionalUuidOf('Lead', '')).toBe(nowhere)
  })
})

describe('the store of a list', () => {
  it('is the one that is asked for, else the only one the caller works in, else none', () => {
    expect(soleStore(within('STORES', [one]), encodeId('Store', two))).toBe(two)
    expect(soleStore(within('STORES', [one]), null)).toBe(one)
    expect(soleStore(within('STORES', [one, two]), null)).toBeNull()
    expect(soleStore(within('TENANT', [one]), undefined)).toBeNull()
    expect(soleStore(within('STORES', [one]), 'malformed')).toBe(nowhere)
  })
})
