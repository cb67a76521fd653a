import { encodeId } from '@autora/shared/request'
import { type Answer, Client } from '../kit/client.js'
import type { PlantedPerson } from '../kit/plant.js'
import { goodClaims, signToken } from '../kit/tokens.js'
import { Stage } from './identity-stage.js'
import { traces } from './identity-traces.js'

let stage: Stage
beforeAll(async () => {
  stage = await Stage.open()
})
afterAll(() => stage.world.close())

const reason = 'A test wants it done'
const types: Readonly<Record<string, string>> = {
  userInvite: 'user { id status }',
  membershipGrant: 'membership { id role }',
  membershipChange: 'membership { id role }',
  membershipEnd: 'membership { id }',
  userDeactivate: 'user { status }',
  userUpdate: 'user { displayName }',
}

/** Sends a mutation whose input may open an approval. */
const send = (client: Client, name: string, input: object) =>
  client.send(
    `mutation M($input: ${name[0]?.toUpperCase()}${name.slice(1)}Input!) {
       ${name}(input: $input) { ${types[name]} approval { id status } userErrors { code } } }`,
    { input },
  )
const decide = (client: Client, id: string, approve = true) =>
  client.send(
    'mutation D($input: ApprovalDecideInput!) { approvalDecide(input: $input) { approval { status } userErrors { code } } }',
    { input: { id, approve } },
  )
const codeOf = (answer: Answer) => {
  const payload = Object.values(answer.data ?? {})[0] as { userErrors?: { code: string }[] } | undefined
  return answer.errors[0]?.extensions.code ?? payload?.userErrors?.[0]?.code ?? 'DONE'
}

/** Runs something that must be refused: nothing changes, and the trail holds one attempt more. */
async function refused(deed: () => Promise<Answer>): Promise<string> {
  const before = await traces(stage.world)
  const code = codeOf(await deed())
  const after = await traces(stage.world)
  expect(after.changes).toEqual(before.changes)
  expect(after.refusals).toBe(before.refusals + 1)
  return code
}

/** The owners of the platform, who need each other. */
const owners = () => {
  const [first, second] = stage.world.network.memberships.filter(({ role }) => role === 'PLATFORM_OWNER')
  if (!first || !second) throw new Error('the demo network has no two owners')
  return [first, second] as const
}
const staff = (email: string) => ({ email, displayName: 'New Staff', role: 'PLATFORM_SUPPORT', reason })
const userId = (person: PlantedPerson) => encodeId('User', person.userId)
const memberId = (person: PlantedPerson) => encodeId('Membership', person.id)

