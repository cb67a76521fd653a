import { encodeId } from '@autora/shared/request'
import { footprint } from '../attacks/footprint.js'
import { note, report, review, step, told, walk } from '../journeys/incident-steps.js'
import { send } from '../journeys/support-steps.js'
import { supportUnderGrant } from '../kit/support.js'
import { startWorld, type World } from '../kit/world.js'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.close())

const storeId = () => encodeId('Store', world.people.store('north-one').id)
const of = (answer: { data: { incident: unknown } | null }) => answer.data?.incident ?? null
const LIST = '{ incidents(first: 50) { edges { node { id status } } } }'
const STATUS = 'query S($id: ID!) { incident(id: $id) { id status } }'

describe('an incident', () => {
  it('INC-01 MUST be reported from every seat, and be seen by its reporter with its state', async () => {
    const { people } = world
    const seats = [
      people.owner(),
      people.support(),
      people.admin('north'),
      people.sales('north-one'),
      people.marketing('north-one'),
    ]
    for (const seat of seats) {
      const incident = await report(seat, 'Something looks odd to me')
      expect(of(await seat.send(STATUS, { id: incident.id }))).toEqual({ id: incident.id, status: 'OPEN' })
    }
    const input = { category: 'OTHER', summary: 'Our feed shows the leads of others' }
    const byKey = await send(people.partner('north-one'), 'incidentReport', 'IncidentReportInput', input, '')
    expect(byKey.payload).toEqual({ userErrors: [] })
    expect((await people.analyst('north-one').send(LIST)).status).toBe(403)
  })

  it('INC-02 MUST be absent for everybody it is not for', async () => {
    const { people } = world
    const incident = await report(people.sales('north-one'), 'Seen on a screen', { storeId: storeId() })
    const read = async (who: ReturnType<typeof people.owner>) =>
      of(await who.send(STATUS, { id: incident.id }))

    for (const who of [people.owner(), people.admin('north'), people.sales('north-one')])
      expect(await read(who)).toMatchObject({ id: incident.id })
    for (const who of [people.admin('south'), people.sales('north-two'), people.marketing('north-one')])
      expect(await read(who)).toBeNull()
    expect(of(await people.admin('south').send(STATUS, { id: `inc_${'0'.repeat(32)}` }))).toBeNull()
  })

  it('INC-03 MUST be reviewed by an owner alone: nobody else leaves a trace in it', async () => {
    const { people } = world
    const incident = await report(people.admin('north'), 'Somebody read at night', { storeId: storeId() })
    const support = await supportUnderGrant(world, 'north-one', 'MASKED', ['READ', 'DIAGNOSE'])
    const before = await footprint(world)
    const input = {
      id: incident.id,
      version: 1,
      to: 'IN_REVIEW',
      reason: 'I would like to look into this',
    }
    for (const who of [people.admin('north'), people.sales('north-one'), people.support(), support]) {
      expect(await step(who, 'incidentTransition', input)).toBeNull()
      expect(await step(who, 'incidentPinEvidence', { incidentId: incident.id, eventIds: ['1'] })).toBeNull()
      expect(await step(who, 'incidentHold', { incidentId: incident.id, reason: input.reason })).toBeNull()
    }
    expect(await footprint(world)).toEqual(before)
    expect(await step(people.owner(), 'incidentTransition', input)).toMatchObject({
      incident: { status: 'IN_REVIEW', version: 2 },
    })
  })

  it('INC-04 MUST take notes of its dealer, of support under a grant, and of reviewers, each seen by whom it is for', async () => {
    const { people } = world
    const admin = people.admin('north')
    const incident = await report(admin, 'Who was it?', { storeId: storeId() })
    const support = await supportUnderGrant(world, 'north-one', 'MASKED', ['READ', 'DIAGNOSE'])
    const reader = () => supportUnderGrant(world, 'north-one', 'MASKED', ['READ'])

    expect((await note(admin, incident.id, 'Why was this read?', { kind: 'QUESTION' })).userErrors).toEqual(
      [],
    )
    expect((await note(support, incident.id, 'For ticket SUP-9', { kind: 'ANSWER' })).userErrors).toEqual([])
    expect(
      (await note(people.owner(), incident.id, 'Looks sound', { visibility: 'INTERNAL' })).userErrors,
    ).toEqual([])
    expect(
      (await note(admin, incident.id, 'Mine alone', { visibility: 'INTERNAL' })).userErrors,
    ).toMatchObject([{ code: 'INVALID' }])
    expect(await note(people.sales('north-one'), incident.id, 'Me too')).toBeNull()
    expect((await note(people.admin('south'), incident.id, 'Foreign')).userErrors).toEqual([
      { code: 'NOT_FOUND' },
    ])
    expect(await note(people.support(), incident.id, 'Without a grant')).toBeNull()

    const notes = async (who: typeof admin) =>
      (await review(who, incident.id)).data.incident.notes.map((one: { kind: string }) => one.kind)
    expect(await notes(admin)).toEqual(['QUESTION', 'ANSWER'])
    expect(await notes(people.owner())).toEqual(['QUESTION', 'ANSWER', 'NOTE'])
    expect(await notes(support)).toEqual(['QUESTION', 'ANSWER'])
    expect(await note(await reader(), incident.id, 'Only reads')).toBeNull()
  })

  it('INC-05 MUST show an owner no word of the dealer, who may name a customer', async () => {
    const { people } = world
    const admin = people.admin('north')
    const incident = await report(admin, 'CANARY-SUMMARY')
    await note(admin, incident.id, 'CANARY-NOTE')
    await note(people.owner(), incident.id, 'Plain words of a reviewer')

    const answer = await review(people.owner(), incident.id)

    expect(answer.text).not.toContain('CANARY')
    expect(answer.data.incident.notes.map((one: { reviewText: string }) => one.reviewText)).toEqual([
      null,
      'Plain words of a reviewer',
    ])
    for (const field of ['summary', 'notes { body }'])
      expect((await people.owner().send(`{ incident(id: "${incident.id}") { ${field} } }`)).status).toBe(403)
    const own = await admin.send(`{ incident(id: "${incident.id}") { summary notes { body } } }`)
    expect(own.text).toContain('CANARY-NOTE')
  })

  it('INC-06 MUST be assigned to an owner of the platform and to nobody else', async () => {
    const { people } = world
    const incident = await report(people.admin('north'), 'Please look')
    const assign = (userId: string) =>
      step(people.owner(), 'incidentTriage', {
        id: incident.id,
        version: 1,
        reason: 'Somebody has to look at it',
        assigneeId: encodeId('User', userId),
      })

    for (const role of ['PLATFORM_SUPPORT', 'DEALER_ADMIN'] as const) {
      const { userId } = people.membership(role, role === 'DEALER_ADMIN' ? 'north' : undefined)
      expect((await assign(userId)).userErrors).toEqual([{ code: 'INVALID' }])
    }
    expect((await assign(people.membership('PLATFORM_OWNER').userId)).userErrors).toEqual([])
    expect((await told(world, 'incident.triaged')).at(-1)).toMatchObject({ who: 'PLATFORM_OWNER' })
  })

  it('INC-07 MUST take nothing more once it is over, and go on when it is opened again', async () => {
    const { people } = world
    const admin = people.admin('north')
    const incident = await report(admin, 'A false alarm')
    const rejected = await walk(people.owner(), incident, 'REJECTED')

    expect((await note(admin, incident.id, 'But still')).userErrors).toEqual([{ code: 'STATE_REFUSED' }])
    const pin = await step(people.owner(), 'incidentPinEvidence', {
      incidentId: incident.id,
      eventIds: ['1'],
    })
    expect(pin.userErrors).toEqual([{ code: 'STATE_REFUSED' }])
    const again = await walk(people.owner(), rejected, 'REOPENED', 'IN_REVIEW')
    expect((await note(admin, again.id, 'Thank you')).userErrors).toEqual([])
  })
})
