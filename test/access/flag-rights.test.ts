import { Flags } from '@autora/audit'
import { footprint } from '../attacks/footprint.js'
import { told } from '../journeys/incident-steps.js'
import { send } from '../journeys/support-steps.js'
import type { Client } from '../kit/client.js'
import { type RunningTrail, startTrail } from '../kit/trail.js'
import { startWorld, type World } from '../kit/world.js'

let world: World
let trail: RunningTrail
beforeAll(async () => {
  world = await startWorld()
  trail = await startTrail(world.adminUrl, [new Flags()])
})
afterAll(async () => {
  await trail.close()
  await world.close()
})

const FLAGS = `query F($filter: FlagFilter) { flags(first: 100, filter: $filter) { edges { node {
  id rule ruleVersion severity description store { id } about amount firstSequence lastSequence decision incidentId } } } }`

interface SeenFlag {
  readonly id: string
  readonly rule: string
  readonly amount: number
  readonly decision: string | null
}

async function flags(who: Client, filter: object = { rule: 'boundary-probing' }): Promise<SeenFlag[]> {
  const { data, errors } = await who.send(FLAGS, { filter })
  expect(errors).toEqual([])
  return data.flags.edges.map(({ node }: { node: SeenFlag }) => node)
}

/** Names leads that are not there until a rule sees it. @returns the flag as the group's admin sees it. */
async function probing(store: string, group: string): Promise<SeenFlag> {
  const known = new Set((await flags(world.people.admin(group))).map(({ id }) => id))
  const who = world.people.sales(store)
  for (let n = 10; n < 20; n++)
    await send(
      who,
      'leadChangeStatus',
      'LeadChangeStatusInput',
      { id: `led_${String(n).repeat(16)}`, status: 'CONTACTED', version: 1 },
      '',
    )
  await trail.settled()
  const [flag] = (await flags(world.people.admin(group))).filter(({ id }) => !known.has(id))
  if (!flag) throw new Error('no flag was raised')
  return flag
}

const decide = async (who: Client, flagId: string, decision: string, reason?: string) =>
  (
    await send(
      who,
      'flagAcknowledge',
      'FlagAcknowledgeInput',
      { flagId, decision, reason },
      'flag { id decision }',
    )
  ).payload
const escalate = async (who: Client, flagId: string) =>
  (
    await send(
      who,
      'incidentOpenFromFlag',
      'IncidentOpenFromFlagInput',
      { flagId, category: 'SUSPICIOUS_ACCESS', summary: 'Somebody tries what is not his' },
      'incident { id status }',
    )
  ).payload

describe('a flag', () => {
  it('FLG-20 MUST be seen and decided about by its dealer and the owner, and be absent for all others', async () => {
    const { people } = world
    const flag = await probing('north-one', 'north')
    expect(flag).toMatchObject({ rule: 'boundary-probing', ruleVersion: 1, severity: 'HIGH', amount: 10 })

    const seen = async (who: Client) => (await flags(who)).some(({ id }) => id === flag.id)
    expect(await Promise.all([people.owner(), people.admin('north')].map(seen))).toEqual([true, true])
    expect(await seen(people.admin('south'))).toBe(false)
    for (const who of [people.sales('north-one'), people.marketing('north-one'), people.support()])
      expect((await who.send(FLAGS)).status).toBe(403)

    const before = await footprint(world)
    expect((await decide(people.admin('south'), flag.id, 'ACKNOWLEDGE')).userErrors).toEqual([
      { code: 'NOT_FOUND' },
    ])
    expect((await escalate(people.admin('south'), flag.id)).userErrors).toEqual([{ code: 'NOT_FOUND' }])
    expect((await escalate(people.admin('south'), `flg_${'0'.repeat(32)}`)).userErrors).toEqual([
      { code: 'NOT_FOUND' },
    ])
    expect(await decide(people.sales('north-one'), flag.id, 'ACKNOWLEDGE')).toBeNull()
    expect(await footprint(world)).toEqual(before)
  })

  it('FLG-21 MUST become one incident and no second, which a rebuilt flag remembers', async () => {
    const { people } = world
    const admin = people.admin('north')
    const { id } = await probing('north-two', 'north') // somebody else: further tries of one person add to his flag
    const waiting = async () =>
      (await admin.send('{ incidents { undecidedFlags } }')).data.incidents.undecidedFlags
    const before = await waiting()

    expect(await decide(admin, id, 'ACKNOWLEDGE')).toEqual({
      flag: { id, decision: 'ACKNOWLEDGED' },
      userErrors: [],
    })
    expect(await waiting()).toBe(before - 1)
    expect((await decide(admin, id, 'DISMISS')).userErrors).toEqual([{ code: 'REASON_REQUIRED' }])
    const opened = await escalate(admin, id)
    expect(opened).toMatchObject({ incident: { status: 'OPEN' }, userErrors: [] })
    expect((await escalate(people.owner(), id)).userErrors).toEqual([{ code: 'ALREADY_DECIDED' }])
    expect((await decide(admin, id, 'DISMISS', 'It was only a test')).userErrors).toEqual([
      { code: 'ALREADY_DECIDED' },
    ])

    // its follower's row first, as the follower itself does
    await world.sql(`begin; delete from audit.follower where name = 'flags';
      delete from audit.flag; delete from audit.flag_state; commit`)
    await trail.settled()
    const again = (await flags(admin)).find((one) => one.id === id)
    expect(again).toMatchObject({ decision: 'ESCALATED', incidentId: opened.incident.id })
    expect(await told(world, 'flag.escalated')).toContainEqual(
      expect.objectContaining({
        who: 'DEALER_ADMIN',
        detail: { rule: 'boundary-probing', ruleVersion: 1, amount: 10, incident: opened.incident.id },
      }),
    )
  })

  it('FLG-22 MUST be opened as an incident of its dealer by the owner', async () => {
    const { people } = world
    const flag = await probing('south-one', 'south')

    const opened = await escalate(people.owner(), flag.id)

    expect(opened.userErrors).toEqual([])
    const seen = await people.admin('south').send(`{ incident(id: "${opened.incident.id}") { id } }`)
    expect(seen.data.incident).toEqual({ id: opened.incident.id })
    expect(
      (await people.admin('north').send(`{ incident(id: "${opened.incident.id}") { id } }`)).data.incident,
    ).toBe(null)
  })
})

it('FLG-23 MUST say what it counts to whom may see flags', async () => {
  const rules = '{ flagRules { id version severity description window threshold } }'
  const { data } = await world.people.admin('north').send(rules)

  expect(data.flagRules.length).toBeGreaterThan(10)
  expect((await world.people.sales('north-one').send(rules)).status).toBe(403)
})
