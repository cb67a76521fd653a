import { randomUUID } from 'node:crypto'
import { withClient } from '@autora/shared/database'
import { encodeId } from '@autora/shared/request'
import { Client } from '../kit/client.js'
import { actorOf, sealFor } from '../kit/direct-call.js'
import { plantPerson } from '../kit/plant.js'
import { goodClaims, signToken } from '../kit/tokens.js'
import { type Seat, Stage, seats } from './identity-stage.js'
import { traces } from './identity-traces.js'

let stage: Stage
let north: string
let second: Client
beforeAll(async () => {
  stage = await Stage.open()
  const { world } = stage
  north = world.people.store('north-one').groupId
  const { id, userId } = await plantPerson(world, { tenantId: north, role: 'DEALER_ADMIN', storeId: null })
  const claims = () => goodClaims({ userId, membershipId: id })
  second = new Client(world.gatewayUrl, () => signToken(world.issuerKey, claims()))
})
afterAll(() => stage.world.close())

const reason = 'The regulator asked about this'
const PLACE = `mutation P($input: LegalHoldPlaceInput!) {
  legalHoldPlace(input: $input) {
    legalHold { id scope subjectId status isByPlatform reason placedBy { id } incident { id } }
    userErrors { code field } } }`
const RELEASE = `mutation R($input: LegalHoldReleaseInput!) {
  legalHoldRelease(input: $input) {
    legalHold { id status releaseAskedBy { id } releasedBy { id } releaseReason releasedAt }
    userErrors { code } } }`
const LIST = '{ legalHolds(first: 50) { edges { node { id status reason } } } }'
const REPORT = `mutation I($input: IncidentReportInput!) { incidentReport(input: $input) { incident { id } } }`

const admin = () => stage.clients.DEALER_ADMIN
const owner = () => stage.clients.PLATFORM_OWNER
const incidentOf = async (client: Client): Promise<string> =>
  (await client.send(REPORT, { input: { category: 'OTHER', summary: 'Something was seen' } })).data
    ?.incidentReport.incident.id

async function place(client: Client, input: object): Promise<{ id: string; status: string }> {
  const { data, text } = await client.send(PLACE, { input: { scope: 'TENANT', reason, ...input } })
  const hold = data?.legalHoldPlace?.legalHold
  if (!hold) throw new Error(`no hold: ${text}`)
  return hold
}
const refusal = async (client: Client, input: object) => {
  const { data, errors } = await client.send(PLACE, { input: { scope: 'TENANT', reason, ...input } })
  return errors[0]?.extensions.code ?? data?.legalHoldPlace.userErrors[0]?.code
}
const released = async (client: Client, id: string) => {
  const { data, errors } = await client.send(RELEASE, { input: { id, reason } })
  const payload = data?.legalHoldRelease
  return errors[0]?.extensions.code ?? payload?.userErrors[0]?.code ?? payload?.legalHold.status
}
const isHeld = async (subject: string | null, from: string | null = null, to: string | null = null) =>
  (
    await stage.world.sql<{ held: boolean }>('select audit.is_held($1, $2, $3, $4) as held', [
      north,
      subject,
      from,
      to,
    ])
  )[0]?.held
const eventsOf = async (id: string) =>
  (
    await stage.world.sql<{ action: string }>(
      `select action from audit.event where target_type = 'LegalHold' and outcome = 'ALLOW'
          and 'hld_' || replace(target_id::text, '-', '') = $1 order by id`,
      [id],
    )
  ).map(({ action }) => action)

describe.each([
  ['legalHolds', '+ - - + - - - -'],
  ['legalHoldPlace', '+ - - + - - - -'],
  ['legalHoldRelease', '+ - - + - - - -'],
] as const)('the rights table of %s', (field, signs) => {
  const ask = async (seat: Seat) => {
    if (field === 'legalHolds') return { query: LIST, input: {} }
    const isOwner = seat === 'PLATFORM_OWNER'
    const incidentId = isOwner ? await incidentOf(admin()) : null
    if (field === 'legalHoldPlace')
      return { query: PLACE, input: { scope: 'TENANT', reason, ...(incidentId ? { incidentId } : {}) } }
    const { id } = await place(isOwner ? owner() : admin(), incidentId ? { incidentId } : {})
    return { query: RELEASE, input: { id, reason } }
  }

  it.each(seats.map((seat, n) => [seat, signs.split(' ')[n]]))(
    'HLD-01 MUST answer %s with %s',
    async (seat, sign) => {
      const { query, input } = await ask(seat as Seat)
      const before = await traces(stage.world)

      const answer = await stage.clients[seat as Seat].send(query, { input })

      const isDone = answer.errors.length === 0 && (answer.data?.[field].userErrors ?? []).length === 0
      expect(isDone ? '+' : '-').toBe(sign)
      const after = await traces(stage.world)
      expect(after.refusals - before.refusals).toBe(sign === '-' ? 1 : 0)
      if (sign === '-' || field === 'legalHolds') expect(after.changes).toEqual(before.changes)
    },
  )
})

