import { type Actor, PLATFORM_TENANT } from '@autora/shared/actor'
import { withClient } from '@autora/shared/database'
import { encodeId } from '@autora/shared/request'
import { footprint, refusals } from '../attacks/footprint.js'
import type { Answer, Client } from '../kit/client.js'
import { actorOf, sealFor } from '../kit/direct-call.js'
import { decide, forgotten, pairOf, publishRule, reason, updatePolicy } from '../kit/governance.js'
import { startWorld, type World } from '../kit/world.js'

let world: World
beforeEach(async () => {
  world = await startWorld()
})
afterEach(() => world.close())

const POLICY = `{ accessPolicy { version latestVersion marketingContactMasked marketingContact salesLeadVisibility reveal
  export leadRetentionMonths scheduled { version marketingContact } } }`
const PUBLISH = `mutation P($input: GovernanceRulePublishInput!) { governanceRulePublish(input: $input) {
  approval { id } userErrors { code field } } }`
const RETIRE = `mutation R($input: GovernanceRuleRetireInput!) { governanceRuleRetire(input: $input) {
  approval { id } userErrors { code field } } }`
const RULES = '{ governanceRules { knob version loosest isInForce isRetired meaning title } }'

const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString()
const pair = (role: 'DEALER_ADMIN' | 'PLATFORM_OWNER', group?: string) => pairOf(world, role, group)
const policyOf = async (client: Client) => (await client.send(POLICY)).data.accessPolicy
const actions = async (from: number) =>
  (
    await world.sql<{ action: string }>(
      `select action from audit.event where id > $1 and outcome = 'ALLOW' order by id`,
      [from],
    )
  ).map(({ action }) => action)
const lastEvent = async () =>
  (await world.sql<{ id: number }>('select max(id)::int as id from audit.event'))[0]?.id ?? 0

