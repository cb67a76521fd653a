import { encodeId } from '@autora/shared/request'
import { footprint, refusals } from '../attacks/footprint.js'
import type { Answer, Client } from '../kit/client.js'
import { goodClaims, signToken } from '../kit/tokens.js'
import { startWorld, type World } from '../kit/world.js'

let world: World
let owner: Client
let secondOwner: Client
beforeAll(async () => {
  world = await startWorld()
  const owners = world.network.memberships.filter(({ role }) => role === 'PLATFORM_OWNER')
  const [first, second] = owners
  if (!first || !second) throw new Error('the demo network has no two owners')
  owner = world.people.as(first)
  secondOwner = world.people.as(second)
})
afterAll(() => world.close())

const reason = 'The contract says that it has to be so'
const CREATE = `mutation G($input: DealerGroupCreateInput!) { dealerGroupCreate(input: $input) {
  dealerGroup { id code name kind status parent { code } } approval { id status isOwn } userErrors { code field } } }`
const DECIDE = `mutation D($input: ApprovalDecideInput!) { approvalDecide(input: $input) {
  approval { id status } userErrors { code } } }`
const GROUP = 'query G($id: ID!) { dealerGroup(id: $id) { status } }'
const STORE = 'query S($id: ID!) { store(id: $id) { status } }'
const ME = '{ stores(first: 5) { edges { node { code } } } }'

type Verb =
  | 'dealerGroupSuspend'
  | 'dealerGroupReinstate'
  | 'dealerGroupArchive'
  | 'storeSuspend'
  | 'storeReinstate'
  | 'storeClose'
const verbs: readonly Verb[] = [
  'dealerGroupSuspend',
  'dealerGroupReinstate',
  'dealerGroupArchive',
  'storeSuspend',
  'storeReinstate',
  'storeClose',
]
const operation = (verb: Verb) => {
  const type = `${verb.charAt(0).toUpperCase()}${verb.slice(1)}Input`
  return `mutation L($input: ${type}!) { ${verb}(input: $input) { approval { id status summary } userErrors { code } } }`
}
const ask = (client: Client, verb: Verb, id: string, why = reason): Promise<Answer> =>
  client.send(operation(verb), { input: { id, reason: why } })
const decide = (client: Client, id: string, approve = true) => client.send(DECIDE, { input: { id, approve } })
const groupUuid = (code: string) => world.people.store(`${code}-one`).groupId
const groupId = (code: string) => encodeId('DealerGroup', groupUuid(code))
const storeId = (code: string) => encodeId('Store', world.people.store(code).id)

/** One owner asks, the other approves. @returns the approval's id. */
async function carriedOut(verb: Verb, id: string): Promise<string> {
  const asked = await ask(owner, verb, id)
  expect(asked.errors).toEqual([])
  const approval: string = asked.data[verb].approval.id
  const decided = await decide(secondOwner, approval)
  expect(decided.data.approvalDecide).toEqual({
    approval: { id: approval, status: 'APPROVED' },
    userErrors: [],
  })
  return approval
}

let made = 0
/** A dealer group of its own for one test. @returns its id. */
async function newGroup(): Promise<string> {
  made += 1
  const code = `made-${made}`
  const answer = await owner.send(CREATE, { input: { code, name: code, kind: 'FRANCHISE_GROUP' } })
  expect(answer.data.dealerGroupCreate.userErrors).toEqual([])
  return answer.data.dealerGroupCreate.dealerGroup.id
}

/** Asks until the answer has a status, two seconds at most: gateways remember who somebody is for a moment. */
async function settled(client: Client, status: number): Promise<Answer> {
  const deadline = Date.now() + 5_000
  let answer = await client.send(ME)
  while (answer.status !== status && Date.now() < deadline) answer = await client.send(ME)
  return answer
}

