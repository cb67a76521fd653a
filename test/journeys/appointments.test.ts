import { randomUUID } from 'node:crypto'
import { decodeId, encodeId } from '@autora/shared/request'
import { footprint } from '../attacks/footprint.js'
import type { Answer, Client } from '../kit/client.js'
import { startWorld, type World } from '../kit/world.js'

let world: World
let sales: Client
let leadId: string
beforeAll(async () => {
  world = await startWorld()
  sales = world.people.sales('north-one')
  leadId = await someLead('north-one')
})
afterAll(() => world.close())

const BOOK = `mutation B($input: AppointmentBookInput!) { appointmentBook(input: $input) {
  appointment { id type status resource startsAt endsAt notes lead { id } store { code } } userErrors { code field } } }`
const CANCEL = `mutation X($input: AppointmentCancelInput!) { appointmentCancel(input: $input) {
  appointment { id status } userErrors { code field } } }`

const someLead = async (store: string) => {
  const [row] = await world.sql<{ id: string }>(
    'select id from dealer_ops.lead where store_id = $1 limit 1',
    [world.people.store(store).id],
  )
  return encodeId('Lead', row?.id ?? '')
}

const at = (time: string) => `2027-03-01T${time}:00.000Z`
const slot = (parts: object = {}) => ({
  input: {
    leadId,
    type: 'TEST_DRIVE',
    resource: `Bay ${randomUUID()}`,
    startsAt: at('10:00'),
    endsAt: at('11:00'),
    ...parts,
  },
})

async function booked(parts: object = {}): Promise<{ id: string; startsAt: string }> {
  const answer = await sales.send(BOOK, slot(parts))
  expect(answer.data.appointmentBook.userErrors).toEqual([])
  return answer.data.appointmentBook.appointment
}

const refused = (answer: Answer, deed: string) => {
  expect(answer.data[deed].appointment).toBeNull()
  return answer.data[deed].userErrors
}

const actionsOn = async (targetId: string) => {
  const answer = await world.people
    .admin('north')
    .send('query T($f: AuditEventFilter) { auditEvents(filter: $f) { edges { node { action } } } }', {
      f: { targetId },
    })
  return answer.data.auditEvents.edges.map(({ node }: { node: { action: string } }) => node.action)
}

