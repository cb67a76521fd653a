import { type Action, matrix, type Principal, principals } from '@autora/shared/access'
import { PLATFORM_TENANT } from '@autora/shared/actor'
import { mutationEvents } from '@autora/shared/audit'
import { getNamedType, isObjectType } from 'graphql'
import type { Client } from '../kit/client.js'
import { FuzzValues, homes, seeded, type Thing } from '../kit/fuzz-values.js'
import { plant } from '../kit/plant.js'
import { type Mark, RowChanges, unexplained } from '../kit/row-changes.js'
import { rootFields, rules } from '../kit/supergraph.js'
import { supportUnderGrant } from '../kit/support.js'
import { startWorld, type World } from '../kit/world.js'

/** Calls of the ordinary suite; a longer run asks for more, and for another seed. */
const CALLS = Number(process.env.AUTORA_FUZZ_CALLS ?? 300)
const SEED = Number(process.env.AUTORA_FUZZ_SEED ?? 4)

const mutations = rootFields('Mutation')
/** Events that mutations write because something changed. What only tells a read or a try is none of them. */
const changing = new Set<string>(Object.values(mutationEvents).flat())

let world: World
let changes: RowChanges
let callers: Caller[]

interface Caller {
  readonly name: string
  readonly principal: Principal
  readonly tenantId: string
  readonly client: Client
}

beforeAll(async () => {
  world = await startWorld()
  changes = new RowChanges(world)
  const { people } = world
  const north = people.store('north-one').groupId
  const south = people.store('south-one').groupId
  const granted = await supportUnderGrant(world, 'south-one', 'CLEAR')
  callers = [
    { name: 'owner', principal: 'PLATFORM_OWNER', tenantId: PLATFORM_TENANT, client: people.owner() },
    { name: 'support', principal: 'PLATFORM_SUPPORT', tenantId: PLATFORM_TENANT, client: people.support() },
    { name: 'support under a grant', principal: 'PLATFORM_SUPPORT', tenantId: south, client: granted },
    { name: 'admin of a group', principal: 'DEALER_ADMIN', tenantId: north, client: people.admin('north') },
    {
      name: 'admin of another group',
      principal: 'DEALER_ADMIN',
      tenantId: south,
      client: people.admin('south'),
    },
    {
      name: 'admin of a store',
      principal: 'DEALER_ADMIN',
      tenantId: north,
      client: people.admin('north-one'),
    },
    { name: 'sales', principal: 'DEALER_SALES', tenantId: north, client: people.sales('north-one') },
    {
      name: 'marketing',
      principal: 'DEALER_MARKETING',
      tenantId: north,
      client: people.marketing('north-one'),
    },
    { name: 'partner', principal: 'PARTNER', tenantId: north, client: people.partner('north-one', 'FULL') },
  ]
})
afterAll(() => world.close())

/** Everything that has an id, of every dealer group. */
const thingsNow = () =>
  world.sql<Thing>(
    Object.entries(homes)
      .map(
        ([type, table]) =>
          `select '${type}' as type, t.tenant_id as "tenantId", (to_jsonb(t)->>'version')::int as version,
                  coalesce(to_jsonb(t)->>'id', t.tenant_id::text) as id from ${table} t`,
      )
      .join(' union all '),
  )

/** The operation: only what tells whether it was refused. */
function operationOf(field: (typeof mutations)[number]): string {
  const declared = field.args.map(({ name, type }) => `$${name}: ${String(type)}`).join(', ')
  const given = field.args.map(({ name }) => `${name}: $${name}`).join(', ')
  const payload = getNamedType(field.type)
  const asks = isObjectType(payload) && payload.getFields().userErrors ? 'userErrors { code }' : '__typename'
  return `mutation F${declared && `(${declared})`} { ${field.name}${given && `(${given})`} { ${asks} } }`
}

interface Run {
  readonly faults: string[]
  /** Mutations that changed something, and how often. */
  readonly changed: Map<string, number>
}

/** Mostly one of those whom the rights table lets try; sometimes anybody. */
function callerOf(mutation: string, values: FuzzValues): Caller {
  const cells = matrix[rules.fields.get(`Mutation.${mutation}`)?.action as Action]
  const entitled = callers.filter(({ principal }) => cells[principals.indexOf(principal)])
  return values.pick(entitled.length > 0 && values.isUsual() ? entitled : callers)
}

/** One call by one caller, and what it left behind. */
async function step(values: FuzzValues, n: number, things: readonly Thing[], before: Mark, run: Run) {
  const field = mutations[n % mutations.length] ?? values.pick(mutations)
  const caller = callerOf(field.name, values)
  const own = things.filter(
    ({ tenantId }) => caller.tenantId === PLATFORM_TENANT || tenantId === caller.tenantId,
  )
  const variables = Object.fromEntries(
    field.args.map(({ name, type }) => [name, values.value(type, name, field.name, own)]),
  )
  const answer = await caller.client.send(operationOf(field), variables)
  const after = await changes.mark()
  const seen = await changes.between(before, after)
  for (const fault of unexplained(seen, (event) => changing.has(event)))
    run.faults.push(`call ${n}, ${field.name} by ${caller.name}: ${fault}`)
  if (answer.errors.some(({ extensions }) => extensions.code === 'INTERNAL_SERVER_ERROR'))
    run.faults.push(`call ${n}, ${field.name} by ${caller.name}: ${answer.text}`)
  if (seen.written.length > 0) run.changed.set(field.name, (run.changed.get(field.name) ?? 0) + 1)
  return after
}

it(
  'AUD-16 MUST have an event in the transaction of every change, and a change in that of every event',
  async () => {
    const values = new FuzzValues(seeded(SEED), Date.now())
    const run: Run = { faults: [], changed: new Map() }
    let mark = await changes.mark()
    let things: readonly Thing[] = []
    for (let n = 0; n < CALLS; n += 1) {
      if (n % 25 === 0) things = await thingsNow()
      mark = await step(values, n, things, mark, run)
    }

    expect(run.faults).toEqual([])
    // a run that changes nothing shows nothing
    expect(CALLS < mutations.length || run.changed.size > 15).toBe(true)
  },
  CALLS * 2_000,
)

it('AUD-17 MUST see a change without an event, and an event without a change', async () => {
  const { groupId, id } = world.people.store('north-one')
  const before = await changes.mark()
  await world.sql(`begin; alter table identity.store disable trigger must_be_audited;
    update identity.store set city = 'Elsewhere' where id = '${id}';
    alter table identity.store enable always trigger must_be_audited; commit`)
  await plant(world, groupId, 'select 1')
  const seen = await changes.between(before, await changes.mark())

  expect(unexplained(seen, (event) => event === 'platform.founded')).toEqual([
    expect.stringMatching(/^identity\.store was changed by \d+ without an event$/),
    expect.stringMatching(/^platform\.founded was told by \d+, which changed nothing$/),
  ])
})
