import { createLog } from '../telemetry/index.js'
import { refusedDeed, TrailGuard } from './trail-guard.js'

const limits = { seconds: 3600, events: 100 }
let lag: { seconds: number; events: string }[]
let asked: number
let isAway: boolean
let now: number

const guard = () => {
  const probe = async <Row extends object>(): Promise<Row[]> => {
    asked += 1
    if (isAway) throw new Error('the database is away')
    return lag as Row[]
  }
  return new TrailGuard(
    { probe },
    { now: () => new Date(now) },
    createLog('test', () => undefined),
    limits,
  )
}
/** What is found by the look that a check begins. */
const settled = async (one: TrailGuard) => {
  await one.check()
  await new Promise((resolve) => setImmediate(resolve))
  return one.check()
}

beforeEach(() => {
  lag = [{ seconds: 0, events: '0' }]
  asked = 0
  isAway = false
  now = 1_000_000
})

it.each([
  ['it never began', undefined, false],
  ['it is an hour behind', { seconds: 3600, events: '1' }, false],
  ['it is longer than an hour behind', { seconds: 3601, events: '1' }, true],
  ['too many events wait', { seconds: 1, events: '100' }, true],
])('says of a log of which %s whether it is too far behind', async (_what, found, isBehind) => {
  lag = found ? [found] : []

  expect(await guard().check()).toBe(isBehind)
})

it('asks once in ten seconds, however many ask it, and once in a second while it is behind', async () => {
  const one = guard()
  await Promise.all(Array.from({ length: 50 }, () => one.check()))
  now += 9_999
  await one.check()
  expect(asked).toBe(1)

  now += 1
  lag = [{ seconds: 9999, events: '1' }]
  expect(await settled(one)).toBe(true)
  expect(asked).toBe(2)

  now += 999
  lag = [{ seconds: 0, events: '0' }]
  expect(await one.check()).toBe(true)
  now += 1
  expect(await one.check()).toBe(false) // who would be refused waits for the look
  expect(asked).toBe(3)
})

it('stays with what it knew while the database does not answer', async () => {
  const one = guard()
  lag = [{ seconds: 9999, events: '1' }]
  await one.check()
  isAway = true
  now += 10_000

  expect(await settled(one)).toBe(true)
})

it.each([
  ['supportSessionStart', null, true],
  ['breakGlassStart', null, true],
  ['leadCreate', null, false],
  ['leadCreate', { id: 'a grant' }, true],
  ['supportGrantRevoke', { id: 'a grant' }, false],
])('says whether %s under %j has to wait for the log', (mutation, grant, waits) => {
  const context = { isTrailBehind: true, actor: { grant } }

  expect(refusedDeed(context, mutation) !== null).toBe(waits)
  expect(refusedDeed({ ...context, isTrailBehind: false }, mutation)).toBeNull()
})
