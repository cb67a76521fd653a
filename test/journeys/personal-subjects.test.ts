import { graphRules, isPersonal } from '@autora/shared/access'
import { encodeId } from '@autora/shared/request'
import type { Answer, Client } from '../kit/client.js'
import { startWorld, type World } from '../kit/world.js'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.close())

/** How every personal field of the graph is reached: the operation around it. */
const around: Readonly<Record<string, (field: string) => string>> = {
  Customer: (field) => `{ customers(first: 100) { edges { node { ${field} } } } }`,
  CustomerPhone: (field) => `{ customers(first: 100) { edges { node { phones { ${field} } } } } }`,
  CustomerIdentity: (field) => `{ customers(first: 100) { edges { node { identity { ${field} } } } } }`,
  Lead: (field) => `{ leads(first: 100) { edges { node { ${field} } } } }`,
  LeadVehicle: (field) => `{ leads(first: 100) { edges { node { tradeIns { ${field} } } } } }`,
  Message: (field) =>
    `{ inbox(first: 100) { edges { node { messages(first: 5) { edges { node { ${field} } } } } } } }`,
  Appointment: (field) => `{ appointments(first: 100) { edges { node { ${field} } } } }`,
  User: (field) => `{ users(first: 100) { edges { node { ${field} } } } }`,
  ExternalIdentity: (field) => `{ externalIdentities(first: 100) { edges { node { ${field} } } } }`,
}

/** What is about nobody in particular, or has a journey of its own. */
const others = ['Incident.summary', 'IncidentNote.body', 'FieldRevealPayload.value']

const personal = [...graphRules].flatMap(([coordinate, { dataClass }]) =>
  isPersonal(dataClass) ? [coordinate] : [],
)

/** Values that the demo network does not have. */
async function plant(admin: Client): Promise<void> {
  const { id: storeUuid, legalEntityId } = world.people.store('north-one')
  const entity = encodeId('LegalEntity', legalEntityId)
  const store = encodeId('Store', storeUuid)
  const { data } = await admin.send(
    `query P($entity: ID!, $store: ID!) { legalEntity(id: $entity) { version }
       customers(first: 1, storeId: $store) { edges { node { id } } } }`,
    { entity, store },
  )
  await admin.send(
    `mutation E($input: LegalEntityUpdateInput!) { legalEntityUpdate(input: $input) { userErrors { code } } }`,
    { input: { id: entity, changes: { storesIdentityNumbers: true }, version: data.legalEntity.version } },
  )
  const { id } = data.customers.edges[0].node
  const recorded = await admin.send(
    `mutation R($input: CustomerIdentityRecordInput!) {
       customerIdentityRecord(input: $input) { customer { id } userErrors { code } } }`,
    { input: { id, field: 'DATE_OF_BIRTH', value: '1980-01-31' } },
  )
  expect(recorded.data.customerIdentityRecord).toEqual({ customer: { id }, userErrors: [] })
}

/** What the event of an answer says. */
async function detailOf(answer: Answer): Promise<Answer['data'] | undefined> {
  const [event] = await world.sql<{ detail: Answer['data'] }>(
    `select detail from audit.event where request_id = $1 and action = 'personalData.read'`,
    [answer.headers.get('x-request-id')],
  )
  return event?.detail
}

/** Whether anything of a field stands in an answer. */
const shows = (value: unknown, field: string): boolean => {
  if (typeof value !== 'object' || value === null) return false
  return Object.entries(value).some(([key, inner]) =>
    key === field && inner !== null ? true : shows(inner, field),
  )
}

describe('a personal field', () => {
  it('PRD-20 MUST say of whom it was read, for every one of the graph that holds a value', async () => {
    const admin = world.people.admin('north')
    await plant(admin)
    const seen: string[] = []
    const unreached: string[] = []
    for (const coordinate of personal.filter((one) => !others.includes(one))) {
      const [type = '', field = ''] = coordinate.split('.')
      const document = around[type]?.(field)
      if (!document) {
        unreached.push(coordinate)
        continue
      }
      const answer = await admin.send(document)
      expect([coordinate, answer.errors]).toEqual([coordinate, []])
      const detail = await detailOf(answer)
      expect([coordinate, detail !== undefined]).toEqual([coordinate, shows(answer.data, field)])
      if (!detail) continue
      seen.push(coordinate)
      expect(Object.keys(detail.fields)).toEqual([coordinate])
      expect([coordinate, detail.subjectCount > 0]).toEqual([coordinate, true])
    }

    expect(unreached).toEqual([])
    expect(seen.length).toBeGreaterThan(personal.length / 2)
    expect(seen).toEqual(
      expect.arrayContaining([
        'Message.body',
        'Customer.emails',
        'CustomerPhone.raw',
        'CustomerIdentity.dateOfBirth',
        'Lead.comments',
        'User.email',
      ]),
    )
  })
})