describe('accessPolicyUpdate', () => {
  it('POL-01 MUST tighten any knob at once on the word of one Dealer Admin of the whole group', async () => {
    const [admin] = pair('DEALER_ADMIN', 'north')
    const from = await lastEvent()
    const other = await footprint(world, world.people.store('south-one').groupId)

    const answer = await updatePolicy(admin, {
      version: 1,
      salesLeadVisibility: 'ASSIGNED',
      reveal: 'NOBODY',
      export: 'OFF',
      leadRetentionMonths: 3,
    })

    expect(answer).toEqual({
      accessPolicy: { version: 2, latestVersion: 2 },
      approval: null,
      userErrors: [],
    })
    expect(await policyOf(admin)).toEqual({
      version: 2,
      latestVersion: 2,
      marketingContactMasked: false,
      marketingContact: 'REDACTED',
      salesLeadVisibility: 'ASSIGNED',
      reveal: 'NOBODY',
      export: 'OFF',
      leadRetentionMonths: 3,
      scheduled: [],
    })
    expect(await actions(from)).toEqual(['accessPolicy.updated'])
    expect(await footprint(world, world.people.store('south-one').groupId)).toEqual(other)
  })

  it('POL-02 MUST loosen only when a second Dealer Admin agrees, and show the loosened value from then on', async () => {
    const [asking, approving] = pair('DEALER_ADMIN', 'north')
    const from = await lastEvent()

    const asked = await updatePolicy(asking, { version: 1, marketingContact: 'MASKED', reason })

    expect(asked).toMatchObject({ accessPolicy: null, approval: { status: 'REQUESTED' }, userErrors: [] })
    expect(asked.approval.summary).toContain('REDACTED to MASKED')
    expect((await policyOf(asking)).version).toBe(1)
    expect(await decide(asking, asked.approval.id)).toMatchObject({
      userErrors: [{ code: 'SELF_APPROVAL_REFUSED' }],
    })
    expect((await policyOf(asking)).version).toBe(1)
    expect(await decide(approving, asked.approval.id)).toEqual({
      approval: { status: 'APPROVED' },
      userErrors: [],
    })
    expect(await policyOf(asking)).toMatchObject({ version: 2, marketingContactMasked: true })
    expect(await actions(from)).toEqual(['approval.requested', 'approval.approved', 'accessPolicy.updated'])
    const [row] = await world.sql<{ approval: string; by: string }>(
      `select approval_id::text as approval, published_by::text as by from identity.access_policy_version
        where version = 2 and tenant_id = $1`,
      [world.people.store('north-one').groupId],
    )
    expect(encodeId('Approval', row?.approval ?? '')).toBe(asked.approval.id)
  })

  it('POL-03 MUST refuse at the approval what was overtaken by a newer version, and leave the request open', async () => {
    const [asking, approving] = pair('DEALER_ADMIN', 'north')
    const { approval } = await updatePolicy(asking, { version: 1, marketingContact: 'MASKED', reason })
    await updatePolicy(approving, { version: 1, export: 'OFF' })
    const before = await footprint(world)

    expect(await decide(approving, approval.id)).toMatchObject({ userErrors: [{ code: 'CONFLICT' }] })

    expect(await footprint(world)).toEqual(before)
    expect(await policyOf(asking)).toMatchObject({ version: 2, marketingContact: 'REDACTED', export: 'OFF' })
  })

  it('POL-04 MUST hold from its date on and not before; the newest whose time has come counts', async () => {
    const [admin] = pair('DEALER_ADMIN', 'north')
    const from = await lastEvent()

    const later = await updatePolicy(admin, { version: 1, export: 'OFF', effectiveFrom: inDays(30) })

    expect(later).toMatchObject({ accessPolicy: { version: 1, latestVersion: 2 }, userErrors: [] })
    expect(await policyOf(admin)).toMatchObject({ export: 'FOUR_EYES', scheduled: [{ version: 2 }] })
    expect(await actions(from)).toEqual(['accessPolicy.scheduled'])
    await world.sql(
      `alter table identity.access_policy_version disable trigger user;
       update identity.access_policy_version set effective_from = now() where version = 2`,
    )
    expect(await policyOf(admin)).toMatchObject({ version: 2, export: 'OFF', scheduled: [] })
  })

  it('POL-05 MUST take the dropping of an announced tightening for a loosening', async () => {
    const [admin] = pair('DEALER_ADMIN', 'north')
    await updatePolicy(admin, { version: 1, export: 'OFF', effectiveFrom: inDays(30) })

    const dropping = await updatePolicy(admin, { version: 2, reveal: 'NOBODY' })
    const keeping = await updatePolicy(admin, { version: 2, reveal: 'NOBODY', export: 'OFF' })

    expect(dropping).toMatchObject({ accessPolicy: null, userErrors: [{ code: 'REASON_REQUIRED' }] })
    expect(keeping).toMatchObject({ accessPolicy: { version: 3, latestVersion: 3 }, userErrors: [] })
  })

  it.each<[string, object, object]>([
    ['a version that was not seen', { version: 7 }, { code: 'CONFLICT', field: null }],
    [
      'a number out of range',
      { leadRetentionMonths: 25 },
      { code: 'INVALID', field: ['leadRetentionMonths'] },
    ],
    ['a date in the past', { effectiveFrom: inDays(-1) }, { code: 'INVALID', field: ['effectiveFrom'] }],
    ['a date too far ahead', { effectiveFrom: inDays(91) }, { code: 'INVALID', field: ['effectiveFrom'] }],
    [
      'two words for one knob',
      { marketingContact: 'REDACTED', marketingContactMasked: true },
      { code: 'INVALID', field: ['marketingContactMasked'] },
    ],
    [
      'a loosening without a reason',
      { marketingContact: 'MASKED' },
      { code: 'REASON_REQUIRED', field: ['reason'] },
    ],
  ])('POL-06 MUST refuse %s, change nothing and leave one mark in the trail', async (_what, input, error) => {
    const [admin] = pair('DEALER_ADMIN', 'north')
    const before = await footprint(world)
    const refused = await refusals(world)

    const answer = await updatePolicy(admin, { version: 1, export: 'OFF', ...input })

    expect(answer).toEqual({ accessPolicy: null, approval: null, userErrors: [error] })
    expect(await footprint(world)).toEqual(before)
    expect(await refusals(world)).toBe(refused + 1)
  })

  it('POL-07 MUST be history: nobody can change or remove a version, the owner of the tables included', async () => {
    for (const deed of [
      'update identity.access_policy_version set version = 9',
      'delete from identity.access_policy_version',
      'truncate identity.access_policy_version',
    ])
      await expect(world.sql(deed)).rejects.toThrow(/history/)
  })
})