describe('dealerGroupCreate', () => {
  const wish = (parts: object = {}) => ({
    input: { code: 'east', name: 'East Motors', kind: 'FRANCHISE_GROUP', reason, ...parts },
  })

  it('GRP-01 MUST be done at once by the owner', async () => {
    const answer = await owner.send(CREATE, wish({ code: 'east-1', parentId: groupId('north') }))

    expect(answer.data.dealerGroupCreate).toEqual({
      dealerGroup: {
        id: expect.stringMatching(/^grp_/),
        code: 'east-1',
        name: 'East Motors',
        kind: 'FRANCHISE_GROUP',
        status: 'ACTIVE',
        parent: { code: 'north' },
      },
      approval: null,
      userErrors: [],
    })
    const trail = await owner.send(
      'query T($f: AuditEventFilter) { auditEvents(filter: $f) { edges { node { action } } } }',
      {
        f: { targetId: answer.data.dealerGroupCreate.dealerGroup.id },
      },
    )
    expect(trail.data.auditEvents.edges).toEqual([{ node: { action: 'dealerGroup.created' } }])
  })

  it('GRP-02 MUST wait for an owner when support asks, and be done once by his word', async () => {
    const support = world.people.support()
    const groups = async () => (await world.sql('select from identity.dealer_group')).length
    const before = await groups()

    const asked = await support.send(CREATE, wish({ code: 'east-2' }))
    const { approval, dealerGroup } = asked.data.dealerGroupCreate
    expect(dealerGroup).toBeNull()
    expect(approval).toMatchObject({ status: 'REQUESTED', isOwn: true })
    expect(await groups()).toBe(before)

    expect((await decide(support, approval.id)).status).toBe(403)
    const elsewhere = await decide(world.people.admin('north'), approval.id)
    expect(elsewhere.data.approvalDecide.userErrors).toEqual([{ code: 'NOT_FOUND' }])
    expect(await groups()).toBe(before)

    const first = await decide(owner, approval.id)
    const again = await decide(owner, approval.id)
    const late = await decide(secondOwner, approval.id)
    for (const { data } of [first, again])
      expect(data.approvalDecide).toEqual({
        approval: { id: approval.id, status: 'APPROVED' },
        userErrors: [],
      })
    expect(late.data.approvalDecide.userErrors).toEqual([{ code: 'ALREADY_DECIDED' }])
    expect(await groups()).toBe(before + 1)
  })

  it('GRP-03 MUST leave no group behind when the owner refuses', async () => {
    const asked = await world.people.support().send(CREATE, wish({ code: 'east-3' }))
    const refused = await decide(owner, asked.data.dealerGroupCreate.approval.id, false)

    expect(refused.data.approvalDecide.approval.status).toBe('REFUSED')
    expect(await world.sql(`select from identity.dealer_group where code = 'east-3'`)).toEqual([])
  })

  it('GRP-04 MUST NOT carry out what nobody approved in time', async () => {
    const asked = await world.people.support().send(CREATE, wish({ code: 'east-4' }))
    const { id } = asked.data.dealerGroupCreate.approval
    await world.sql(
      `begin; alter table identity.approval_request disable trigger all;
       update identity.approval_request set requested_at = now() - interval '2 days', expires_at = now() - interval '1 day'
        where id = '${id.slice(4)}';
       alter table identity.approval_request enable trigger all;
       alter table identity.approval_request enable always trigger must_be_audited;
       alter table identity.approval_request enable always trigger decided_once; commit`,
    )
    const before = await footprint(world)

    const answer = await decide(owner, id)

    expect(answer.data.approvalDecide).toEqual({ approval: null, userErrors: [{ code: 'APPROVAL_EXPIRED' }] })
    expect(await footprint(world)).toEqual(before)
  })

  it('GRP-05 MUST be refused by the approval when the code was taken meanwhile, and stay open', async () => {
    const asked = await world.people.support().send(CREATE, wish({ code: 'east-5' }))
    const { id } = asked.data.dealerGroupCreate.approval
    await owner.send(CREATE, wish({ code: 'east-5' }))
    const before = await footprint(world)

    const answer = await decide(owner, id)

    expect(answer.data.approvalDecide.userErrors).toEqual([{ code: 'CODE_TAKEN' }])
    expect(await footprint(world)).toEqual(before)
  })

  it.each<[string, () => Client, object, string]>([
    ['a code that is taken', () => owner, { code: 'north' }, 'CODE_TAKEN'],
    ['a code that is taken, by support', () => world.people.support(), { code: 'north' }, 'CODE_TAKEN'],
    ['a code of the wrong form', () => owner, { code: 'North!' }, 'INVALID'],
    ['a name of two lines', () => owner, { name: 'a\nb' }, 'INVALID'],
    ['a parent that is none', () => owner, { parentId: 'grp_00000000000040008000000000000000' }, 'NOT_FOUND'],
    ['a malformed parent', () => owner, { parentId: 'x' }, 'NOT_FOUND'],
    ['no reason, by support', () => world.people.support(), { reason: null }, 'REASON_REQUIRED'],
  ])('GRP-06 MUST be refused with %s, and leave one row', async (_name, client, parts, code) => {
    const before = await footprint(world)
    const denied = await refusals(world, 'access.refused')

    const answer = await client().send(CREATE, wish({ code: 'east-6', ...parts }))

    expect(answer.data.dealerGroupCreate).toMatchObject({
      dealerGroup: null,
      approval: null,
      userErrors: [{ code }],
    })
    expect(await footprint(world)).toEqual(before)
    expect(await refusals(world, 'access.refused')).toBe(denied + 1)
  })
})

