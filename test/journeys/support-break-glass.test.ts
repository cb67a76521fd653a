import { encodeId } from '@autora/shared/request'
import { footprint } from '../attacks/footprint.js'
import type { Client } from '../kit/client.js'
import { startWorld, type World } from '../kit/world.js'
import { afterMemory, endAll, type Grant, grantOf, LEADS, permit, send, trail } from './support-steps.js'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterEach(() => endAll(world))
afterAll(() => world.close())

/** The owners of the platform; the second is the first's second pair of eyes. */
const owner = (index: number) => {
  const found = world.network.memberships.filter(({ role }) => role === 'PLATFORM_OWNER')[index]
  if (!found) throw new Error('too few owners')
  return found
}
const as = (index: number, grant?: Grant): Client => world.people.as(owner(index), grant ? { grant } : {})

const ask = (parts: object = {}, who = as(0)) =>
  send(
    who,
    'breakGlassStart',
    'BreakGlassStartInput',
    permit(world, { minutes: 30, ...parts }),
    'supportGrant { id } approval { id status summary }',
  )

const decide = (id: string, who: Client, approve = true) =>
  send(who, 'approvalDecide', 'ApprovalDecideInput', { id, approve }, 'approval { status }')

const grantsOf = async (who: Client) =>
  (
    await who.send(
      '{ supportGrants(first: 100) { edges { node { id kind status supporterId piiLevel capabilities } } } }',
    )
  ).data.supportGrants.edges.map(({ node }: { node: object }) => node) as { id: string; kind: string }[]

/** Breaks the glass with both owners. */
async function broken(piiLevel: string): Promise<Grant> {
  const asked = await ask({ piiLevel })
  const decided = await decide(asked.payload.approval.id, as(1))
  expect(decided.payload.userErrors).toEqual([])
  const [grant] = await grantsOf(world.people.admin('north'))
  if (!grant) throw new Error('no glass was broken')
  return grantOf(world, grant.id)
}

const end = (grant: Grant) =>
  send(world.people.admin('north'), 'supportGrantRevoke', 'SupportGrantRevokeInput', { id: grant.graphId })

const BODIES = '{ inbox(first: 1) { edges { node { messages(first: 1) { edges { node { body } } } } } } }'

describe('broken glass', () => {
  it('SUP-50 MUST open nothing before a second owner approved, and nothing by the one who asked', async () => {
    const rows = await footprint(world)
    const asked = await ask()

    expect(asked.payload).toMatchObject({
      supportGrant: null,
      approval: { status: 'REQUESTED' },
      userErrors: [],
    })
    const { id } = asked.payload.approval
    expect((await decide(id, as(0))).payload.userErrors).toEqual([{ code: 'SELF_APPROVAL_REFUSED' }])
    expect((await decide(id, world.people.admin('north'))).payload.userErrors).toEqual([
      { code: 'NOT_FOUND' },
    ])
    expect((await decide(id, as(1), false)).payload.approval.status).toBe('REFUSED')
    expect((await footprint(world))['identity.support_grant']).toBe(rows['identity.support_grant'])
    expect((await as(0).send(LEADS)).status).toBe(403)
  })

  it('SUP-51 MUST be told to the dealer at once and let the owner read rows, masked as asked for', async () => {
    const grant = await broken('MASKED')
    const { people } = world
    expect(world.mails.map(({ subject }) => subject)).toContain('The platform reads in your stores')

    expect((await trail(people.admin('north'), { targetId: grant.graphId }))[0]).toMatchObject({
      action: 'breakGlass.started',
      actorId: encodeId('User', owner(1).userId),
      detail: { kind: 'BREAK_GLASS', supporter: encodeId('User', owner(0).userId) },
    })
    const seen = await as(0, grant).send(LEADS)
    expect(seen.errors).toEqual([])
    expect(seen.data.leads.edges).toHaveLength(3)
    for (const { node } of seen.data.leads.edges)
      expect(node.customer.firstName).toMatch(/^(\S{1,2}\.)( \S{1,2}\.)*$/u)
    expect((await as(0, grant).send(BODIES)).status).toBe(403)
    expect((await as(1, grant).send(LEADS)).status).toBe(401)
    expect(
      (await trail(people.admin('north'), { grantId: grant.graphId })).map(({ action }) => action),
    ).toContain('supportAccess.read')

    await end(grant)
    await afterMemory()
    expect((await as(0, grant).send(LEADS)).status).toBe(401)
  })

  it('SUP-52 MUST show contact data and bodies at level CLEAR, and change nothing', async () => {
    const grant = await broken('CLEAR')
    const who = as(0, grant)

    const bodies = await who.send(BODIES)
    expect(bodies.errors).toEqual([])
    expect(bodies.data.inbox.edges[0].node.messages.edges[0].node.body).toMatch(/\w/)
    const before = await footprint(world)
    const written = await who.send(
      'mutation S($input: SupportGrantDecideInput!) { supportGrantDecide(input: $input) { userErrors { code } } }',
      { input: { id: grant.graphId, approve: true } },
    )
    expect(written.status).toBe(403)
    expect(await footprint(world)).toEqual(before)
    await end(grant)
  })

  it.each([
    ['for more than an hour', { minutes: 61 }, 'EXPIRY_OUT_OF_RANGE'],
    ['without a reason', { reason: 'fire' }, 'INVALID'],
    ['at a store of another group', { storeIds: ['str_00000000000040008000000000000000'] }, 'NOT_FOUND'],
  ])('SUP-53 MUST not be asked for %s', async (_name, parts, code) => {
    const before = await footprint(world)
    expect((await ask(parts)).payload.userErrors).toEqual([{ code }])
    expect(await footprint(world)).toEqual(before)
  })

  it('SUP-54 MUST be the owner’s alone', async () => {
    for (const who of [world.people.support(), world.people.admin('north'), world.people.sales('north-one')])
      expect((await ask({}, who)).status).toBe(403)
  })
})
