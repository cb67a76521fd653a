import { withDeadline } from './deadline.js'

describe('a deadline', () => {
  it('GW-09 MUST end a request that takes too long with 504, and what still runs for it', async () => {
    let signal: AbortSignal | undefined
    const work = (given: AbortSignal) => {
      signal = given
      return new Promise<never>(() => undefined)
    }

    await expect(withDeadline(work, 20)).rejects.toMatchObject({ status: 504, code: 'TIMEOUT' })
    expect(signal?.aborted).toBe(true)
  })

  it('leaves what is in time alone', async () => {
    expect(await withDeadline(async () => 'done', 1_000)).toBe('done')
    await expect(withDeadline(async () => Promise.reject(new Error('own')), 1_000)).rejects.toThrow('own')
  })
})
