import { startWorld } from '../kit/world.js'

describe('denials that repeat', () => {
  it('DNY-10 MUST be an event each up to the limit, then be refused just the same, and be counted when the platform stops', async () => {
    const world = await startWorld({ denialsPerMinute: 20 })
    const seller = world.people.membership('DEALER_SALES', 'north-one')
    const who = world.people.as(seller)
    const written = () =>
      world.sql<{ action: string; events: number; denials: number }>(
        `select action, count(*)::int as events, sum(coalesce((detail->>'repeated')::int, 1))::int as denials
           from audit.event where actor_id = $1 and outcome = 'DENY' group by action order by action`,
        [seller.userId],
      )
    const deny = () => who.send(`{ supportActivity(grantId: "gnt_${'0'.repeat(32)}") { reads } }`)
    const refuse = () =>
      who.send(
        `mutation R($input: LeadAssignInput!) { leadAssign(input: $input) { lead { id } userErrors { code } } }`,
        { input: { id: `led_${'0'.repeat(32)}`, assigneeId: `usr_${'0'.repeat(32)}`, version: 1 } },
      )

    const denied = await Promise.all(Array.from({ length: 23 }, deny))
    const refused = await Promise.all(Array.from({ length: 25 }, refuse))

    const before = await written()
    await world.close()

    const errors = denied.map((answer) => [answer.status, answer.errors[0]?.extensions.code])
    expect(new Set(errors.map(String))).toEqual(new Set(['403,ACCESS_DENIED']))
    const codes = refused.map(({ data }) => data.leadAssign.userErrors[0].code as string)
    expect(new Set(codes)).toEqual(new Set(['NOT_FOUND']))
    expect(before).toEqual([
      { action: 'access.denied', events: 20, denials: 20 },
      { action: 'access.refused', events: 20, denials: 20 },
    ])

    expect(await written()).toEqual([
      { action: 'access.denied', events: 21, denials: 23 },
      { action: 'access.refused', events: 21, denials: 25 },
    ])
  })
})
