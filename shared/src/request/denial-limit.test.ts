import { freshDatabase, roleUrlOf } from '../../../test/kit/database.js'
import { actorOf, sealFor } from '../../../test/kit/direct-call.js'
import type { Actor } from '../actor/index.js'
import { TenantDatabase, withClient } from '../database/index.js'
import { createLog } from '../telemetry/index.js'
import { DenialLimit } from './index.js'

let adminUrl: string
let database: TenantDatabase
let now = Date.now()
const lines: string[] = []

beforeAll(async () => {
  adminUrl = await freshDatabase('template_empty')
  database = await TenantDatabase.open({
    url: roleUrlOf(adminUrl, 'audit'),
    applicationName: 'test',
    poolSize: 2,
  })
})
beforeEach(() => {
  now = Date.now()
  lines.length = 0
})
afterAll(() => database.close())

const limit = (perMinute?: number): DenialLimit =>
  new DenialLimit({
    database,
    log: createLog('audit', (line) => lines.push(line)),
    clock: { now: () => new Date(now) },
    perMinute,
  })

let people = 0
/** Somebody who was never refused before. */
const somebody = (parts: Partial<Actor> = {}): Actor => {
  people += 1
  const tail = String(people).padStart(12, '0')
  const tenantId = '11111111-0000-4000-8000-000000000001'
  return actorOf('DEALER_SALES', {
    id: `aaaaaaaa-0000-4000-8000-${tail}`,
    tenantId,
    reach: 'TENANT',
    ...parts,
  })
}

/** Denies an actor so often. @returns how many were to be events of their own. */
function deny(denials: DenialLimit, actor: Actor, times: number, seal = sealFor(actor, 'audit')): number {
  let own = 0
  for (let n = 0; n < times; n += 1) if (denials.admits(actor, seal, 'access.denied')) own += 1
  return own
}

/** The counts that the trail holds of an actor. */
const counts = (actor: Actor) =>
  withClient(adminUrl, async (db) => {
    const { rows } = await db.query<{ outcome: string; principal: string; repeated: number }>(
      `select outcome, actor_principal as principal, (detail->>'repeated')::int as repeated from audit.event
        where actor_id = $1 and tenant_id = $2 and action = 'access.denied' order by id`,
      [actor.id, actor.tenantId],
    )
    return rows
  })
const counted = (repeated: number) => ({ outcome: 'DENY', principal: 'DEALER_SALES', repeated })

describe('denials of one actor', () => {
  it('DNY-01 MUST be an event each up to 20 in a minute, and one count for all further ones', async () => {
    const denials = limit()
    const actor = somebody()

    expect(deny(denials, actor, 1_000)).toBe(20)
    await denials.settle()
    expect(await counts(actor)).toEqual([])
    now += 60_000
    await denials.settle()
    await denials.settle()

    expect(await counts(actor)).toEqual([counted(980)])
    await denials.close()
  })

  it('DNY-02 MUST be counted minute by minute, also when the next one begins before the count is written', async () => {
    const denials = limit(5)
    const actor = somebody()

    expect(deny(denials, actor, 8)).toBe(5)
    now += 60_000
    expect(deny(denials, actor, 7)).toBe(5)
    await denials.close()

    expect(await counts(actor)).toEqual([counted(3), counted(2)])
  })

  it('DNY-03 MUST not be counted together with anybody else’s, nor with another kind', async () => {
    const denials = limit(2)
    const [one, other] = [somebody(), somebody()]

    deny(denials, one, 5)
    expect(deny(denials, other, 2)).toBe(2)
    expect(denials.admits(one, sealFor(one, 'audit'), 'access.refused')).toBe(true)
    await denials.close()

    expect(await counts(one)).toEqual([counted(3)])
    expect(await counts(other)).toEqual([])
  })

  it('DNY-04 MUST each stay an event under a support grant: its receipt counts them', async () => {
    const denials = limit(1)
    const grant = { id: 'bbbbbbbb-0000-4000-8000-000000000001', piiLevel: 'MASKED' as const }

    expect(deny(denials, somebody({ grant }), 30)).toBe(30)
    await denials.close()
  })

  it('DNY-05 MUST stay bounded: actors beyond the most that are counted have events of their own', async () => {
    const denials = limit(0)
    const seal = sealFor(somebody(), 'audit')
    for (let n = 0; n < 10_000; n += 1) expect(denials.admits(somebody(), seal, 'access.refused')).toBe(false)

    const late = somebody()
    expect(deny(denials, late, 3)).toBe(3)
    now += 60_000
    expect(deny(denials, late, 3)).toBe(0)
    await denials.close()
  })

  it('DNY-06 MUST be counted although the seal has run out meanwhile, and be lost loudly when it is too old', async () => {
    const denials = limit(0)
    const [recent, old, forged] = [somebody(), somebody(), somebody()]
    const seconds = Date.now() / 1000
    deny(denials, recent, 2, sealFor(recent, 'audit', seconds - 120))
    deny(denials, old, 3, sealFor(old, 'audit', seconds - 600))
    deny(denials, forged, 4, sealFor(forged, 'audit').replace(forged.id, recent.id))
    await denials.close()

    expect(await counts(recent)).toEqual([counted(2)])
    expect(await counts(old)).toEqual([])
    expect(await counts(forged)).toEqual([])
    expect(lines.map((line) => JSON.parse(line) as object)).toMatchObject([
      { event: 'denials.lost', counts: 2, denials: 7 },
    ])
  })

  it('DNY-07 MUST be counted once the database takes them again', async () => {
    const denials = limit(0)
    const actor = somebody()
    const grant = (verb: string) =>
      withClient(adminUrl, (db) =>
        db.query(`${verb} execute on function audit.record_repeated_denials(text[], text[], text[])
                  ${verb === 'grant' ? 'to' : 'from'} autora_audit`),
      )
    deny(denials, actor, 4)
    now += 60_000
    await grant('revoke')
    await denials.settle()
    expect(await counts(actor)).toEqual([])
    await grant('grant')
    await denials.settle()

    expect(await counts(actor)).toEqual([counted(4)])
    await denials.close()
  })
})
