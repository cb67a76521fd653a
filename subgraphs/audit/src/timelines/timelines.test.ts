import { withClient } from '@autora/shared/database'
import { freshDatabase, roleUrlOf } from '../../../../test/kit/database.js'
import { type RunningTrail, startTrail } from '../../../../test/kit/trail.js'
import { forgetProjections } from '../forget-projections.js'
import { timelinesOf } from './facets.js'
import { TimelineFollower } from './index.js'

let adminUrl: string
let trail: RunningTrail
beforeAll(async () => {
  adminUrl = await freshDatabase('template_demo')
  trail = await startTrail(adminUrl, [new TimelineFollower()])
})
afterAll(() => trail.close())

const sql = <Row extends object>(text: string) =>
  withClient(adminUrl, async (db) => (await db.query<Row>(text)).rows)

/** One mark of each projection. */
const marks = () =>
  sql(`select (select count(*) from audit.timeline) as lines,
              (select md5(string_agg(t::text, ',' order by t::text)) from audit.timeline t) as timeline,
              (select md5(string_agg(t::text, ',' order by t::text)) from audit.tree_node t) as nodes,
              (select count(*) from audit.tree_node) as "nodeCount"`)

/** More events of one tenant than a tile holds. */
const fill = (count: number) =>
  sql(`insert into audit.event (tenant_id, actor_id, actor_principal, request_id, action, outcome, target_type, target_id)
       select g.tenant_id, g.tenant_id, 'SYSTEM', 'planted-' || n, 'platform.founded', 'ALLOW', 'Platform', g.tenant_id
         from (select tenant_id from identity.dealer_group order by 1 limit 1) g, generate_series(1, ${count}) n`)

it('makes the same timelines anew once they were forgotten', async () => {
  await fill(600)
  await trail.settled()
  const before = await marks()
  expect(before).toMatchObject([
    { nodeCount: expect.stringMatching(/^[1-9]/), lines: expect.stringMatching(/^\d{4}/) },
  ])

  await forgetProjections(roleUrlOf(adminUrl, 'follower'))
  expect(await marks()).not.toEqual(before)
  await trail.settled()

  expect(await marks()).toEqual(before)
})

describe('the timelines of an event', () => {
  const [actor, target, other, third] = [1, 2, 3, 4].map(
    (n) => `${n}0000000-0000-4000-8000-000000000000`,
  ) as [string, string, string, string]
  const id = (prefix: string, uuid: string) => `${prefix}_${uuid.replaceAll('-', '')}`
  const event = {
    actorId: actor,
    principal: 'DEALER_SALES',
    grantId: null,
    requestId: 'r',
    targetType: 'Appointment',
    targetId: target,
    detail: {},
  }
  const found = (over: Partial<typeof event> & { detail?: unknown; grantId?: string | null }) =>
    timelinesOf({ ...event, ...over })
      .filter(({ facet }) => facet !== 'REQUEST')
      .map(({ facet, key }) => `${facet} ${key[0]}`)
      .sort()

  it.each([
    ['its actor and its target', {}, ['PERSON 1', 'RECORD 2']],
    ['a key that acts', { principal: 'PARTNER' }, ['RECORD 1', 'RECORD 2']],
    ['the platform, which is nobody', { principal: 'SYSTEM' }, ['RECORD 2']],
    ['a person it is about', { targetType: 'User' }, ['PERSON 1', 'PERSON 2', 'RECORD 2']],
    ['a lead of its detail', { detail: { leadId: id('led', other) } }, ['PERSON 1', 'RECORD 2', 'RECORD 3']],
    [
      'leads in a list, and a person by a bare id',
      { detail: { leadIds: [id('led', other)], userId: third } },
      ['PERSON 1', 'PERSON 4', 'RECORD 2', 'RECORD 3', 'RECORD 4'],
    ],
    [
      'a customer by his id',
      { detail: { to: id('cus', other) } },
      ['PERSON 1', 'PERSON 3', 'RECORD 2', 'RECORD 3'],
    ],
    ['its grant', { grantId: other }, ['GRANT 3', 'PERSON 1', 'RECORD 2']],
    ['a grant it is about', { targetType: 'SupportGrant' }, ['GRANT 2', 'PERSON 1', 'RECORD 2']],
    [
      'nothing that is no id',
      { detail: { from: 'NEW', n: 3, text: `see ${other}` } },
      ['PERSON 1', 'RECORD 2'],
    ],
  ])('hold %s', (_name, over, expected) => {
    expect(found(over)).toEqual(expected)
  })
})
