import type { ServerResponse } from 'node:http'
import { goodClaims, keySetOf, newKey, sign } from '../../testing/issuer.js'
import { actorOf, type FakeService, fakeService, keptLog, testSettings } from '../../testing/services.js'
import { subgraphWays } from '../calls/index.js'
import { Rates } from '../rates/index.js'
import { Authenticator } from './index.js'

const key = newKey('k1')
const session = '22222222-2222-4222-8222-222222222222'
const tenant = '44444444-4444-4444-8444-444444444444'

let identity: FakeService
let open: Awaited<ReturnType<typeof newAuthenticator>>
let feeds: FakeFeed[]
let answer: (calls: number) => Promise<object> | object

const resolved = (parts: object = {}) => ({
  actor: actorOf('DEALER_SALES'),
  validForMs: null,
  restsOn: [`session:${session}`, `tenant:${tenant}`],
  ...parts,
})

/** What a fake identity tells one gateway. */
class FakeFeed {
  private seq = 0
  private timer: NodeJS.Timeout | undefined

  constructor(readonly response: ServerResponse) {
    response.writeHead(200)
    this.tell({ kind: 'open' })
  }

  /** One line; `at` in monotonic milliseconds of this process. */
  tell(line: object, at = performance.now()): void {
    if (!this.response.destroyed) this.response.write(`${JSON.stringify({ seq: this.seq++, at, ...line })}\n`)
  }

  /** A line whose number is not the next one. */
  skip(): void {
    this.seq += 1
  }

  beat(): void {
    this.timer = setInterval(() => this.tell({ kind: 'beat' }), 50)
    this.tell({ kind: 'beat' })
  }