describe('the life of a dealer group', () => {
  it.each([...verbs, 'dealerGroupCreate'] as const)(
    'GRP-10 MUST be denied to everybody else, one row each: %s',
    async (verb) => {
      const { people } = world
      const others = [
        ...(verb === 'dealerGroupCreate' ? [] : [people.support()]),
        people.admin('north'),
        people.sales('north-one'),
        people.marketing('north-one'),
        people.analyst('north-one'),
        people.partner('north-one', 'FULL'),
      ]
      const variables =
        verb === 'dealerGroupCreate'
          ? { input: { code: 'x-1', name: 'x', kind: 'PORTFOLIO' } }
          : { input: { id: verb.startsWith('store') ? storeId('north-one') : groupId('north'), reason } }
      const query = verb === 'dealerGroupCreate' ? CREATE : operation(verb)
      const before = await footprint(world)
      const denied = await refusals(world, 'access.denied')

      const answers = []
      for (const client of others) answers.push(await client.send(query, variables))

      for (const { status, data } of answers) expect([status, data]).toEqual([403, null])
      expect(await footprint(world)).toEqual(before)
      expect(await refusals(world, 'access.denied')).toBe(denied + others.length)
    },
  )

  it('GRP-11 MUST change by two owners alone: nobody approves his own wish', async () => {
    const id = await newGroup()
    const asked = await ask(owner, 'dealerGroupSuspend', id)
    const approval: string = asked.data.dealerGroupSuspend.approval.id
    const before = await footprint(world)
    const denied = await refusals(world, 'access.refused')

    const own = await decide(owner, approval)

    expect(own.data.approvalDecide.userErrors).toEqual([{ code: 'SELF_APPROVAL_REFUSED' }])
    expect((await owner.send(GROUP, { id })).data.dealerGroup.status).toBe('ACTIVE')
    expect(await footprint(world)).toEqual(before)
    expect(await refusals(world, 'access.refused')).toBe(denied + 1)
    expect((await decide(secondOwner, approval)).data.approvalDecide.userErrors).toEqual([])
    expect((await owner.send(GROUP, { id })).data.dealerGroup.status).toBe('SUSPENDED')
  })

  it('GRP-12 MUST stop its people and keys while it is suspended, and let them go on afterwards', async () => {
    const people = [
      world.people.admin('south'),
      world.people.sales('south-one'),
      world.people.partner('south-one'),
    ]
    for (const client of people) expect((await client.send(ME)).status).toBe(200)

    await carriedOut('dealerGroupSuspend', groupId('south'))
    const stopped = await Promise.all(people.map((client) => settled(client, 401)))
    const others = await world.people.admin('north').send(ME)
    await carriedOut('dealerGroupReinstate', groupId('south'))
    const again = await Promise.all(people.map((client) => settled(client, 200)))

    expect(stopped.map(({ status }) => status)).toEqual([401, 401, 401])
    expect(others.status).toBe(200)
    expect(again.map(({ status }) => status)).toEqual([200, 200, 200])
    const trail = await world.people
      .admin('south')
      .send('{ auditEvents(first: 10) { edges { node { action actorPrincipal } } } }')
    const told: { action: string }[] = trail.data.auditEvents.edges.map(({ node }: { node: object }) => node)
    // the key that was tried while the group was suspended is told as well
    expect(told.filter(({ action }) => action.startsWith('dealerGroup'))).toEqual([
      { action: 'dealerGroup.reinstated', actorPrincipal: 'PLATFORM_OWNER' },
      { action: 'dealerGroup.suspended', actorPrincipal: 'PLATFORM_OWNER' },
    ])
  })

  it('GRP-13 MUST be over for good once it is archived, by SQL too', async () => {
    const id = await newGroup()
    await carriedOut('dealerGroupArchive', id)
    const before = await footprint(world)

    const back = await Promise.all(
      (['dealerGroupReinstate', 'dealerGroupSuspend', 'dealerGroupArchive'] as const).map((verb) =>
        ask(owner, verb, id),
      ),
    )

    for (const { data } of back)
      expect(Object.values(data)[0]).toEqual({ approval: null, userErrors: [{ code: 'STATE_REFUSED' }] })
    expect(await footprint(world)).toEqual(before)
    await expect(
      world.sql(`update identity.dealer_group set status = 'ACTIVE' where tenant_id = '${id.slice(4)}'`),
    ).rejects.toMatchObject({ code: 'AU014' })
  })

  it('GRP-14 MUST be checked again when it is approved: the second of two wishes is refused and stays open', async () => {
    const id = await newGroup()
    const [one, two] = [
      await ask(owner, 'dealerGroupSuspend', id),
      await ask(owner, 'dealerGroupSuspend', id),
    ]
    await decide(secondOwner, one.data.dealerGroupSuspend.approval.id)
    const before = await footprint(world)

    const late = await decide(secondOwner, two.data.dealerGroupSuspend.approval.id)

    expect(late.data.approvalDecide).toEqual({ approval: null, userErrors: [{ code: 'STATE_REFUSED' }] })
    expect(await footprint(world)).toEqual(before)
  })

  it.each<[string, () => Promise<Answer>, string]>([
    ['an id that is none', () => ask(owner, 'dealerGroupSuspend', 'x'), 'NOT_FOUND'],
    [
      'a group that is absent',
      () => ask(owner, 'dealerGroupSuspend', 'grp_00000000000040008000000000000000'),
      'NOT_FOUND',
    ],
    [
      'a reason that says nothing',
      () => ask(owner, 'dealerGroupSuspend', groupId('north'), 'because'),
      'REASON_REQUIRED',
    ],
    ['a group that works', () => ask(owner, 'dealerGroupReinstate', groupId('north')), 'STATE_REFUSED'],
    [
      'a store that is absent',
      () => ask(owner, 'storeClose', 'str_00000000000040008000000000000000'),
      'NOT_FOUND',
    ],
    ['a store that works', () => ask(owner, 'storeReinstate', storeId('north-one')), 'STATE_REFUSED'],
  ])('GRP-15 MUST refuse %s, and leave one row', async (_name, send, code) => {
    const before = await footprint(world)
    const denied = await refusals(world, 'access.refused')

    const answer = await send()

    expect(Object.values(answer.data)[0]).toEqual({ approval: null, userErrors: [{ code }] })
    expect(await footprint(world)).toEqual(before)
    expect(await refusals(world, 'access.refused')).toBe(denied + 1)
  })

  it('GRP-16 MUST ask for a fresh sign-in with a second factor', async () => {
    const { userId, id: membershipId } = world.people.membership('PLATFORM_OWNER')
    const token = await signToken(world.issuerKey, {
      ...goodClaims({ userId, membershipId }),
      acr: 'urn:autora:acr:password',
    })
    const before = await footprint(world)

    const answer = await ask(world.people.withCredential(token), 'dealerGroupSuspend', groupId('north'))

    expect(answer.errors[0]?.extensions.code).toBe('STEP_UP_REQUIRED')
    expect(await footprint(world)).toEqual(before)
  })
})

