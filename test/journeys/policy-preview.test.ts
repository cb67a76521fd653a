import { canariesOf } from '@autora/cli'
import { decideField } from '@autora/shared/access'
import { encodeId } from '@autora/shared/request'
import { footprint } from '../attacks/footprint.js'
import type { Client } from '../kit/client.js'
import { forgotten, loosenPolicy, pairOf, publishRule } from '../kit/governance.js'
import { rules, shortestPaths, type Visit, visit } from '../kit/supergraph.js'
import { startWorld, type World } from '../kit/world.js'

let world: World
beforeEach(async () => {
  world = await startWorld()
})
afterEach(() => world.close())

/** Things of north-one that have a value in every field, by the root field that finds them. */
function things(): Readonly<Record<string, string>> {
  const { id } = world.people.store('north-one')
  const canary = canariesOf(world.network).find(({ storeId }) => storeId === id)
  if (!canary) throw new Error('north-one has no canaries')
  return {
    'Query.lead': encodeId('Lead', canary.leadId),
    'Query.customer': encodeId('Customer', canary.customerId),
    'Query.conversation': encodeId('Conversation', canary.conversationId),
    'Query.appointment': encodeId('Appointment', canary.appointmentId),
    'Query.store': encodeId('Store', id),
  }
}

/** Whether Marketing is refused a field, whatever the policy of its group. */
const isDenied = (coordinate: string) => {
  const rule = rules.fields.get(coordinate)
  const marketing = { principal: 'DEALER_MARKETING', grant: null, scopes: [] } as const
  return !rule || decideField(rule, { ...marketing, marketingContactMasked: false }).visibility === 'DENIED'
}

describe('policyPreview', () => {
  const PREVIEW = `query P($input: PolicyPreviewInput!, $role: Principal!) { policyPreview(input: $input, role: $role) {
    role loosened changes { kind subject before after sentence } } }`
  const preview = async (client: Client, role: string, input: object) =>
    (await client.send(PREVIEW, { input, role })).data?.policyPreview

  /** Coordinates that an actual visit of every field of the graph shows redacted to somebody. */
  async function redactedTo(client: Client): Promise<ReadonlySet<string>> {
    const found = new Set<string>()
    const visits = [...shortestPaths(8).values()]
      .map((steps) => visit('query', steps))
      .filter(({ coordinates }) => !coordinates.some(isDenied)) // refused as a whole: nothing is redacted there
    // the shortest way to a vehicle leads to those that are wanted: a customer's own car hangs elsewhere
    const tradeIns = '{ leads(first: 100) { edges { node { tradeIns { customerVin } } } } }'
    visits.push({ query: tradeIns, variables: {}, coordinates: [] })
    const one = async ({ query, variables, coordinates }: Visit) => {
      const id = things()[coordinates[0] ?? '']
      const answer = await client.send(query, id ? { ...variables, v0_id: id } : variables)
      for (const { coordinate } of answer.redactions) found.add(coordinate)
    }
    for (let start = 0; start < visits.length; start += 8)
      await Promise.all(visits.slice(start, start + 8).map(one))
    return found
  }

  it('POL-30 MUST say for Marketing what an actual visit of the whole graph shows after publishing', async () => {
    const [admin] = pairOf(world, 'DEALER_ADMIN', 'north')
    const marketing = world.people.marketing('north-one')
    const before = await redactedTo(marketing)
    const footprintBefore = await footprint(world)

    const said = await preview(admin, 'DEALER_MARKETING', { marketingContact: 'MASKED' })

    expect(await footprint(world)).toEqual(footprintBefore)
    await loosenPolicy(world, 'north', { version: 1, marketingContact: 'MASKED' })
    await forgotten()
    const after = await redactedTo(marketing)
    const changed = [...before].filter((coordinate) => !after.has(coordinate)).sort()
    expect([...after].filter((coordinate) => !before.has(coordinate))).toEqual([])
    expect(changed.length).toBeGreaterThan(5)
    expect(said.loosened).toEqual(['MARKETING_CONTACT'])
    expect(said.changes.map(({ subject }: { subject: string }) => subject).sort()).toEqual(changed)
    expect(said.changes).toContainEqual({
      kind: 'FIELD',
      subject: 'Customer.firstName',
      before: 'REDACTED',
      after: 'MASKED',
      sentence: 'Customer.firstName is shown masked; until now it is hidden, with the reason told.',
    })
  }, 120_000)

  it('POL-31 MUST speak of deeds, rows and retention, for the role that is asked about alone', async () => {
    const [admin] = pairOf(world, 'DEALER_ADMIN', 'north')
    const wish = { salesLeadVisibility: 'ASSIGNED', reveal: 'ADMIN', export: 'OFF', leadRetentionMonths: 3 }
    const kinds = async (role: string) =>
      (await preview(admin, role, wish)).changes
        .filter(({ kind }: { kind: string }) => kind !== 'FIELD')
        .map(({ kind, subject, before, after }: Record<string, string>) =>
          [kind, subject, before, after].join(' '),
        )

    expect(await kinds('DEALER_SALES')).toEqual([
      'DEED field:reveal ALLOWED DENIED',
      ...['Appointment', 'Conversation', 'Customer', 'Lead', 'Message'].map(
        (type) => `ROWS ${type} STORE ASSIGNED`,
      ),
      'RETENTION Lead 6 3',
    ])
    expect(await kinds('DEALER_MARKETING')).toEqual(['RETENTION Lead 6 3'])
    expect((await preview(admin, 'DEALER_SALES', wish)).loosened).toEqual([])
    expect((await preview(admin, 'DEALER_SALES', {})).changes).toEqual([])
  })

  it('POL-32 MUST be refused below the floor, and to those who do not govern', async () => {
    await publishRule(world, { knob: 'MARKETING_CONTACT', loosest: 'REDACTED', version: 0 })
    const [admin] = pairOf(world, 'DEALER_ADMIN', 'north')
    const variables = { input: { marketingContact: 'MASKED' }, role: 'DEALER_MARKETING' }

    const below = await admin.send(PREVIEW, variables)

    expect(below.data.policyPreview).toBeNull()
    expect(below.errors[0]?.extensions).toMatchObject({ code: 'INVALID', field: ['marketingContact'] })
    for (const client of [world.people.sales('north-one'), world.people.marketing('north-one')])
      expect((await client.send(PREVIEW, variables)).status).toBe(403)
  })
})
