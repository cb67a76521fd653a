import { randomUUID } from 'node:crypto'
import { encodeId } from '@autora/shared/request'
import { footprint, refusals } from '../attacks/footprint.js'
import type { Client } from '../kit/client.js'
import { startWorld, type World } from '../kit/world.js'

let world: World
let admin: Client
beforeAll(async () => {
  world = await startWorld()
  admin = world.people.admin('north')
})
afterAll(() => world.close())

const INVITE = `mutation I($input: UserInviteInput!) { userInvite(input: $input) {
  user { id displayName email status invitation { id status } } membership { id role version store { code } validTo }
  approval { id status } userErrors { code field } } }`
const GRANT = `mutation G($input: MembershipGrantInput!) { membershipGrant(input: $input) {
  membership { id role version store { code } grantedBy { id } } userErrors { code field } } }`
const CHANGE = `mutation C($input: MembershipChangeInput!) { membershipChange(input: $input) {
  membership { id role version validTo store { code } } userErrors { code field } } }`
const END = `mutation E($input: MembershipEndInput!) { membershipEnd(input: $input) {
  membership { id validTo } approval { id } userErrors { code field } } }`

const storeId = (code: string) => encodeId('Store', world.people.store(code).id)
const person = (parts: object = {}) => ({
  input: {
    email: `${randomUUID()}@north.example.test`,
    displayName: 'Somebody New',
    role: 'DEALER_SALES',
    storeId: storeId('north-one'),
    ...parts,
  },
})

const eventsOn = async (id: string) => {
  const uuid = id.slice(4).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
  const rows = await world.sql<{ action: string }>(
    'select action from audit.event where target_id = $1 order by id',
    [uuid],
  )
  return rows.map(({ action }) => action)
}

/** Somebody in sales of a store and the ids of both, as clients know them. */
const salesOf = (store: string) => {
  const membership = world.people.membership('DEALER_SALES', store)
  return {
    userId: encodeId('User', membership.userId),
    id: encodeId('Membership', membership.id),
    membership,
  }
}

