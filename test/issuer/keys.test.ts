import { startIdentity, withIssuerTools } from '@autora/identity'
import { Application, claimsOf, headerOf } from '../kit/application.js'
import { accountFor, barePages } from '../kit/sign-in.js'
import { startWorld, type World } from '../kit/world.js'

/** The rotation drill (C30): everything is real but the time, which goes in steps of half a minute. */

const realNow = performance.now.bind(performance)
let ahead = 0
let world: World
let second: Awaited<ReturnType<typeof startIdentity>>

beforeEach(async () => {
  ahead = 0
  // only the date and the monotonic clock move: timers and sockets go on as they are
  jest.useFakeTimers({
    now: Date.now(),
    doNotFake: [
      'hrtime',
      'nextTick',
      'performance',
      'queueMicrotask',
      'setImmediate',
      'clearImmediate',
      'setInterval',
      'clearInterval',
      'setTimeout',
      'clearTimeout',
    ],
  })
  jest.spyOn(performance, 'now').mockImplementation(() => realNow() + ahead)
  world = await startWorld({ issuer: true, pages: barePages })
  second = await startIdentity({ ...world.identitySettings, AUTORA_PORT: 0 }, { log: silent })
})
afterEach(async () => {
  await second.close()
  await world.close()
  jest.restoreAllMocks()
  jest.useRealTimers()
})

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined }

const advance = (seconds: number): void => {
  jest.setSystemTime(Date.now() + seconds * 1000)
  ahead += seconds * 1000
}

const rotate = () => withIssuerTools(world.identitySettings, ({ keys }) => keys.rotate())

const published = async (url: string): Promise<readonly string[]> => {
  const response = await fetch(`${url}/.well-known/jwks.json`)
  const { keys } = (await response.json()) as { keys: { kid: string }[] }
  return keys.map(({ kid }) => kid)
}

/** Somebody who never stops: refreshes, asks the gateway with the token of now and the one before. */
class Worker {
  readonly failures: string[] = []
  readonly kids = new Set<unknown>()
  private constructor(
    private readonly app: Application,
    private tokens: Awaited<ReturnType<Application['signIn']>>,
  ) {}

  static async of(accountId: string): Promise<Worker> {
    const app = new Application(world)
    return new Worker(app, await app.signIn(accountId))
  }

  async round(): Promise<void> {
    const before = this.tokens.access_token
    this.tokens = await this.app.refresh(this.tokens)
    for (const token of [before, this.tokens.access_token]) {
      const principal = await this.app.principal(token)
      if (principal !== 'DEALER_SALES') this.failures.push(`${principal} at ${claimsOf(token).iat}`)
    }
    this.kids.add(headerOf(this.tokens.access_token).kid)
  }
}

/** Lets everybody work while time passes. */
async function work(workers: readonly Worker[], seconds: number): Promise<void> {
  for (let passed = 0; passed < seconds; passed += 30) {
    await Promise.all(workers.map((worker) => worker.round()))
    advance(30)
  }
  await Promise.all(workers.map((worker) => worker.round()))
}

const people = async (many: number): Promise<readonly Worker[]> => {
  const accountId = await accountFor(world, world.people.membership('DEALER_SALES', 'north-one'))
  return Promise.all(Array.from({ length: many }, () => Worker.of(accountId)))
}

it('ISS-40 MUST change keys under load without one failed request', async () => {
  const workers = await people(3)
  const [first] = await published(world.urls.identity)

  const { kid } = await rotate()
  await work(workers, 570)
  const kidsBefore = new Set(workers.flatMap((worker) => [...worker.kids]))
  await work(workers, 120)

  expect(workers.flatMap(({ failures }) => failures)).toEqual([])
  expect([...kidsBefore]).toEqual([first])
  expect(workers.map(({ kids }) => [...kids].at(-1))).toEqual([kid, kid, kid])
}, 60_000)

it('ISS-41 MUST publish a key before it signs, in every process, and the old one until its tokens are over', async () => {
  const [first] = await published(world.urls.identity)
  const both = async () => [await published(world.urls.identity), await published(second.url)]
  expect(await both()).toEqual([[first], [first]])

  const { kid } = await rotate()
  advance(31)
  expect(await both()).toEqual([
    [first, kid],
    [first, kid],
  ])
  advance(600)
  expect(await both()).toEqual([
    [kid, first],
    [kid, first],
  ])
  advance(86_400)
  expect(await both()).toEqual([[kid], [kid]])
})

it('ISS-42 MUST change keys by itself after thirty days, once however many processes there are', async () => {
  const [first] = await published(world.urls.identity)

  advance(30 * 86_400 + 31)
  const sets = await Promise.all([published(world.urls.identity), published(second.url)])

  expect(sets[0]).toHaveLength(2)
  expect(sets[1]).toEqual(sets[0])
  expect(sets[0]?.[0]).toBe(first)
})