  silence(): void {
    clearInterval(this.timer)
  }
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

async function until(what: string, holds: () => boolean): Promise<void> {
  for (let tries = 0; tries < 400; tries++) {
    if (holds()) return
    await pause(10)
  }
  throw new Error(`never: ${what}`)
}

async function newAuthenticator() {
  const settings = testSettings({ identity: identity.url, dealer_ops: identity.url, audit: identity.url })
  const log = keptLog()
  const ways = subgraphWays(settings)
  const authenticator = new Authenticator({
    settings,
    ways,
    clock: { now: () => new Date() },
    log,
    rates: new Rates(log),
  })
  const token = await sign(key, goodClaims())
  authenticator.feed.start()
  return {
    log,
    feed: authenticator.feed,
    ask: () => authenticator.authenticate({ rawHeaders: ['Authorization', `Bearer ${token}`] }, 'request-1'),
    close: async () => {
      authenticator.feed.stop()
      await ways.calls.identity.close()
    },
  }
}

/** Calls for principals so far. */
const asked = () => identity.calls.filter(({ path }) => path.startsWith('/internal/principals/')).length
const latest = () => feeds.at(-1) as FakeFeed

/** A feed that beats, and a gateway that knows it. */
async function freshFeed(): Promise<FakeFeed> {
  await until('a feed', () => feeds.length > 0)
  latest().beat()
  await until('fresh', () => open.feed.isFresh)
  return latest()
}

beforeAll(async () => {
  const keys = await keySetOf(key)
  identity = await fakeService('identity', () => ({}), { '/.well-known/jwks.json': () => keys })
  identity.tellsRevocations = true
})
beforeEach(async () => {
  feeds = []
  answer = () => resolved()
  identity.respond = (call, response) => {
    if (call.path !== '/internal/revocations') return answer(asked())
    feeds.push(new FakeFeed(response))
    return undefined
  }
  open = await newAuthenticator()
  identity.calls.length = 0
})
afterEach(async () => {
  for (const feed of feeds) {
    feed.silence()
    feed.response.destroy()
  }
  await open.close()
})
afterAll(() => identity.close())

describe('while the feed is fresh', () => {
  it('REV-01 MUST ask once, until something that the answer rests on changes', async () => {
    const feed = await freshFeed()
    await open.ask()
    await open.ask()
    expect(asked()).toBe(1)

    feed.tell({ kind: 'changed', what: 'session', id: '99999999-9999-4999-8999-999999999999' })
    feed.tell({ kind: 'changed', what: 'user', id: session })
    await pause(60)
    await open.ask()
    expect(asked()).toBe(1)

    feed.tell({ kind: 'changed', what: 'session', id: session })
    answer = (calls) => ({ ...resolved(), calls })
    await pause(60)
    await open.ask()
    expect(asked()).toBe(2)
  })

  it.each([
    ['the tenant changes', { kind: 'changed', what: 'tenant', id: tenant }],
    ['identity may have missed something', { kind: 'forget' }],
    ['identity tells of a thing it does not know', { kind: 'changed', what: 'novelty', id: tenant }],
  ])('REV-02 MUST forget when %s', async (_name, line) => {
    const feed = await freshFeed()
    await open.ask()

    feed.tell(line)
    await pause(60)
    await open.ask()

    expect(asked()).toBe(2)
  })

  it('REV-03 MUST NOT keep nor share an answer that a change overtook', async () => {
    const feed = await freshFeed()
    const held: (() => void)[] = []
    answer = async () => {
      await new Promise<void>((resolve) => held.push(resolve))
      return resolved()
    }
    const overtaken = open.ask()
    await until('asked', () => held.length === 1)
    feed.tell({ kind: 'changed', what: 'session', id: session })
    await pause(60)
    const after = open.ask()
    await until('asked again', () => held.length === 2)
    held[0]?.()
    await overtaken
    const joined = open.ask()
    held[1]?.()
    await Promise.all([after, joined])
    expect(asked()).toBe(2)

    feed.tell({ kind: 'changed', what: 'session', id: session })
    await pause(60)
    answer = async () => {
      feed.tell({ kind: 'changed', what: 'session', id: session })
      await pause(60)
      return resolved()
    }
    await open.ask()
    await open.ask()

    expect(asked()).toBe(4)
  })

  it('REV-04 MUST NOT keep an answer past the end that identity names, nor one without', async () => {
    await freshFeed()
    answer = () => resolved({ validForMs: 150 })
    await open.ask()
    await open.ask()
    expect(asked()).toBe(1)
    await pause(200)
    answer = () => ({ actor: actorOf('DEALER_SALES') })
    await open.ask()
    await open.ask()

    expect(asked()).toBe(3)
  })
})

describe('while the feed is stale', () => {
  it.each([
    ['the beat stops', (feed: FakeFeed) => feed.silence()],
    ['identity says that it hears nothing', (feed: FakeFeed) => feed.tell({ kind: 'lost' })],
    ['the connection breaks', (feed: FakeFeed) => feed.response.destroy()],
    ['a line is missing', (feed: FakeFeed) => feed.skip()],
    ['a line is none', (feed: FakeFeed) => feed.response.write('{}\n')],
    ['a line has no end', (feed: FakeFeed) => feed.response.write('x'.repeat(2_000))],
  ])('REV-05 MUST ask identity every time: %s', async (_name, breaks) => {
    const feed = await freshFeed()
    await open.ask()
    feed.silence()
    breaks(feed)
    await until('stale', () => !open.feed.isFresh)

    await open.ask()
    await open.ask()

    expect(asked()).toBe(3)
  })

  it('REV-06 MUST NOT take late proofs for fresh ones', async () => {
    await until('a feed', () => feeds.length > 0)
    const late = setInterval(() => latest().tell({ kind: 'beat' }, performance.now() - 1_100), 20)
    await pause(200)
    clearInterval(late)

    expect(open.feed.isFresh).toBe(false)
  })

  it('REV-07 MUST NOT ask more than once at a time for the same', async () => {
    await until('a feed', () => feeds.length > 0)
    await pause(60)
    answer = async () => {
      await pause(100)
      return resolved()
    }

    await Promise.all(Array.from({ length: 200 }, () => open.ask()))

    expect(asked()).toBe(1)
  })

  it('REV-08 MUST refuse with 503 what nobody can vouch for, whatever was known', async () => {
    const feed = await freshFeed()
    await open.ask()
    feed.tell({ kind: 'lost' })
    feed.silence()
    identity.respond = (_call, response) => response.destroy()
    await until('stale', () => !open.feed.isFresh)

    await expect(open.ask()).rejects.toMatchObject({ status: 503, code: 'SERVICE_UNAVAILABLE' })
  })

  it('REV-09 MUST become fresh again by itself, with nothing known from before', async () => {
    const feed = await freshFeed()
    await open.ask()
    feed.silence()
    feed.response.destroy()
    await until('another feed', () => feeds.length > 1)
    latest().beat()
    await until('fresh', () => open.feed.isFresh)

    await open.ask()
    await open.ask()

    expect(asked()).toBe(2)
  })
})
