import { createHash } from 'node:crypto'
import { classTable, matrix, type Principal, principals } from '@autora/shared/access'
import { encodeId } from '@autora/shared/request'
import { footprint } from '../attacks/footprint.js'
import type { Client } from '../kit/client.js'
import { startWorld, type World } from '../kit/world.js'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.close())

const groupId = (code: string) => world.people.store(`${code}-one`).groupId

describe('accessPolicyUpdate', () => {
  const UPDATE = `mutation U($input: AccessPolicyUpdateInput!) { accessPolicyUpdate(input: $input) {
    accessPolicy { marketingContactMasked version } userErrors { code field } } }`
  const update = (client: Client, marketingContactMasked: boolean, version: number) =>
    client.send(UPDATE, { input: { marketingContactMasked, version } })
  const policyOf = async (client: Client) =>
    (await client.send('{ accessPolicy { marketingContactMasked version } }')).data.accessPolicy

  it('JRN-40 MUST NOT show more than before on the word of one person', async () => {
    const admin = world.people.admin('north')
    const policy = await policyOf(admin)
    const before = await footprint(world)

    const answer = await update(admin, true, policy.version)

    expect(answer.data.accessPolicyUpdate).toEqual({
      accessPolicy: null,
      userErrors: [{ code: 'REASON_REQUIRED', field: ['reason'] }],
    })
    expect(await policyOf(admin)).toEqual(policy)
    expect(await footprint(world)).toEqual(before)
  })

  it('JRN-41 MUST refuse a change over one that was not seen, and do nothing for what holds already', async () => {
    const admin = world.people.admin('north')
    const policy = await policyOf(admin)
    const before = await footprint(world)

    const stale = await update(admin, false, policy.version + 1)
    const same = await update(admin, false, policy.version)

    expect(stale.data.accessPolicyUpdate).toEqual({
      accessPolicy: null,
      userErrors: [{ code: 'CONFLICT', field: null }],
    })
    expect(same.data.accessPolicyUpdate).toEqual({ accessPolicy: policy, userErrors: [] })
    expect(await footprint(world)).toEqual(before)
  })

  it('JRN-42 MUST tighten at once, with a version and an event, in its own group alone', async () => {
    await world.sql(
      `alter table identity.access_policy_version disable trigger user;
       update identity.access_policy_version set marketing_contact = 'MASKED' where tenant_id = '${groupId('south')}';
       alter table identity.access_policy_version enable always trigger append_only_row;
       alter table identity.access_policy_version enable always trigger append_only_table;
       alter table identity.access_policy_version enable always trigger must_be_audited`,
    )
    const admin = world.people.admin('south')
    const { version } = await policyOf(admin)
    const other = await footprint(world, groupId('north'))

    const answer = await update(admin, false, version)

    const policy = { marketingContactMasked: false, version: version + 1 }
    expect(answer.data.accessPolicyUpdate).toEqual({ accessPolicy: policy, userErrors: [] })
    expect(await policyOf(admin)).toEqual(policy)
    const trail = await admin.send(
      '{ auditEvents(first: 1) { edges { node { action targetType targetId } } } }',
    )
    expect(trail.data.auditEvents.edges).toEqual([
      {
        node: {
          action: 'accessPolicy.updated',
          targetType: 'DealerGroup',
          targetId: encodeId('DealerGroup', groupId('south')),
        },
      },
    ])
    expect(await footprint(world, groupId('north'))).toEqual(other)
  })

  it('JRN-43 MUST be the business of those who answer for the whole group', async () => {
    const before = await footprint(world)
    const { people } = world

    const storeAdmin = await update(people.admin('north-one'), false, 1)
    const others = await Promise.all(
      [people.sales('north-one'), people.marketing('north-one'), people.owner(), people.support()].map(
        (client) => update(client, false, 1),
      ),
    )

    expect(storeAdmin.errors[0]?.extensions).toMatchObject({
      code: 'ACCESS_DENIED',
      reason: 'ROLE_NOT_ALLOWED',
    })
    for (const { status, data } of others) expect([status, data]).toEqual([403, null])
    expect(await footprint(world)).toEqual(before)
  })
})

