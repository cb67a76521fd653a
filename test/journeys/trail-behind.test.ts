import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encodeId } from '@autora/shared/request'
import type { Client } from '../kit/client.js'
import { guardAgain, pastGuard } from '../kit/database.js'
import { supportUnderGrant } from '../kit/support.js'
import { startTrail, type TestTrail, trailSettled } from '../kit/trail-processes.js'
import { startWorld, type World } from '../kit/world.js'

let world: World
let folder: string
let trail: TestTrail | undefined
beforeAll(async () => {
  world = await startWorld()
  folder = mkdtempSync(join(tmpdir(), 'autora-'))
})
afterAll(async () => {
  await trail?.close()
  await world.close()
  rmSync(folder, { recursive: true })
})

const sales = () => world.people.sales('north-one')
const create = () =>
  sales().send(
    'mutation C($i: LeadCreateInput!) { leadCreate(input: $i) { lead { id status customer { firstName } } userErrors { code } } }',
    {
      i: {
        storeId: encodeId('Store', world.people.store('north-one').id),
        customer: { firstName: 'Thandi', emails: [`${randomUUID()}@example.test`] },
        interest: 'BUY',
        source: 'WALK_IN',
      },
    },
  )
const ask = (who: Client, id: string, fields: string) =>
  who.send(`query L($id: ID!) { lead(id: $id) { ${fields} } }`, { id })
const codeOf = ({ errors }: Awaited<ReturnType<typeof ask>>) => errors[0]?.extensions.code

it('refuses support and reads of people while the log is hours behind, and lets trade go on', async () => {
  const support = await supportUnderGrant(world, 'north-one', 'CLEAR')
  // a log that began once, and left events of months ago without a leaf: nobody sequences here
  await world.sql(
    `insert into audit.batch (number, slots, forest_root, recorded_at, leaf) values (0, 0, sha256('x'), now(), 'planted')`,
  )

  const made = await create()
  expect(made.errors).toEqual([])
  expect(made.data.leadCreate.lead).toMatchObject({ status: 'NEW', customer: { firstName: 'Thandi' } })
  const { id } = made.data.leadCreate.lead
  expect(codeOf(await ask(sales(), id, 'status customer { firstName }'))).toBe('TRAIL_BEHIND')
  expect(codeOf(await ask(support, id, 'status'))).toBe('TRAIL_BEHIND')
  expect((await ask(sales(), id, 'status')).data.lead).toEqual({ status: 'NEW' })
  const [refused] = await world.sql<{ n: number }>(
    `select count(*)::int as n from audit.event where detail->>'code' = 'TRAIL_BEHIND'`,
  )
  expect(refused?.n).toBe(0) // reads are refused by an error; deeds of support leave an event

  await world.sql(
    `${pastGuard} alter table audit.batch disable trigger all; delete from audit.batch;
     alter table audit.batch enable always trigger append_only_row; ${guardAgain}`,
  )
  trail = await startTrail(world.adminUrl, folder)
  await trailSettled(world.adminUrl)
  let answer = await ask(sales(), id, 'customer { firstName }')
  while (codeOf(answer) === 'TRAIL_BEHIND') {
    await new Promise((resolve) => setTimeout(resolve, 500))
    answer = await ask(sales(), id, 'customer { firstName }')
  }
  expect(answer.data.lead.customer).toEqual({ firstName: 'Thandi' })
}, 60_000)