describe('appointmentBook', () => {
  it('JRN-100 MUST book a time as it was asked for, in any offset, with an event', async () => {
    const resource = `Bay ${randomUUID()}`

    const answer = await sales.send(
      BOOK,
      slot({
        resource: `  ${resource} `,
        startsAt: '2027-03-01T12:00:00+02:00',
        notes: 'Brings his licence',
      }),
    )

    const { appointment, userErrors } = answer.data.appointmentBook
    expect(userErrors).toEqual([])
    expect(appointment).toEqual({
      id: expect.stringMatching(/^apt_/),
      type: 'TEST_DRIVE',
      status: 'CONFIRMED',
      resource,
      startsAt: at('10:00'),
      endsAt: at('11:00'),
      notes: 'Brings his licence',
      lead: { id: leadId },
      store: { code: 'north-one' },
    })
    expect(await actionsOn(appointment.id)).toEqual(['appointment.booked'])
  })

  it('JRN-101 MUST give one time to one of ten who ask at the same moment, and tell the others, again and again', async () => {
    for (let round = 0; round < 20; round++) {
      const resource = `Bay ${randomUUID()}`

      const answers = await Promise.all(
        Array.from({ length: 10 }, () => sales.send(BOOK, slot({ resource }))),
      )

      const codes = answers.flatMap(({ data, errors }) => [
        ...errors.map(({ extensions }) => extensions.code),
        ...(data?.appointmentBook?.userErrors.map((error: { code: string }) => error.code) ?? []),
      ])
      expect(codes).toEqual(Array(9).fill('TIME_TAKEN'))
      expect(
        await world.sql('select 1 from dealer_ops.appointment where resource = $1', [resource]),
      ).toHaveLength(1)
    }
  })

  it.each([
    ['the same time', '10:00', '11:00'],
    ['a time that begins inside', '10:59', '12:00'],
    ['a time that ends inside', '09:00', '10:01'],
    ['a time around it', '09:00', '12:00'],
    ['a time within it', '10:15', '10:45'],
  ])('JRN-102 MUST NOT give away %s', async (_name, from, to) => {
    const resource = `Bay ${randomUUID()}`
    await booked({ resource })
    const before = await footprint(world)

    const answer = await sales.send(BOOK, slot({ resource, startsAt: at(from), endsAt: at(to) }))

    expect(refused(answer, 'appointmentBook')).toEqual([{ code: 'TIME_TAKEN', field: null }])
    expect(await footprint(world)).toEqual(before)
  })

  it('JRN-103 MUST give the time right after, the same time elsewhere, and tell no store about another', async () => {
    const resource = `Bay ${randomUUID()}`
    await booked({ resource })
    const other = await someLead('north-two')

    await booked({ resource, startsAt: at('11:00'), endsAt: at('12:00') })
    await booked()
    const answer = await world.people.sales('north-two').send(BOOK, slot({ resource, leadId: other }))

    expect(answer.data.appointmentBook.userErrors).toEqual([])
  })

  it.each<[string, object, string, string[] | null]>([
    ['ends before it starts', { endsAt: at('09:00') }, 'TIME_INVALID', ['endsAt']],
    ['ends as it starts', { endsAt: at('10:00') }, 'TIME_INVALID', ['endsAt']],
    ['lasts more than twelve hours', { endsAt: '2027-03-01T22:00:00.001Z' }, 'TIME_INVALID', ['endsAt']],
    ['is on nothing', { resource: '  ' }, 'INVALID', ['resource']],
    ['is on too long a name', { resource: 'x'.repeat(81) }, 'INVALID', ['resource']],
    ['has too long a note', { notes: 'x'.repeat(4001) }, 'INVALID', ['notes']],
    ['is about no lead', { leadId: 'led_00000000000040008000000000000000' }, 'NOT_FOUND', null],
  ])('JRN-104 MUST refuse what %s', async (_name, parts, code, field) => {
    const before = await footprint(world)

    const answer = await sales.send(BOOK, slot(parts))

    expect(refused(answer, 'appointmentBook')).toEqual([{ code, field }])
    expect(await footprint(world)).toEqual(before)
  })

  it('JRN-105 MUST refuse a lead of another store like none', async () => {
    const before = await footprint(world)
    const same = { 'x-request-id': 'same-bytes-1' }

    const foreign = await sales.send(BOOK, slot({ leadId: await someLead('south-one') }), same)
    const sibling = await sales.send(BOOK, slot({ leadId: await someLead('north-two') }), same)
    const absent = await sales.send(BOOK, slot({ leadId: 'x' }), same)

    expect(refused(foreign, 'appointmentBook')).toEqual([{ code: 'NOT_FOUND', field: null }])
    expect([foreign.text, sibling.text]).toEqual([absent.text, absent.text])
    expect(await footprint(world)).toEqual(before)
  })

  it.each(['2027-02-30T10:00:00Z', '2027-13-01T10:00:00Z', '2027-03-01T25:00:00Z', '2027-03-01T10:00:00'])(
    'JRN-106 MUST NOT guess what %s means',
    async (startsAt) => {
      const before = await footprint(world)

      const answer = await sales.send(BOOK, slot({ startsAt, endsAt: '2027-03-02T11:00:00Z' }))

      expect(answer.data?.appointmentBook?.appointment ?? null).toBeNull()
      expect(answer.errors.map(({ extensions }) => extensions.code)).toEqual(['BAD_USER_INPUT'])
      expect(await footprint(world)).toEqual(before)
    },
  )
})

describe('appointmentCancel', () => {
  const cancel = (id: string, client = sales) => client.send(CANCEL, { input: { id } })

  it('JRN-110 MUST free the time, once, with one event', async () => {
    const resource = `Bay ${randomUUID()}`
    const { id } = await booked({ resource })

    const cancelled = await cancel(id)
    const again = await cancel(id)
    const next = await booked({ resource })

    expect(cancelled.data.appointmentCancel).toEqual({
      appointment: { id, status: 'CANCELLED' },
      userErrors: [],
    })
    expect(again.data).toEqual(cancelled.data)
    expect(next.startsAt).toBe(at('10:00'))
    expect(await actionsOn(id)).toEqual(['appointment.cancelled', 'appointment.booked'])
  })

  it.each(['COMPLETED', 'NO_SHOW'])('JRN-111 MUST NOT undo what is over: %s', async (status) => {
    const { id } = await booked()
    await world.sql(
      `begin; alter table dealer_ops.appointment disable trigger must_be_audited;
       update dealer_ops.appointment set status = '${status}' where id = '${decodeId('Appointment', id)}';
       alter table dealer_ops.appointment enable always trigger must_be_audited; commit`,
    )
    const before = await footprint(world)

    const answer = await cancel(id)

    expect(refused(answer, 'appointmentCancel')).toEqual([{ code: 'CONFLICT', field: null }])
    expect(await footprint(world)).toEqual(before)
  })

  it('JRN-112 MUST NOT be done from another store, nor by marketing, nor by a partner without the scope', async () => {
    const { id } = await booked()
    const { people } = world
    const before = await footprint(world)

    const sibling = await cancel(id, people.sales('north-two'))
    const foreign = await cancel(id, people.admin('south'))
    const denied = await Promise.all(
      [people.marketing('north-one'), people.partner('north-one', 'FULL'), people.owner()].map((client) =>
        cancel(id, client),
      ),
    )

    for (const answer of [sibling, foreign])
      expect(refused(answer, 'appointmentCancel')).toEqual([{ code: 'NOT_FOUND', field: null }])
    for (const { status, data } of denied) expect([status, data]).toEqual([403, null])
    expect(await footprint(world)).toEqual(before)
  })
})