describe('the life of a store', () => {
  it('GRP-20 MUST show nothing to people and keys of this store alone while it is suspended', async () => {
    const alone = [world.people.sales('north-two'), world.people.partner('north-two')]
    const stores = async (client: Client): Promise<number> =>
      (await client.send(ME)).data?.stores?.edges.length ?? 0
    const until = async (client: Client, count: number) => {
      const deadline = Date.now() + 5_000
      let seen = await stores(client)
      while (seen !== count && Date.now() < deadline) seen = await stores(client)
      return seen
    }
    for (const client of alone) expect(await stores(client)).toBe(1)

    await carriedOut('storeSuspend', storeId('north-two'))
    const suspended = await owner.send(STORE, { id: storeId('north-two') })
    const stopped = await Promise.all(alone.map((client) => until(client, 0)))
    const sibling = await stores(world.people.sales('north-one'))
    await carriedOut('storeReinstate', storeId('north-two'))
    const again = await Promise.all(alone.map((client) => until(client, 1)))

    expect(suspended.data.store.status).toBe('SUSPENDED')
    expect(stopped).toEqual([0, 0])
    expect(sibling).toBe(1)
    expect(again).toEqual([1, 1])
  })

  it('GRP-21 MUST be over for good once it is closed', async () => {
    await carriedOut('storeClose', storeId('north-three'))
    const before = await footprint(world)

    const back = await ask(owner, 'storeReinstate', storeId('north-three'))

    expect((await owner.send(STORE, { id: storeId('north-three') })).data.store.status).toBe('CLOSED')
    expect(back.data.storeReinstate.userErrors).toEqual([{ code: 'STATE_REFUSED' }])
    expect(await footprint(world)).toEqual(before)
  })
})
