import { encodeId } from '@autora/shared/request'
import type { Answer, Client } from '../kit/client.js'
import { pastGuard } from '../kit/database.js'
import { startWorld, type World } from '../kit/world.js'
import { approved, endAll, type Grant, LEADS, request, revoke, send, trail } from './support-steps.js'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterEach(() => endAll(world))
afterAll(() => world.close())

const ACTIVITY = `grantId requests reads events records { name count } fields { class clear masked redacted }
  writes { name count } denials { name count } endedAt`

const activityOf = async (who: Client, grant: Grant): Promise<Answer['data']> =>
  (
    await who.send(`query A($id: ID!) { supportActivity(grantId: $id) { ${ACTIVITY} } }`, {
      id: grant.graphId,
    })
  ).data.supportActivity

const receiptOf = async (who: Client, grant: Grant): Promise<Answer['data']> => {
  const { data } = await who.send(
    `{ supportGrants(first: 100) { edges { node { id closingReceipt { ${ACTIVITY} } } } } }`,
  )
  const edges: readonly Answer['data'][] = data.supportGrants.edges
  return edges.find(({ node }) => node.id === grant.graphId)?.node.closingReceipt
}

/** The same numbers, counted over the raw trail by statements that share nothing with the tally. */
async function countedOver(grant: Grant): Promise<Answer['data']> {
  const where = `from audit.event e where e.grant_id = '${grant.id}'`
  const named = (key: string) => `
    (select coalesce(jsonb_agg(jsonb_build_object('name', name, 'count', n) order by name), '[]')
       from (select d.key as name, sum(d.value::int) as n from audit.event e, jsonb_each_text(e.detail->'${key}') d
              where e.grant_id = '${grant.id}' and e.action = 'supportAccess.read' group by 1) counted)`
  const byAction = (condition: string) => `
    (select coalesce(jsonb_agg(jsonb_build_object('name', action, 'count', n) order by action), '[]')
       from (select action, count(*) as n ${where} and ${condition} group by 1) counted)`
  const [row] = await world.sql<Answer['data']>(`
    select (select count(*)::int ${where}) as events,
           (select count(distinct request_id)::int ${where}) as requests,
           (select count(*)::int ${where} and action = 'supportAccess.read') as reads,
           ${named('records')} as records, ${named('clear')} as clear, ${named('masked')} as masked,
           ${named('redacted')} as redacted,
           ${byAction(`outcome = 'ALLOW' and action <> 'supportAccess.read'`)} as writes,
           ${byAction(`outcome = 'DENY'`)} as denials`)
  return row
}

/** A receipt in the form of the count. */
function asCounted(receipt: Answer['data']): Answer['data'] {
  const fields: readonly Answer['data'][] = receipt.fields
  const of = (how: string) =>
    fields
      .filter((field) => field[how] > 0)
      .map((field) => ({ name: field.class as string, count: field[how] as number }))
  const { events, requests, reads, records, writes, denials } = receipt
  return {
    events,
    requests,
    reads,
    records,
    clear: of('clear'),
    masked: of('masked'),
    redacted: of('redacted'),
    writes,
    denials,
  }
}

/** Works under a grant for a while. @returns what it saw, counted by itself. */
async function work(grant: Grant) {
  const who = world.people.support(grant)
  const first = await who.send(LEADS)
  await who.send('{ leads(first: 2) { edges { node { id store { id name } } } } }')
  await who.send('query M($id: ID!) { lead(id: $id) { status } }', { id: `led_${'0'.repeat(32)}` })
  await who.send('{ inbox(first: 1) { edges { node { messages(first: 1) { edges { node { body } } } } } } }')
  await send(
    who,
    'incidentReport',
    'IncidentReportInput',
    { category: 'OTHER', summary: 'Seen' },
    'incident { id }',
  )
  return { first }
}

