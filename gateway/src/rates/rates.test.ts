import type { Actor } from '@autora/shared/actor'
import { actorOf, keptLog } from '../../testing/services.js'
import { Refusal } from '../answers/index.js'
import { type RateStore, Rates, windows } from './index.js'

/** Counts without a clock; the window of ten seconds can be ended. */
class Windows implements RateStore {
  private counts = new Map<string, number>()
  /** Names in the order in which they were counted. */
  readonly asked: string[] = []
  async count(name: string, seconds: number) {
    const place = `${name}/${seconds}`
    this.asked.push(place)
    const used = (this.counts.get(place) ?? 0) + 1
    this.counts.set(place, used)
    return { used, msLeft: 2_500 }
  }
  endSeconds() {
    for (const place of this.counts.keys())
      if (place.endsWith(`/${windows.second}`)) this.counts.delete(place)
  }
}

const key = { perSecond: 2, perDay: 50, appPerSecond: 5, appPerDay: 60, jkt: null }
const partner = (id: string, terms: Partial<typeof key> = {}): Actor => ({
  ...actorOf('PARTNER'),
  kind: 'KEY',
  id,
  appId: 'one-app',
  key: { ...key, ...terms },
})

const refusalOf = (deed: Promise<void>) =>
  deed.then(
    () => null,
    (error: unknown) => {
      if (error instanceof Refusal) return error
      throw error
    },
  )

async function admitted(rates: Rates, actor: Actor, tries: number): Promise<number> {
  let count = 0
  for (let n = 0; n < tries; n += 1) if (!(await refusalOf(rates.admit(actor)))) count += 1
  return count
}

describe('rates', () => {
  it('KEY-20 MUST hold for each key of a partner by itself, and for all of them together', async () => {
    const rates = new Rates(keptLog(), new Windows())

    expect(await admitted(rates, partner('a'), 30)).toBe(20)
    expect(await admitted(rates, partner('b'), 30)).toBe(20)
    expect(await admitted(rates, partner('c'), 30)).toBe(10)
    expect(await admitted(rates, partner('d'), 30)).toBe(0)
  })

  it('KEY-20 MUST hold for a day as well', async () => {
    const store = new Windows()
    const rates = new Rates(keptLog(), store)
    let count = 0
    for (let n = 0; n < 4; n += 1) {
      count += await admitted(rates, partner('a'), 20)
      store.endSeconds()
    }

    expect(count).toBe(50)
  })

  it('KEY-20 MUST say how long to wait, and which limit it was', async () => {
    const rates = new Rates(keptLog(), new Windows())
    await admitted(rates, partner('a'), 20)

    const refusal = await refusalOf(rates.admit(partner('a')))

    expect([refusal?.status, refusal?.code]).toEqual([429, 'TOO_MANY_REQUESTS'])
    expect(refusal?.details.headers).toEqual({
      'retry-after': '3',
      'ratelimit-policy': '"second";q=20;w=10',
      ratelimit: '"second";r=0;t=3',
    })
  })

  it('counts nobody but keys', async () => {
    const store = new Windows()
    await new Rates(keptLog(), store).admit(actorOf('DEALER_SALES'))

    expect(store.asked).toEqual([])
  })

  it.each([
    ['addresses of one IPv6 network', ['2001:db8:1:2::1', '2001:db8:1:2:ffff::9', '2001:DB8:1:2:3:4:5:6'], 1],
    ['addresses of two IPv6 networks', ['2001:db8:1:2::1', '2001:db8:1:3::1'], 2],
    ['short spellings', ['::1', '0:0:0:0::2', '0000:0:0:0:0:0:0:3'], 1],
    ['two IPv4 addresses', ['192.0.2.1', '192.0.2.2'], 2],
  ])('KEY-21 MUST count reports by neighbourhood: %s', async (_name, addresses, expected) => {
    const store = new Windows()
    const rates = new Rates(keptLog(), store)

    for (const address of addresses) await rates.admitReport(address)

    expect(new Set(store.asked).size).toBe(expected)
  })

  it('counts in the memory of the process by default', async () => {
    const rates = new Rates(keptLog())

    expect(await admitted(rates, partner('a'), 21)).toBe(20)
  })
})