describe('the floor of the platform', () => {
  it('POL-10 MUST win at once over an older, looser policy, and say so', async () => {
    const [asking, approving] = pair('DEALER_ADMIN', 'north')
    const { approval } = await updatePolicy(asking, { version: 1, marketingContact: 'MASKED', reason })
    await decide(approving, approval.id)
    await forgotten()
    const FIRST = '{ customers(first: 1) { edges { node { firstName } } } }'
    const marketing = world.people.marketing('north-one')
    const firstName = ({ data }: Answer) => data.customers.edges[0].node.firstName
    const shown = await marketing.send(FIRST)

    await publishRule(world, { knob: 'MARKETING_CONTACT', loosest: 'REDACTED', version: 0 })
    await forgotten()
    const hidden = await marketing.send(FIRST)

    expect(firstName(shown)).toMatch(/\.$/)
    expect(shown.redactions).toEqual([])
    expect(firstName(hidden)).toBeNull()
    expect(hidden.redactions).toMatchObject([{ coordinate: 'Customer.firstName' }])
    const told = await asking.send('{ accessPolicy { explanation { knob value source version bound } } }')
    expect(told.data.accessPolicy.explanation[0]).toEqual({
      knob: 'MARKETING_CONTACT',
      value: 'REDACTED',
      source: 'FLOOR',
      version: 1,
      bound: 'A bound: Regulators ask for it',
    })
  })

  it('POL-11 MUST refuse a policy below it, when asked for and when approved', async () => {
    const [asking, approving] = pair('DEALER_ADMIN', 'north')
    const { approval } = await updatePolicy(asking, { version: 1, marketingContact: 'MASKED', reason })
    await publishRule(world, { knob: 'MARKETING_CONTACT', loosest: 'REDACTED', version: 0 })

    const late = await decide(approving, approval.id)
    const again = await updatePolicy(asking, { version: 1, marketingContact: 'MASKED', reason })

    expect(late.userErrors).toEqual([{ code: 'INVALID', field: ['marketingContact'] }])
    expect(again.userErrors).toEqual([{ code: 'INVALID', field: ['marketingContact'] }])
    expect((await policyOf(asking)).version).toBe(1)
  })

  it('POL-12 MUST begin and end on its dates, one version after the other', async () => {
    const [owner, second] = pair('PLATFORM_OWNER')
    const [admin] = pair('DEALER_ADMIN', 'north')
    const from = await lastEvent()
    await publishRule(world, { knob: 'EXPORT', loosest: 'OFF', version: 0, effectiveFrom: inDays(10) })
    expect((await policyOf(admin)).export).toBe('FOUR_EYES')
    expect((await admin.send(RULES)).data.governanceRules).toMatchObject([
      { knob: 'EXPORT', loosest: 'OFF', isInForce: false, meaning: 'At most: Records cannot be exported.' },
    ])
    await publishRule(world, { knob: 'EXPORT', loosest: 'OFF', version: 1 })
    expect((await policyOf(admin)).export).toBe('OFF')

    const stale = await owner.send(RETIRE, { input: { knob: 'EXPORT', reason, version: 1 } })
    const asked = await owner.send(RETIRE, { input: { knob: 'EXPORT', reason, version: 2 } })
    await decide(second, asked.data.governanceRuleRetire.approval.id)

    expect(stale.data.governanceRuleRetire.userErrors).toEqual([{ code: 'CONFLICT', field: ['version'] }])
    expect((await policyOf(admin)).export).toBe('FOUR_EYES')
    expect((await admin.send(RULES)).data.governanceRules).toEqual([])
    expect((await actions(from)).filter((action) => action.startsWith('governanceRule'))).toEqual([
      'governanceRule.published',
      'governanceRule.published',
      'governanceRule.retired',
    ])
  })

  it('POL-13 MUST be written by nobody but an owner whom another owner asked', async () => {
    const before = await footprint(world)
    const input = {
      knob: 'EXPORT',
      loosest: 'OFF',
      version: 0,
      reason,
      title: 'A bound',
      explanation: 'Long enough',
    }
    for (const client of [
      world.people.support(),
      world.people.admin('north'),
      world.people.sales('north-one'),
    ])
      expect((await client.send(PUBLISH, { input })).status).toBe(403)
    const bad = await world.people.owner().send(PUBLISH, { input: { ...input, loosest: 'EVERYTHING' } })

    expect(bad.data.governanceRulePublish.userErrors).toEqual([{ code: 'INVALID', field: ['loosest'] }])
    expect(await footprint(world)).toEqual(before)
  })

  it.each<[string, () => Actor]>([
    ['an owner alone', () => actorOf('PLATFORM_OWNER')],
    [
      'a Dealer Admin',
      () => actorOf('DEALER_ADMIN', { tenantId: world.people.store('north-one').groupId, reach: 'TENANT' }),
    ],
  ])('POL-14 MUST be written by nobody else through raw SQL either: %s', async (_who, actor) => {
    const write = withClient(world.roleUrl('identity'), async (db) => {
      await db.query('begin')
      await db.query("select set_config('autora.context', $1, true)", [sealFor(actor(), 'identity')])
      await db.query(
        `insert into identity.governance_rule (knob, version, loosest, title, explanation, reason, effective_from, approval_id)
         values ('export', 1, 'OFF', 'A bound', 'Long enough', 'Long enough', now(), $1)`,
        [PLATFORM_TENANT],
      )
    })

    await expect(write).rejects.toThrow(/row-level security/)
  })
})