describe('a hold of a dealer', () => {
  it('HLD-02 MUST last until a second Dealer Admin releases it', async () => {
    const userId = randomUUID()
    const subjectId = encodeId('User', userId)
    const other = randomUUID()
    const covered = await isHeld(other)
    const hold = await place(admin(), { scope: 'SUBJECT', subjectId })
    expect(hold).toMatchObject({ status: 'HELD', isByPlatform: false, subjectId, reason })
    expect([await isHeld(userId), await isHeld(other)]).toEqual([true, covered])

    expect(await released(admin(), hold.id)).toBe('RELEASE_ASKED')
    expect(await released(admin(), hold.id)).toBe('SELF_APPROVAL_REFUSED')
    expect(await isHeld(userId)).toBe(true)
    expect(await released(second, hold.id)).toBe('RELEASED')
    expect(await isHeld(userId)).toBe(covered)
    expect(await released(second, hold.id)).toBe('STATE_NOT_ALLOWED')
    expect(await eventsOf(hold.id)).toEqual([
      'legalHold.placed',
      'legalHold.releaseAsked',
      'legalHold.released',
    ])
    const kept = await stage.world.sql<{ asked: string; by: string }>(
      `select release_asked_by as asked, released_by as by from audit.legal_hold where subject_id = $1`,
      [userId],
    )
    expect(kept[0]?.asked).toBe(stage.self('DEALER_ADMIN').userId)
    expect(kept[0]?.by).not.toBe(kept[0]?.asked)
  })

  it('HLD-03 MUST be absent for the admin of another group, who gets the same answer as for none', async () => {
    const { id } = await place(admin(), {})
    const south = stage.world.people.admin('south')

    expect(await released(south, id)).toBe('NOT_FOUND')
    expect(await released(south, encodeId('LegalHold', randomUUID()))).toBe('NOT_FOUND')
    expect(await released(south, 'nothing')).toBe('NOT_FOUND')
    const { data } = await south.send(LIST)
    expect(data?.legalHolds.edges).toEqual([])
    const foreign = await incidentOf(admin())
    expect(await refusal(south, { incidentId: foreign })).toBe('NOT_FOUND')
    expect(await refusal(south, { incidentId: encodeId('Incident', randomUUID()) })).toBe('NOT_FOUND')
  })

  it('HLD-04 MUST be the business of who answers for the whole group', async () => {
    const { id } = await place(admin(), {})
    const ofOneStore = stage.world.people.admin('north-one')

    expect(await refusal(ofOneStore, {})).toBe('SCOPE_EXCEEDED')
    expect(await released(ofOneStore, id)).toBe('SCOPE_EXCEEDED')
    expect((await ofOneStore.send(LIST)).data?.legalHolds.edges).toEqual([])
  })

  it.each([
    [{ reason: 'short' }, 'REASON_REQUIRED'],
    [{ scope: 'SUBJECT' }, 'INVALID'],
    [{ scope: 'SUBJECT', subjectId: 'nobody' }, 'NOT_FOUND'],
    [{ subjectId: encodeId('User', randomUUID()) }, 'INVALID'],
    [{ scope: 'PERIOD', periodFrom: '2026-01-01T00:00:00Z' }, 'INVALID'],
    [{ periodTo: '2026-01-01T00:00:00Z' }, 'INVALID'],
    [
      { scope: 'PERIOD', periodFrom: '2026-01-02T00:00:00Z', periodTo: '2026-01-02T00:00:00Z' },
      'TIME_INVALID',
    ],
  ])('HLD-05 MUST refuse %j with %s', async (input, code) => {
    expect(await refusal(admin(), input)).toBe(code)
  })
})