describe('what a supporter does', () => {
  it('SUP-20 MUST be counted for the dealer live, and come out on the closing receipt as a count over the trail says', async () => {
    const admin = world.people.admin('north')
    const grant = await approved(world)
    expect(await activityOf(admin, grant)).toBeNull()

    const { first } = await work(grant)

    const live = await activityOf(admin, grant)
    expect(live.endedAt).toBeNull()
    expect(asCounted(live)).toEqual(await countedOver(grant))
    expect(await receiptOf(admin, grant)).toBeNull()
    await revoke(world, grant)
    const receipt = await receiptOf(admin, grant)
    expect(receipt.endedAt).not.toBeNull()
    expect(asCounted(receipt)).toEqual(await countedOver(grant))

    // what the test did itself: 3 leads with 3 customers, 2 leads again with their store, one that is not there
    const customers = new Set(first.data.leads.edges.map(({ node }: Answer['data']) => node.customer.id))
    expect(receipt.records).toEqual(
      expect.arrayContaining([
        { name: 'Lead', count: 5 },
        { name: 'Customer', count: customers.size },
      ]),
    )
    const shown = first.data.leads.edges.map(({ node }: Answer['data']) => node.customer)
    const contact = receipt.fields.find((field: Answer['data']) => field.class === 'CONTACT')
    expect(contact).toEqual({
      class: 'CONTACT',
      clear: 0,
      masked: shown.filter((one: Answer['data']) => one.firstName !== null).length + shown.length,
      redacted: 0,
    })
    expect(receipt.writes).toEqual([{ name: 'incident.reported', count: 1 }])
    expect(receipt.denials).toEqual([
      { name: 'access.denied', count: 1 },
      { name: 'access.refused', count: 1 },
    ])
  })

  it('SUP-21 MUST not be told with a value in it', async () => {
    const grant = await approved(world, { piiLevel: 'CLEAR' })
    const { data } = await world.people.support(grant).send(LEADS)
    const values = data.leads.edges.flatMap(({ node }: Answer['data']) => [
      node.customer.firstName as string,
      ...(node.customer.emails as string[]),
    ])

    const events = await trail(world.people.admin('north'), { grantId: grant.graphId })

    expect(values.filter(Boolean).length).toBeGreaterThan(0)
    for (const value of values.filter(Boolean)) expect(JSON.stringify(events)).not.toContain(value)
    expect(events[0]?.detail).toMatchObject({ roots: ['leads'], clear: { CONTACT: expect.any(Number) } })
    await revoke(world, grant)
  })

  it('SUP-22 MUST not be answered where it cannot be recorded', async () => {
    const grant = await approved(world)
    const columns = '(tenant_id, action, action_version, outcome, store_id, target_type, target_id, detail)'
    await world.sql(`${pastGuard} revoke insert ${columns} on audit.event from autora_dealer_ops`)

    const answer = await world.people.support(grant).send(LEADS)

    await world.sql(`grant insert ${columns} on audit.event to autora_dealer_ops`)
    expect(answer.data?.leads ?? null).toBeNull()
    expect(answer.errors[0]?.extensions.code).toBe('SERVICE_UNAVAILABLE')
    expect((await world.people.support(grant).send(LEADS)).data.leads.edges).toHaveLength(3)
    await revoke(world, grant)
  })

  it('SUP-23 MUST be final once the grant ended, whatever still runs', async () => {
    const grant = await approved(world)
    const who = world.people.support(grant)
    const running = Array.from({ length: 12 }, () => who.send(LEADS))

    await revoke(world, grant)
    const receipt = await receiptOf(world.people.admin('north'), grant)
    const answers = await Promise.all(running)
    const later = await who.send(LEADS)

    const counted = await countedOver(grant)
    expect(receipt === null ? 0 : receipt.events).toBe(counted.events)
    const shown = answers.filter((answer) => answer.data?.leads?.edges.length > 0)
    expect(counted.reads).toBe(shown.length)
    expect(later.data?.leads?.edges ?? []).toEqual([])
    expect(await receiptOf(world.people.admin('north'), grant)).toEqual(receipt)
  })

  it('SUP-24 MUST be seen by his dealer and the owner alone, and by himself', async () => {
    const grant = await approved(world)
    await world.people.support(grant).send(LEADS)
    const { people } = world
    const other = await request(world, {}, 'south-one')

    expect(await activityOf(people.admin('north'), grant)).not.toBeNull()
    expect(await activityOf(people.owner(), grant)).not.toBeNull()
    expect(await activityOf(people.support(), grant)).not.toBeNull()
    expect(await activityOf(people.admin('south'), grant)).toBeNull()
    expect(
      (await people.sales('north-one').send(`{ supportActivity(grantId: "${grant.graphId}") { reads } }`))
        .status,
    ).toBe(403)
    expect(await activityOf(people.admin('north'), other)).toBeNull()
    await revoke(world, grant)
  })

  it('SUP-25 MUST cost nobody else anything: without a grant no read leaves an event', async () => {
    const reads = `select count(*)::int as n from audit.event where action = 'supportAccess.read'`
    const before = await world.sql<{ n: number }>(reads)

    await world.people.admin('north').send(LEADS)
    await world.people.support().send('{ viewer { id } }')

    expect(await world.sql(reads)).toEqual(before)
    expect(encodeId('Store', world.people.store('north-one').id)).toMatch(/^str_/)
  })
})