describe('platform staff', () => {
  it('IDO-10 MUST be invited by two owners: who asks cannot approve, and the other does it once', async () => {
    const [first, second] = owners()
    const { people, mails } = stage.world
    const sent = mails.length
    const asked = await send(people.as(first), 'userInvite', staff('staff-1@platform.example.test'))
    const { id } = asked.data.userInvite.approval

    expect(asked.data.userInvite).toEqual({
      user: null,
      approval: { id, status: 'REQUESTED' },
      userErrors: [],
    })
    expect(await refused(() => decide(people.as(first), id))).toBe('SELF_APPROVAL_REFUSED')
    expect(await refused(() => decide(people.admin('north'), id))).toBe('NOT_FOUND')
    expect(mails).toHaveLength(sent)
    const approved = await decide(people.as(second), id)
    const again = await decide(people.as(second), id)

    expect(approved.data.approvalDecide).toEqual({ approval: { status: 'APPROVED' }, userErrors: [] })
    expect(again.data).toEqual(approved.data)
    expect(mails.slice(sent).map(({ to }) => to)).toEqual(['staff-1@platform.example.test'])
    const rows = await stage.world.sql(
      `select u.status, m.role, m.granted_by from identity.user_account u
         join identity.membership m on m.user_id = u.id where u.email = 'staff-1@platform.example.test'`,
    )
    expect(rows).toEqual([{ status: 'INVITED', role: 'PLATFORM_SUPPORT', granted_by: second.userId }])
  })

  it('IDO-11 MUST NOT grant to himself, by asking or by approving', async () => {
    const [first, second] = owners()
    const { people } = stage.world
    const toSecond = { userId: userId(second), role: 'PLATFORM_SUPPORT', reason }

    expect(await refused(() => send(people.as(second), 'membershipGrant', toSecond))).toBe(
      'SELF_GRANT_REFUSED',
    )
    const asked = await send(people.as(first), 'membershipGrant', toSecond)
    const { id } = asked.data.membershipGrant.approval
    expect(await refused(() => decide(people.as(second), id))).toBe('SELF_GRANT_REFUSED')
  })

  it('IDO-12 MUST keep two owners, and give a reason for what a second person decides', async () => {
    const [first, second] = owners()
    const client = stage.world.people.as(first)

    expect(await refused(() => send(client, 'userDeactivate', { id: userId(second), reason }))).toBe(
      'LAST_ADMIN',
    )
    expect(await refused(() => send(client, 'membershipEnd', { id: memberId(first), reason }))).toBe(
      'LAST_ADMIN',
    )
    const supporter = await stage.person('PLATFORM_OWNER')
    expect(await refused(() => send(client, 'userDeactivate', { id: userId(supporter) }))).toBe(
      'REASON_REQUIRED',
    )
    const asked = await send(client, 'userDeactivate', { id: userId(supporter), reason })
    await decide(stage.world.people.as(second), asked.data.userDeactivate.approval.id)
    const [row] = await stage.world.sql(`select status from identity.user_account where id = $1`, [
      supporter.userId,
    ])
    expect(row).toEqual({ status: 'DEACTIVATED' })
  })

  it('IDO-13 MUST be changed as it was approved, and not over a change made since', async () => {
    const [first, second] = owners()
    const { people } = stage.world
    const supporter = await stage.person('PLATFORM_OWNER')
    const input = { id: memberId(supporter), changes: { validTo: '2028-01-01T00:00:00Z' }, reason }
    const asked = [
      (await send(people.as(first), 'membershipChange', input)).data.membershipChange.approval.id,
      (await send(people.as(first), 'membershipChange', input)).data.membershipChange.approval.id,
    ]
    const done = await decide(people.as(second), asked[0])
    const [row] = await stage.world.sql('select valid_to, version from identity.membership where id = $1', [
      supporter.id,
    ])

    expect(codeOf(done)).toBe('DONE')
    expect(row).toEqual({ valid_to: new Date('2028-01-01T00:00:00Z'), version: 2 })
    expect(await refused(() => decide(people.as(second), asked[1]))).toBe('CONFLICT')
  })

  it('IDO-14 MUST NOT govern people of dealer groups', async () => {
    const owner = stage.world.people.owner()
    const sales = stage.world.people.membership('DEALER_SALES', 'north-one')

    for (const [name, input] of [
      ['userDeactivate', { id: userId(sales), reason }],
      ['userUpdate', { id: userId(sales), changes: { displayName: 'X' }, reason }],
      ['membershipGrant', { userId: userId(sales), role: 'PLATFORM_OWNER', reason }],
      ['membershipChange', { id: memberId(sales), changes: { role: 'DEALER_ADMIN' }, reason }],
      ['membershipEnd', { id: memberId(sales), reason }],
    ] as const)
      expect([name, await refused(() => send(owner, name, input))]).toEqual([name, 'ACCESS_DENIED'])
    const invited = { email: 'a@b.example', displayName: 'A', role: 'DEALER_ADMIN', everyStore: true, reason }
    expect(await refused(() => send(owner, 'userInvite', invited))).toBe('INVALID')
  })
})

describe('support', () => {
  it('IDO-20 MUST invite the first Dealer Admin and nobody else, and nobody once there is one', async () => {
    const granted = stage.clients.GRANTED_SUPPORT
    const invited = (parts: object) => ({ email: 'x@bare.example.test', displayName: 'First', ...parts })
    const store = encodeId('Store', stage.bare.storeId)

    for (const parts of [
      { role: 'DEALER_SALES', everyStore: true },
      { role: 'DEALER_ADMIN', storeId: store },
    ])
      expect(await refused(() => send(granted, 'userInvite', invited(parts)))).toBe('ACCESS_DENIED')
    expect(await refused(() => send(granted, 'userInvite', invited({ role: 'PLATFORM_OWNER' })))).toBe(
      'SCOPE_EXCEEDED',
    )
    const first = await send(granted, 'userInvite', invited({ role: 'DEALER_ADMIN', everyStore: true }))
    expect(codeOf(first)).toBe('DONE')
    const admin = await stage.person('GRANTED_SUPPORT', 'ACTIVE')

    const second = invited({ email: 'y@bare.example.test', role: 'DEALER_ADMIN', everyStore: true })
    expect(await refused(() => send(granted, 'userInvite', second))).toBe('ACCESS_DENIED')
    for (const [name, input] of [
      ['userDeactivate', { id: userId(admin) }],
      ['userUpdate', { id: userId(admin), changes: { displayName: 'X' } }],
      ['membershipEnd', { id: memberId(admin) }],
    ] as const)
      expect([name, await refused(() => send(granted, name, input))]).toEqual([name, 'ACCESS_DENIED'])
  })
})

