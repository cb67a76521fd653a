import { encodeId } from '@autora/shared/request'
import { pastGuard } from '../kit/database.js'
import { startWorld, type World } from '../kit/world.js'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.close())

const tables = ['lead', 'customer', 'customer_email', 'lead_status_change']
const counts = async () =>
  Promise.all(
    tables.map(
      async (table) =>
        (await world.sql<{ n: string }>(`select count(*) as n from dealer_ops.${table}`))[0]?.n,
    ),
  )

const create = () =>
  world.people
    .sales('north-one')
    .send(
      `mutation Create($input: LeadCreateInput!) { leadCreate(input: $input) { lead { id } userErrors { code } } }`,
      {
        input: {
          storeId: encodeId('Store', world.people.store('north-one').id),
          customer: { firstName: 'Nobody', emails: ['nobody@example.test'] },
          interest: 'BUY',
          source: 'WALK_IN',
        },
      },
    )

describe('a mutation whose audit event cannot be written', () => {
  it('AUD-06 MUST leave nothing behind, tell nothing inward, and work again afterwards', async () => {
    const before = await counts()
    await world.sql(`${pastGuard} revoke insert on audit.event from autora_dealer_ops`)
    await world.sql(
      'revoke insert (tenant_id, action, action_version, outcome, store_id, target_type, target_id, detail) on audit.event from autora_dealer_ops',
    )

    const failed = await create()
    expect(failed.data?.leadCreate?.lead ?? null).toBeNull()
    expect(failed.errors[0]?.extensions.code).toBe('INTERNAL_SERVER_ERROR')
    expect(failed.text).not.toMatch(/permission|audit|event|table/i)
    expect(await counts()).toEqual(before)

    await world.sql(
      'grant insert (tenant_id, action, action_version, outcome, store_id, target_type, target_id, detail) on audit.event to autora_dealer_ops',
    )
    const worked = await create()
    expect(worked.errors).toEqual([])
    expect(worked.data.leadCreate.lead.id).toMatch(/^led_/)
    expect(await counts()).not.toEqual(before)
  })
})