describe('userInvite', () => {
  it('MEM-01 MUST write a person who cannot sign in yet, with a membership and a link by mail', async () => {
    const wanted = person({ mobile: '+27821234567', validTo: '2027-11-20T10:00:00Z' })

    const answer = await admin.send(INVITE, wanted)
    const { user, membership, approval, userErrors } = answer.data.userInvite
    const mail = world.mails.at(-1)
    const token = /\/sign-in\/invitation\/([A-Za-z0-9_-]{43})\n/.exec(mail?.text ?? '')?.[1] ?? ''
    const stored = await world.sql<{ n: number }>(
      'select count(*)::int as n from identity.invitation where token_sha256 = sha256($1::bytea)',
      [Buffer.from(token)],
    )
    const spoken = await world.sql<{ text: string }>('select i::text as text from identity.invitation i')

    expect({ approval, userErrors }).toEqual({ approval: null, userErrors: [] })
    expect(user).toMatchObject({
      email: wanted.input.email,
      status: 'INVITED',
      invitation: { status: 'OPEN' },
    })
    expect(membership).toMatchObject({ role: 'DEALER_SALES', version: 1, store: { code: 'north-one' } })
    expect(mail?.to).toBe(wanted.input.email)
    expect(stored).toEqual([{ n: 1 }])
    for (const text of [answer.text, ...spoken.map((row) => row.text), ...world.logLines])
      expect(text).not.toContain(token)
    expect(await eventsOn(user.id)).toEqual(['user.invited'])
    expect(await eventsOn(membership.id)).toEqual(['membership.granted'])
  })

  it('MEM-02 MUST tell that an address is taken in the own group, and nothing about other groups', async () => {
    const [foreign] = await world.sql<{ email: string }>(
      'select email from identity.user_account where tenant_id = $1 limit 1',
      [world.people.store('south-one').groupId],
    )
    const first = await admin.send(INVITE, person({ email: 'Taken@North.example.test ' }))
    const before = await footprint(world)
    const again = await admin.send(INVITE, person({ email: 'taken@north.example.test' }))
    const unchanged = await footprint(world)
    const elsewhere = await admin.send(INVITE, person({ email: foreign?.email }))

    expect(first.data.userInvite.user.email).toBe('taken@north.example.test')
    expect(again.data.userInvite).toMatchObject({
      user: null,
      userErrors: [{ code: 'CONFLICT', field: ['email'] }],
    })
    expect(unchanged).toEqual(before)
    expect(elsewhere.data.userInvite).toMatchObject({ user: { status: 'INVITED' }, userErrors: [] })
  })

  it.each<[string, () => object, string, string[] | null]>([
    ['no address', () => ({ email: 'nobody' }), 'INVALID', ['email']],
    ['two addresses', () => ({ email: 'a@b.example, c@d.example' }), 'INVALID', ['email']],
    ['an address in two lines', () => ({ email: 'a@b.example\nBcc: x@y.example' }), 'INVALID', ['email']],
    ['a name in two lines', () => ({ displayName: 'a\nb' }), 'INVALID', ['displayName']],
    ['a number of no country', () => ({ mobile: '0821234567' }), 'INVALID', ['mobile']],
    ['no place', () => ({ storeId: null }), 'INVALID', ['storeId']],
    ['two places', () => ({ everyStore: true }), 'INVALID', ['everyStore']],
    ['an end in the past', () => ({ validTo: '2020-01-01T00:00:00Z' }), 'EXPIRY_OUT_OF_RANGE', ['validTo']],
    ['an end too far', () => ({ validTo: '2099-01-01T00:00:00Z' }), 'EXPIRY_OUT_OF_RANGE', ['validTo']],
    [
      'a beginning in the past',
      () => ({ validFrom: '2020-01-01T00:00:00Z' }),
      'EXPIRY_OUT_OF_RANGE',
      ['validFrom'],
    ],
    ['a store of another group', () => ({ storeId: storeId('south-one') }), 'NOT_FOUND', null],
    ['a store that is none', () => ({ storeId: 'str_x' }), 'NOT_FOUND', null],
    [
      'an owner of the platform',
      () => ({ role: 'PLATFORM_OWNER', storeId: null }),
      'SCOPE_EXCEEDED',
      ['role'],
    ],
    ['a supporter', () => ({ role: 'PLATFORM_SUPPORT', storeId: null }), 'SCOPE_EXCEEDED', ['role']],
  ])('MEM-03 MUST refuse %s, change nothing, and leave one event', async (_name, parts, code, field) => {
    const before = [await footprint(world), world.mails.length]
    const denials = await refusals(world)

    const answer = await admin.send(INVITE, person(parts()))

    expect(answer.data.userInvite).toEqual({
      user: null,
      membership: null,
      approval: null,
      userErrors: [{ code, field }],
    })
    expect([await footprint(world), world.mails.length]).toEqual(before)
    expect(await refusals(world)).toBe(denials + 1)
  })

  it('MEM-04 MUST NOT let the admin of one store reach beyond it', async () => {
    const storeAdmin = world.people.admin('north-one')
    const own = await storeAdmin.send(INVITE, person())
    const before = await footprint(world)
    const wide = await storeAdmin.send(INVITE, person({ storeId: null, everyStore: true }))
    const sibling = await storeAdmin.send(INVITE, person({ storeId: storeId('north-two') }))

    expect(own.data.userInvite).toMatchObject({ user: { status: 'INVITED' }, userErrors: [] })
    expect(wide.data.userInvite.userErrors).toEqual([{ code: 'SCOPE_EXCEEDED', field: ['everyStore'] }])
    expect(sibling.data.userInvite.userErrors).toEqual([{ code: 'NOT_FOUND', field: null }])
    expect(await footprint(world)).toEqual(before)
  })

  it('MEM-05 MUST make a new link when it is sent again, and none that works after it is taken back', async () => {
    const { id } = (await admin.send(INVITE, person())).data.userInvite.user
    const open = () =>
      world.sql(
        `select id from identity.invitation i where i.revoked_at is null and i.user_id =
           (select id from identity.user_account where replace(id::text, '-', '') = $1)`,
        [id.slice(4)],
      )
    const first = await open()
    const resent = await admin.send(
      `mutation R($input: InvitationResendInput!) { invitationResend(input: $input) { user { invitation { status } } userErrors { code } } }`,
      { input: { userId: id } },
    )
    const second = await open()
    const revoked = await admin.send(
      `mutation R($input: InvitationRevokeInput!) { invitationRevoke(input: $input) { user { invitation { status } } userErrors { code } } }`,
      { input: { userId: id } },
    )

    expect(resent.data.invitationResend).toEqual({
      user: { invitation: { status: 'OPEN' } },
      userErrors: [],
    })
    expect(first).toHaveLength(1)
    expect(second).toHaveLength(1)
    expect(second).not.toEqual(first)
    expect(revoked.data.invitationRevoke).toEqual({
      user: { invitation: { status: 'REVOKED' } },
      userErrors: [],
    })
    expect(await open()).toEqual([])
    expect(await eventsOn(id)).toEqual(['user.invited', 'invitation.resent', 'invitation.revoked'])
  })
})