describe('a Dealer Admin', () => {
  it('IDO-30 MUST NOT reach people of another group, and be told the same as for nobody', async () => {
    const admin = stage.clients.DEALER_ADMIN
    const foreign = stage.world.people.membership('DEALER_SALES', 'south-one')
    const nobody = { ...foreign, id: stage.bare.entityId, userId: stage.bare.entityId }
    const deeds = (person: PlantedPerson) =>
      [
        ['membershipGrant', { userId: userId(person), role: 'DEALER_SALES', everyStore: true }],
        ['membershipChange', { id: memberId(person), changes: { role: 'DEALER_ADMIN' } }],
        ['membershipEnd', { id: memberId(person) }],
        ['userDeactivate', { id: userId(person) }],
        ['userUpdate', { id: userId(person), changes: { displayName: 'Taken Over' } }],
      ] as const

    for (const person of [foreign, nobody])
      for (const [name, input] of deeds(person))
        expect([name, await refused(() => send(admin, name, input))]).toEqual([name, 'NOT_FOUND'])
  })

  it('IDO-31 MUST NOT raise a role to one of the platform, nor a membership above his own stores', async () => {
    const sales = await stage.colleague('DEALER_ADMIN')
    const storeAdmin = stage.world.people.admin('north-one')
    const change = (client: Client, changes: object) =>
      refused(() => send(client, 'membershipChange', { id: memberId(sales), changes }))
    const sibling = encodeId('Store', stage.world.people.store('north-two').id)

    expect(await change(stage.clients.DEALER_ADMIN, { role: 'PLATFORM_OWNER' })).toBe('SCOPE_EXCEEDED')
    expect(await change(storeAdmin, { everyStore: true })).toBe('SCOPE_EXCEEDED')
    expect(await change(storeAdmin, { storeId: sibling })).toBe('NOT_FOUND')
    expect(await change(storeAdmin, { validTo: '2020-01-01T00:00:00Z' })).toBe('EXPIRY_OUT_OF_RANGE')
  })
})

/** The same person, whose sign-in is of some kind and age. */
const signedIn = ({ id, userId }: PlantedPerson, claims: { acr?: string; age?: number }): Client => {
  const good = goodClaims({ userId, membershipId: id })
  const odd = {
    ...good,
    ...(claims.acr && { acr: claims.acr }),
    auth_time: Number(good.iat) - (claims.age ?? 0),
  }
  return new Client(stage.world.gatewayUrl, () => signToken(stage.world.issuerKey, odd))
}

describe.each([
  ['five minutes old', { age: 301 }],
  ['without a second factor', { acr: 'urn:autora:acr:password' }],
])('a sign-in that is %s', (_name, claims) => {
  it('IDO-40 MUST NOT be enough to grant, to change, to invite or to shut out, nor to approve it', async () => {
    const admin = signedIn(stage.self('DEALER_ADMIN'), claims)
    const sales = await stage.colleague('DEALER_ADMIN')
    const invited = {
      email: 'fresh@north.example.test',
      displayName: 'F',
      role: 'DEALER_SALES',
      everyStore: true,
    }

    for (const [name, input] of [
      ['userInvite', invited],
      ['membershipGrant', { userId: userId(sales), role: 'DEALER_MARKETING', everyStore: true }],
      ['membershipChange', { id: memberId(sales), changes: { everyStore: true } }],
      ['userDeactivate', { id: userId(sales) }],
    ] as const)
      expect([name, await refused(() => send(admin, name, input))]).toEqual([name, 'STEP_UP_REQUIRED'])

    const [first, second] = owners()
    const asked = await send(
      stage.world.people.as(first),
      'userInvite',
      staff('staff-2@platform.example.test'),
    )
    const { id } = asked.data.userInvite.approval
    expect(await refused(() => decide(signedIn(second, claims), id))).toBe('STEP_UP_REQUIRED')
  })
})
