import { SystemDatabase, type SystemTx, withClient } from '@autora/shared/database'
import { freshDatabase, roleUrlOf } from '../../../../test/kit/database.js'
import { type RunningTrail, startTrail } from '../../../../test/kit/trail.js'
import type { LoggedEvent } from '../followers/index.js'
import { allRules, Flags } from './index.js'

const PERSON = '00000000-0000-4000-8000-00000000beef'
let adminUrl: string
const stops: (() => Promise<void>)[] = []

const sql = <Row extends object>(text: string, values: unknown[] = []) =>
  withClient(adminUrl, async (db) => (await db.query<Row>(text, values)).rows)

beforeEach(async () => {
  adminUrl = await freshDatabase('template_demo')
})
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop()
})

async function trail(follower: Flags): Promise<RunningTrail> {
  const running = await startTrail(adminUrl, [follower])
  stops.push(() => running.close())
  return running
}

async function asFollower(): Promise<SystemDatabase> {
  const url = roleUrlOf(adminUrl, 'follower')
  const database = await SystemDatabase.open({ url, applicationName: 'test', onLost: () => undefined })
  stops.push(() => database.close())
  return database
}

/** Refusals of somebody, each its own event, as if he had named things that are not his. */
const probe = (times: number) =>
  sql(
    `insert into audit.event (tenant_id, actor_id, actor_principal, request_id, action, outcome, target_type, target_id, detail)
     select tenant_id, $1, 'DEALER_SALES', 'planted-by-test', 'access.refused', 'DENY', 'Operation', $1,
            '{"operation": "leadAssign", "code": "NOT_FOUND"}'
       from (select tenant_id from identity.dealer_group where kind <> 'PLATFORM' order by code limit 1) g,
            generate_series(1, $2)`,
    [PERSON, times],
  )

interface Flag {
  readonly id: string
  readonly rule: string
  readonly amount: string
}
const flags = (where = 'true') =>
  sql<Flag>(
    `select id, rule, amount, about, first_event, last_event from audit.flag where ${where} order by id`,
  )
const probing = () => flags(`rule = 'boundary-probing' and about like 'usr_%beef'`)

/** Fails once after everything was written: all of it has to be taken back with the place in the log. */
class FailsOnce extends Flags {
  private failed = false
  override async take(tx: SystemTx, events: readonly LoggedEvent[]): Promise<void> {
    await super.take(tx, events)
    if (this.failed || !events.some(({ actorId }) => actorId === PERSON)) return
    this.failed = true
    throw new Error('cannot go on')
  }
}

describe('the follower of flags', () => {
  it('FLG-10 MUST count every event once: across failures, restarts and several batches, in one flag', async () => {
    const first = await trail(new FailsOnce())
    await probe(7)
    await first.settled()
    expect(first.logLines.join()).toContain('"follower":"flags"')
    expect(await probing()).toEqual([])
    await probe(4)
    await first.settled()
    expect(await probing()).toMatchObject([{ amount: '11' }])

    await first.close()
    stops.length = 0
    const second = await trail(new Flags())
    await probe(6)
    await second.settled()
    expect(await probing()).toMatchObject([{ amount: '17' }])
  })

  it('FLG-11 MUST make the same flags anew from the log', async () => {
    const running = await trail(new Flags())
    await probe(12)
    await running.settled()
    const before = await flags()
    expect(before.length).toBeGreaterThan(0)

    await sql(`begin; delete from audit.flag; delete from audit.flag_state;
      delete from audit.follower where name = 'flags'; commit`)
    await running.settled()

    expect(await flags()).toEqual(before)
  })

  it('FLG-12 MUST say that the log is silent, once for each silence, and not when it only rests', async () => {
    const database = await asFollower()
    const batchOf = (number: number, seconds: number) =>
      sql(
        `insert into audit.batch (number, slots, forest_root, recorded_at, leaf)
         values ($1, 0, sha256(''), clock_timestamp() - make_interval(secs => $2), 'x')`,
        [number, seconds],
      )
    const rest = () => database.write((tx) => new Flags().rest(tx))
    await batchOf(0, 50)
    await rest()
    expect(await flags()).toEqual([])

    await batchOf(1, 90)
    await rest()
    await rest()
    const [silence, ...more] = await flags()
    expect(more).toEqual([])
    expect(silence).toMatchObject({ rule: 'log-silence', about: 'log' })
    expect(Number(silence?.amount)).toBeGreaterThanOrEqual(90)
  })

  it('FLG-13 MUST take a group’s own terms where it has some', async () => {
    const running = await trail(new Flags(undefined, (rule) => ({ ...rule, threshold: 3 })))
    await probe(3)
    await running.settled()
    expect(await probing()).toMatchObject([{ amount: '3' }])
  })

  it('FLG-14 MUST call nothing grave in the demo network, where nothing grave happens', async () => {
    await (await trail(new Flags())).settled()
    const counts = await sql<{ rule: string; n: number }>(
      'select rule, count(*)::int as n from audit.flag group by 1 order by 1',
    )
    const [events] = await sql<{ n: number }>('select count(*)::int as n from audit.event')
    const told = new Map(counts.map(({ rule, n }) => [rule, n]))
    process.stdout.write(
      `${allRules.map(({ id }) => `${id} ${told.get(id) ?? 0}`).join(', ')} over ${events?.n} events of the demo network\n`,
    )

    const grave = allRules.filter(({ severity }) => severity === 'CRITICAL' || severity === 'HIGH')
    expect(grave.filter(({ id }) => told.has(id)).map(({ id }) => id)).toEqual([])
  })
})
