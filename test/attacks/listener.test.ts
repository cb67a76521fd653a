import { Listener, withClient } from '@autora/shared/database'
import { freshDatabase, roleUrlOf } from '../kit/database.js'
import { Link } from './link.js'

let adminUrl: string
let link: Link
let listener: Listener
let notices: string[]
let proofs: number
let losses: number

beforeAll(async () => {
  adminUrl = await freshDatabase('template_empty')
})
beforeEach(async () => {
  notices = []
  proofs = 0
  losses = 0
  const url = new URL(roleUrlOf(adminUrl, 'identity'))
  link = await Link.to(`http://${url.host}`)
  url.host = new URL(link.url).host
  listener = Listener.start({
    url: url.toString(),
    applicationName: 'listener-under-test',
    channel: 'test_channel',
    onNotice: (payload) => notices.push(payload),
    onProof: () => {
      proofs += 1
    },
    onLost: () => {
      losses += 1
    },
  })
  await until('it listens', () => proofs > 1)
})
afterEach(async () => {
  link.release()
  await listener.close()
  await link.close()
})

async function until(what: string, holds: () => boolean): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    if (holds()) return
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  throw new Error(`never: ${what}`)
}

const run = (sql: string) => withClient(adminUrl, (db) => db.query(sql))

describe('a connection that listens', () => {
  it('LSN-01 MUST hear what others commit, in order, once, and nothing that was taken back', async () => {
    await run(`begin; notify test_channel, 'never'; rollback`)
    await run(
      `begin; notify test_channel, 'one'; notify test_channel, 'one'; notify test_channel, 'two'; commit`,
    )
    await until('three proofs more', () => notices.length >= 2 && proofs > 15)

    expect(notices).toEqual(['one', 'two'])
    expect(losses).toBe(0)
  })

  it.each<[string, () => unknown]>([
    [
      'PostgreSQL ends it',
      () =>
        run(
          `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'listener-under-test'`,
        ),
    ],
    ['the network breaks', () => link.cut().then(() => link.heal())],
    ['the network swallows everything', () => link.hold()],
  ])('LSN-02 MUST say that it is deaf, and hear again by itself: %s', async (_name, breaks) => {
    await breaks()
    await until('it says so', () => losses > 0)
    link.release()
    const before = proofs
    await until('it is proved again', () => proofs > before)

    await run(`notify test_channel, 'again'`)
    await until('it hears', () => notices.includes('again'))
  })
})