describe('a hold of the platform', () => {
  it('HLD-06 MUST be about an incident, lie in its group, and be released by the platform alone', async () => {
    expect(await refusal(owner(), {})).toBe('INVALID')
    const incidentId = await incidentOf(admin())
    const hold = await place(owner(), { incidentId })
    expect(hold).toMatchObject({ isByPlatform: true, incident: { id: incidentId } })
    expect((await admin().send(LIST)).data?.legalHolds.edges).toContainEqual({
      node: { id: hold.id, status: 'HELD', reason },
    })

    expect(await released(admin(), hold.id)).toBe('SCOPE_EXCEEDED')
    const { id } = await place(admin(), { incidentId })
    expect(await released(owner(), id)).toBe('SCOPE_EXCEEDED')
    expect(await released(owner(), hold.id)).toBe('RELEASED')
    const [row] = await stage.world.sql<{ tenant: string }>(
      `select distinct tenant_id as tenant from audit.event where action = 'legalHold.released'
          and actor_principal = 'PLATFORM_OWNER'`,
    )
    expect(row?.tenant).toBe(north)
  })
})

/** Rows or SQLSTATE of a statement that the audit role sends under a seal. */
const under = (seal: string, statement: string) =>
  withClient(stage.world.roleUrl('audit'), async (db) => {
    await db.query(`select set_config('autora.context', $1, false)`, [seal])
    return db.query(statement).then(
      ({ rowCount }) => rowCount,
      (error: { code: string }) => error.code,
    )
  })

describe('the database', () => {
  it('HLD-07 MUST cover what overlaps, and nothing else', async () => {
    await withClient(stage.world.adminUrl, async (db) => {
      await db.query('begin')
      await db.query('alter table audit.legal_hold disable trigger user')
      await db.query('update audit.legal_hold set released_by = placed_by, released_at = now()')
      await db.query(
        `insert into audit.legal_hold (tenant_id, scope, period_from, period_to, reason, placed_by, placed_principal)
         values ($1, 'PERIOD', '2026-02-01Z', '2026-03-01Z', 'planted by a test', $1, 'DEALER_ADMIN')`,
        [north],
      )
      const ask = async (...values: (string | null)[]) =>
        (await db.query<{ held: boolean }>('select audit.is_held($1, $2, $3, $4) as held', values)).rows[0]
          ?.held
      const someone = randomUUID()
      expect(await ask(north, null, '2026-01-01Z', '2026-02-01Z')).toBe(false)
      expect(await ask(north, null, '2026-01-01Z', '2026-02-01T00:00:01Z')).toBe(true)
      expect(await ask(north, null, '2026-03-01Z', null)).toBe(false)
      expect(await ask(north, someone, null, null)).toBe(true)
      expect(await ask(someone, null, null, null)).toBe(false)
      await db.query('rollback')
    })
  })

  it('HLD-08 MUST refuse a release by one pair of eyes, whatever the application sends', async () => {
    const { id } = await place(admin(), {})
    await released(admin(), id)
    const uuid = `(select id from audit.legal_hold where 'hld_' || replace(id::text, '-', '') = '${id}')`
    const attempt = (statement: string) =>
      withClient(stage.world.adminUrl, (db) => db.query(statement)).then(
        () => 'done',
        (error: { code: string }) => error.code,
      )

    // without a sealed context nobody is anybody
    expect(
      await attempt(
        `update audit.legal_hold set released_by = placed_by, released_at = now() where id = ${uuid}`,
      ),
    ).toBe('AU008')
    const { userId } = stage.self('DEALER_ADMIN')
    const seal = sealFor(actorOf('DEALER_ADMIN', { id: userId, tenantId: north, reach: 'TENANT' }), 'audit')
    for (const [statement, answer] of [
      [
        `update audit.legal_hold set released_by = sec.actor_id(), released_at = now() where id = ${uuid}`,
        'AU008',
      ],
      [
        `update audit.legal_hold set released_by = gen_random_uuid(), released_at = now() where id = ${uuid}`,
        'AU008',
      ],
      [`update audit.legal_hold set placed_principal = 'PLATFORM_OWNER'`, '42501'],
      ['update audit.legal_hold set placed_by = gen_random_uuid()', '42501'],
      ['delete from audit.legal_hold', '42501'],
      [`insert into audit.legal_hold (scope, reason) values ('TENANT', 'without any event')`, 'AU001'],
      [`select from audit.legal_hold where id = ${uuid}`, 1],
    ] as const)
      expect([statement, await under(seal, statement)]).toEqual([statement, answer])
  })
})
