import { MOST_REPRESENTATIONS } from '@autora/shared/schema'
import { batchRepresentations, spreadResults } from './representations.js'

const references = (count: number) =>
  Array.from({ length: count }, (_, i) => ({ __typename: 'Store', id: `s${i}` }))

describe('the references of a fetch', () => {
  it.each([
    [1, [1]],
    [MOST_REPRESENTATIONS, [MOST_REPRESENTATIONS]],
    [MOST_REPRESENTATIONS + 1, [MOST_REPRESENTATIONS, 1]],
  ])('of %i different ones are sent in parts of at most the limit', (count, parts) => {
    const given = references(count)

    expect(batchRepresentations([...given, ...given]).parts.map((part) => part.length)).toEqual(parts)
  })

  it('come back in the order and as often as they were given, errors with them', () => {
    const [a, b] = references(2)
    const batches = batchRepresentations([a, b, a])
    const error = { message: 'm', path: ['_entities', 0, 'name'], extensions: { code: 'NOT_FOUND' as const } }

    expect(spreadResults(batches, [{ data: { _entities: [{ n: 1 }, { n: 2 }] }, errors: [error] }])).toEqual({
      data: { _entities: [{ n: 1 }, { n: 2 }, { n: 1 }] },
      errors: [error, { ...error, path: ['_entities', 2, 'name'] }],
    })
  })

  it('are answered with null where a part failed', () => {
    const batches = batchRepresentations(references(MOST_REPRESENTATIONS + 1))
    const whole = { data: { _entities: references(MOST_REPRESENTATIONS) } }
    const failed = {
      data: null,
      errors: [{ message: 'm', extensions: { code: 'SERVICE_UNAVAILABLE' as const } }],
    }

    const { data, errors } = spreadResults(batches, [whole, failed])
    expect(data?._entities).toHaveLength(MOST_REPRESENTATIONS + 1)
    expect(data?._entities).toHaveProperty([MOST_REPRESENTATIONS], null)
    expect(errors).toEqual(failed.errors)
  })
})