describe('me', () => {
  const ME = '{ me { principal displayName scopes purpose stores { code } } }'
  const nameOf = (role: Parameters<World['people']['membership']>[0], where?: string) => {
    const { userId } = world.people.membership(role, where)
    return world.network.users.find(({ id }) => id === userId)?.displayName
  }
  const stores = (...codes: string[]) => codes.map((code) => ({ code }))

  it.each<[Principal, () => Client, () => object]>([
    [
      'PLATFORM_OWNER',
      () => world.people.owner(),
      () => ({ displayName: nameOf('PLATFORM_OWNER'), stores: [] }),
    ],
    [
      'PLATFORM_SUPPORT',
      () => world.people.support(),
      () => ({ displayName: nameOf('PLATFORM_SUPPORT'), stores: [] }),
    ],
    [
      'DEALER_ADMIN',
      () => world.people.admin('north'),
      () => ({
        displayName: nameOf('DEALER_ADMIN', 'north'),
        stores: stores('north-one', 'north-three', 'north-two'),
      }),
    ],
    [
      'DEALER_ADMIN',
      () => world.people.admin('north-one'),
      () => ({ displayName: nameOf('DEALER_ADMIN', 'north-one'), stores: stores('north-one') }),
    ],
    [
      'DEALER_SALES',
      () => world.people.sales('north-two'),
      () => ({ displayName: nameOf('DEALER_SALES', 'north-two'), stores: stores('north-two') }),
    ],
    [
      'DEALER_MARKETING',
      () => world.people.marketing('south-one'),
      () => ({ displayName: nameOf('DEALER_MARKETING', 'south-one'), stores: stores('south-one') }),
    ],
    [
      'ANALYST',
      () => world.people.analyst('north-one'),
      () => ({ displayName: nameOf('DEALER_MARKETING', 'north-one'), stores: stores('north-one') }),
    ],
    [
      'PARTNER',
      () => world.people.partner('north-one'),
      () => ({
        displayName: 'AutoMarket Leads, leads: north-one',
        stores: stores('north-one'),
        scopes: ['customers:read', 'leads:create', 'leads:read.own'],
      }),
    ],
  ])('JRN-50 MUST tell %s what he is, and nothing of anybody else', async (principal, client, parts) => {
    const answer = await client().send(ME)

    expect(answer.errors).toEqual([])
    expect(answer.data.me).toEqual({ principal, scopes: [], purpose: 'SALES_ENQUIRY', ...parts() })
  })

  it('JRN-51 MUST tell somebody in two stores apart by the membership he comes with', async () => {
    const both = world.network.memberships.filter(({ userId }, _index, all) => {
      return all.filter((one) => one.userId === userId).length === 2
    })

    const answers = await Promise.all(both.map((membership) => world.people.as(membership).send(ME)))

    expect(both).toHaveLength(2)
    expect(answers.map(({ data }) => data.me.stores)).toEqual([stores('north-one'), stores('north-two')])
  })
})

describe('the access matrix', () => {
  it('JRN-60 MUST be served as this build enforces it, cell by cell', async () => {
    const rowsOf = (table: Readonly<Record<string, readonly (string | null)[]>>) =>
      Object.entries(table).map(([name, cells]) => ({
        name,
        cells: principals.map((principal, index) => ({ principal, cell: cells[index] ?? null })),
      }))

    const answer = await world.people
      .analyst('north-one')
      .send(
        '{ accessMatrix { version principals actions { name cells { principal cell } } classes { name cells { principal cell } } } }',
      )

    expect(answer.data.accessMatrix).toEqual({
      version: createHash('sha256')
        .update(JSON.stringify([principals, matrix, classTable]))
        .digest('hex'),
      principals,
      actions: rowsOf(matrix),
      classes: rowsOf(classTable),
    })
  })

  it('JRN-61 MUST be the same for everybody', async () => {
    const { people } = world
    const everybody = [people.owner(), people.support(), people.admin('south'), people.partner('south-one')]

    const versions = await Promise.all(everybody.map((client) => client.send('{ accessMatrix { version } }')))

    expect(new Set(versions.map(({ data }) => data.accessMatrix.version)).size).toBe(1)
  })
})