describe('memberships', () => {
  it('MEM-10 MUST let somebody work in a further store from the next token on', async () => {
    const { userId, membership } = salesOf('north-three')

    const granted = await admin.send(GRANT, {
      input: { userId, role: 'DEALER_SALES', storeId: storeId('north-two') },
    })
    const again = await admin.send(GRANT, {
      input: { userId, role: 'DEALER_SALES', storeId: storeId('north-two') },
    })
    const own = granted.data.membershipGrant.membership
    const id = own.id.slice(4).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
    const me = await world.people
      .as({ ...membership, id })
      .send('{ me { stores { code } memberships { id isWorn everyStore role } } }')

    expect(own).toMatchObject({ role: 'DEALER_SALES', version: 1, store: { code: 'north-two' } })
    expect(again.data.membershipGrant.userErrors).toEqual([{ code: 'CONFLICT', field: ['role'] }])
    expect(me.data.me.stores).toEqual([{ code: 'north-two' }])
    expect(me.data.me.memberships).toEqual(
      expect.arrayContaining([
        { id: own.id, isWorn: true, everyStore: false, role: 'DEALER_SALES' },
        {
          id: encodeId('Membership', membership.id),
          isWorn: false,
          everyStore: false,
          role: 'DEALER_SALES',
        },
      ]),
    )
  })

  it('MEM-11 MUST make tokens of the old one worthless within two seconds when it changes, and when it ends', async () => {
    const { id, membership } = salesOf('north-two')
    const before = world.people.as(membership)
    expect((await before.send('{ me { principal } }')).data.me).toEqual({ principal: 'DEALER_SALES' })

    const changed = await admin.send(CHANGE, {
      input: { id, version: 1, changes: { role: 'DEALER_MARKETING' } },
    })
    const stale = await admin.send(CHANGE, { input: { id, version: 1, changes: { role: 'DEALER_SALES' } } })
    await new Promise((resolve) => setTimeout(resolve, 2000))

    expect(changed.data.membershipChange).toMatchObject({
      membership: { role: 'DEALER_MARKETING', version: 2 },
      userErrors: [],
    })
    expect(stale.data.membershipChange.userErrors).toEqual([{ code: 'CONFLICT', field: null }])
    expect((await before.send('{ me { principal } }')).status).toBe(401)

    const ended = await admin.send(END, { input: { id } })
    const again = await admin.send(END, { input: { id } })
    expect(ended.data.membershipEnd.userErrors).toEqual([])
    expect(again.data).toEqual(ended.data)
    expect(await eventsOn(id)).toEqual(['membership.changed', 'membership.ended'])
    const revived = await admin.send(CHANGE, { input: { id, changes: { validTo: '2027-01-01T00:00:00Z' } } })
    expect(revived.data.membershipChange.userErrors).toEqual([{ code: 'STATE_NOT_ALLOWED', field: null }])
  })

  it('MEM-12 MUST NOT let anybody grant to himself, nor change what is his', async () => {
    const own = world.people.membership('DEALER_ADMIN', 'north-one')
    const client = world.people.as(own)
    const before = await footprint(world)
    const denials = await refusals(world)

    const answers = [
      await client.send(GRANT, {
        input: { userId: encodeId('User', own.userId), role: 'DEALER_SALES', storeId: storeId('north-one') },
      }),
      await client.send(CHANGE, {
        input: { id: encodeId('Membership', own.id), changes: { everyStore: true } },
      }),
      await client.send(CHANGE, {
        input: { id: encodeId('Membership', own.id), changes: { validTo: '2030-01-01T00:00:00Z' } },
      }),
    ]

    for (const { data } of answers) {
      const [payload] = Object.values(data) as { userErrors: unknown }[]
      expect(payload?.userErrors).toEqual([{ code: 'SELF_GRANT_REFUSED', field: null }])
    }
    expect(await footprint(world)).toEqual(before)
    expect(await refusals(world)).toBe(denials + 3)
  })

  it('MEM-13 MUST NOT let the admin of a store handle who works for the whole group', async () => {
    const storeAdmin = world.people.admin('north-one')
    const wide = world.people.membership('DEALER_ADMIN', 'north')
    const before = await footprint(world)

    const ended = await storeAdmin.send(END, { input: { id: encodeId('Membership', wide.id) } })
    const deactivated = await storeAdmin.send(
      'mutation D($input: UserDeactivateInput!) { userDeactivate(input: $input) { userErrors { code } } }',
      { input: { id: encodeId('User', wide.userId) } },
    )

    expect(ended.data.membershipEnd.userErrors).toEqual([{ code: 'SCOPE_EXCEEDED', field: null }])
    expect(deactivated.data.userDeactivate.userErrors).toEqual([{ code: 'SCOPE_EXCEEDED' }])
    expect(await footprint(world)).toEqual(before)
  })
})
