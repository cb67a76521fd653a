import { randomUUID } from 'node:crypto'
import { encodeId, type IdentifiedType } from '@autora/shared/request'
import type { Answer, Client } from '../kit/client.js'
import { startWorld, type World } from '../kit/world.js'
import { footprint } from './footprint.js'
import { expectNothingInner } from './refusals.js'
import { operationFor, type TextPlace, textPlaces } from './text-places.js'

let world: World
let clients: readonly Client[]
let good: Readonly<Record<string, string>>
/** Of a group that nobody here may touch: nothing that any place is sent changes it, from the first to the last. */
let untouched: Awaited<ReturnType<typeof footprint>>

/** Texts that mean something to SQL, to drivers, to formats or to JavaScript. */
const probes = [
  `' or '1'='1' --`,
  `'; select set_config('autora.context', 'x', false); --`,
  `x'); drop table dealer_ops.lead; --`,
  `$1 :name ? %s {{7*7}} \${7*7}`,
  `\\'; \\x00 \\u0000 \\`,
  '\ud800 half a pair',
  '../../etc/passwd %00 %0d%0aset-cookie: a=b',
  '[object Object]',
]

beforeAll(async () => {
  world = await startWorld()
  const { people } = world
  clients = [people.admin('north'), people.partner('north-one', 'FULL'), people.support(), people.owner()]
  good = await goodTexts()
  untouched = await footprint(world, world.people.store('south-one').groupId)
})
afterAll(() => world.close())

const idOf = async (type: IdentifiedType, table: string, column: string, value: string) => {
  const [row] = await world.sql<{ id: string }>(`select id from ${table} where ${column} = $1 limit 1`, [
    value,
  ])
  return encodeId(type, row?.id ?? '')
}

/** Ids of north-one for every name an input uses, so that probes get as deep as they can. */
async function goodTexts(): Promise<Readonly<Record<string, string>>> {
  const { id, groupId } = world.people.store('north-one')
  const lead = await idOf('Lead', 'dealer_ops.lead', 'store_id', id)
  const customer = await idOf('Customer', 'dealer_ops.customer', 'store_id', id)
  return {
    storeId: encodeId('Store', id),
    storeIds: encodeId('Store', id),
    dealerGroupId: encodeId('DealerGroup', groupId),
    leadId: lead,
    assigneeId: encodeId('User', world.people.membership('DEALER_SALES', 'north-one').userId),
    conversationId: await idOf('Conversation', 'dealer_ops.conversation', 'store_id', id),
    appId: await idOf('PartnerApp', 'identity.partner_app', 'tenant_id', groupId),
    scopes: 'leads:create',
    firstName: 'Nobody',
    'leadChangeStatus.id': lead,
    'leadAssign.id': lead,
    'storeConfigure.id': encodeId('Store', id),
    'storeSuspend.id': encodeId('Store', id),
    'dealerGroupSuspend.id': encodeId('DealerGroup', groupId),
    'legalEntityUpdate.id': encodeId('LegalEntity', world.people.store('north-one').legalEntityId),
    'customerIdentityRecord.id': customer,
    'fieldReveal.id': customer,
    'fieldReveal.reason': 'Nobody will ever read this',
  }
}

const named = ({ operation, field, path }: TextPlace) => `${operation} ${field.name}(${path.join('.')})`

/** Sends every probe to one place, as everybody who might get through. */
async function probed(place: TextPlace): Promise<readonly Answer[]> {
  const text = (name: string) => good[`${place.field.name}.${name}`] ?? good[name] ?? 'text'
  const answers: Answer[] = []
  // two probes at a time, each by everybody: more would wait for connections and not for us
  for (let n = 0; n < probes.length; n += 2)
    answers.push(
      ...(await Promise.all(
        probes.slice(n, n + 2).flatMap((probe) => {
          const { query, variables } = operationFor(place, { text, probe })
          return clients.map((client) => client.send(query, variables))
        }),
      )),
    )
  return answers
}

describe('a text of the client', () => {
  it('INJ-01 MUST be tried at every place there is', () => {
    expect(textPlaces.length).toBeGreaterThan(60)
    expect(textPlaces.map(named)).toEqual(
      expect.arrayContaining([
        'query lead(id)',
        'query auditEvents(filter.requestId)',
        'query customerSearch(input.phone)',
        'mutation leadCreate(input.customer.emails)',
        'mutation storeConfigure(input.changes.openingHours)',
      ]),
    )
  })

  it.each(textPlaces.map((place) => [named(place), place] as const))(
    'INJ-02 MUST be nothing but a text at %s',
    async (_name, place) => {
      const answers = await probed(place)

      for (const { status, text, errors } of answers) {
        expect([200, 400, 403]).toContain(status)
        expect(errors.map(({ extensions }) => extensions.code)).not.toContain('INTERNAL_SERVER_ERROR')
        expectNothingInner(text)
      }
      expect(answers.some(({ status }) => status !== 403)).toBe(true)
      expect(await footprint(world, world.people.store('south-one').groupId)).toEqual(untouched)
    },
  )

  it.each(probes.filter((probe) => !probe.includes('\ud800')))(
    'INJ-03 MUST come back as it went: %j',
    async (probe) => {
      const [admin] = clients
      const input = {
        storeId: good.storeId,
        customer: {
          firstName: probe,
          company: probe,
          emails: [`${randomUUID()}@example.test`],
          phones: [probe],
        },
        interest: 'BUY',
        source: 'WALK_IN',
        comments: probe,
      }

      const answer = await admin?.send(
        `mutation C($input: LeadCreateInput!) { leadCreate(input: $input) {
          userErrors { code } lead { comments customer { firstName company phones { raw e164 } } } } }`,
        { input },
      )

      expect(answer?.data.leadCreate).toEqual({
        userErrors: [],
        lead: {
          comments: probe,
          customer: { firstName: probe, company: probe, phones: [{ raw: probe, e164: null }] },
        },
      })
    },
  )
})