describe('what people are told', () => {
  it('POL-20 MUST tell Marketing its own redaction and the rules, and nothing of the rest', async () => {
    const marketing = world.people.marketing('north-one')
    await publishRule(world, { knob: 'MARKETING_CONTACT', loosest: 'REDACTED', version: 0 })

    const own = await marketing.send(
      '{ accessPolicy { marketingContact explanation { knob meaning source } } }',
    )
    const rest = await marketing.send('{ accessPolicy { reveal } }')
    const history = await marketing.send('{ accessPolicyHistory { edges { node { version } } } }')
    const rules = await marketing.send(RULES)

    expect(own.data.accessPolicy).toEqual({
      marketingContact: 'REDACTED',
      explanation: [
        {
          knob: 'MARKETING_CONTACT',
          meaning: 'Marketing sees no names, numbers and addresses of customers.',
          source: 'DEALER',
        },
      ],
    })
    expect([rest.status, history.status]).toEqual([403, 403])
    expect(rules.data.governanceRules).toHaveLength(1)
    for (const client of [world.people.sales('north-one'), world.people.partner('north-one')])
      expect((await client.send(RULES)).status).toBe(403)
  })

  it('POL-21 MUST tell a group its own history page by page, and no other group anything of it', async () => {
    const [admin] = pair('DEALER_ADMIN', 'north')
    await updatePolicy(admin, { version: 1, export: 'OFF' })
    await updatePolicy(admin, { version: 2, reveal: 'NOBODY' })
    const HISTORY = `query H($after: String, $group: ID) { accessPolicyHistory(first: 2, after: $after, dealerGroupId: $group) {
      edges { node { version export reveal publishedBy { displayName } } } pageInfo { hasNextPage endCursor } } }`
    const group = encodeId('DealerGroup', world.people.store('north-one').groupId)

    const first = (await admin.send(HISTORY)).data.accessPolicyHistory
    const second = (await admin.send(HISTORY, { after: first.pageInfo.endCursor })).data.accessPolicyHistory
    const foreign = await world.people.admin('south').send(HISTORY, { group })
    const owner = await world.people.owner().send(HISTORY, { group })

    expect(first.edges.map(({ node }: { node: object }) => node)).toMatchObject([
      { version: 3, export: 'OFF', reveal: 'NOBODY', publishedBy: { displayName: expect.any(String) } },
      { version: 2, export: 'OFF', reveal: 'ADMIN_AND_ASSIGNED' },
    ])
    expect(second).toMatchObject({ edges: [{ node: { version: 1 } }], pageInfo: { hasNextPage: false } })
    expect(foreign.data.accessPolicyHistory.edges).toEqual([])
    expect(owner.data.accessPolicyHistory.edges).toHaveLength(2)
  })
})
