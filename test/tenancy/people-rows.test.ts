import { randomUUID } from 'node:crypto'
import { demoNetwork } from '@autora/cli'
import { type Actor, PLATFORM_TENANT } from '@autora/shared/actor'
import { withClient } from '@autora/shared/database'
import { Client } from 'pg'
import { freshDatabase, roleUrlOf } from '../kit/database.js'
import { actorOf, sealFor } from '../kit/direct-call.js'

/** What somebody could write who took the identity subgraph over, and holds the seal of one request. */
const network = demoNetwork('XS')
const found = <T>(value: T | undefined): T => {
  if (value === undefined) throw new Error('the demo network lacks somebody')
  return value
}
const store = (code: string) => found(network.stores.find((one) => one.code === code))
const [one, two] = [store('north-one'), store('north-two')]
const tenantId = one.groupId
const member = (role: string, storeId: string | null, tenant = tenantId) =>
  found(network.memberships.find((m) => m.role === role && m.storeId === storeId && m.tenantId === tenant))
const wide = member('DEALER_ADMIN', null)
const local = member('DEALER_ADMIN', one.id)
const salesOne = member('DEALER_SALES', one.id)
const salesTwo = member('DEALER_SALES', two.id)
const owner = member('PLATFORM_OWNER', null, PLATFORM_TENANT)

const wideAdmin = actorOf('DEALER_ADMIN', { id: wide.userId, tenantId, reach: 'TENANT' })
const storeAdmin = actorOf('DEALER_ADMIN', {
  ...{ id: local.userId, tenantId, reach: 'STORES', storeIds: [one.id] },
})
const salesperson = actorOf('DEALER_SALES', {
  ...{ id: salesOne.userId, tenantId, reach: 'STORES', storeIds: [one.id] },
})
const platformOwner = actorOf('PLATFORM_OWNER', { id: owner.userId })

let adminUrl: string
beforeAll(async () => {
  adminUrl = await freshDatabase('template_demo')
})

/** Runs a statement as the subgraph under somebody's seal, with its event. @returns rows it changed, or its error. */
async function attempt(actor: Actor, sql: string): Promise<number | string> {
  const db = new Client(roleUrlOf(adminUrl, 'identity'))
  await db.connect()
  try {
    await db.query('begin')
    await db.query(`select set_config('autora.context', $1, true)`, [sealFor(actor, 'identity')])
    const { rowCount } = await db.query(sql)
    await db.query(
      `insert into audit.event (action, outcome, target_type, target_id, detail)
       values ('user.updated', 'ALLOW', 'User', $1, '{"changed":[]}')`,
      [actor.id],
    )
    await db.query('set constraints all immediate')
    return rowCount ?? 0
  } catch (error) {
    return String((error as { code?: string }).code)
  } finally {
    await db.query('rollback')
    await db.end()
  }
}

const grant = (
  who: string,
  parts: { role?: string; store?: string | null; by?: string; to?: string } = {},
) => `
  insert into identity.membership (tenant_id, id, user_id, role, store_id, valid_to, granted_by)
  values ('${tenantId}', '${randomUUID()}', '${who}', '${parts.role ?? 'DEALER_MARKETING'}',
    ${parts.store === null ? 'null' : `'${parts.store ?? one.id}'`}, '${parts.to ?? 'infinity'}', '${parts.by ?? wide.userId}')`
const change = (id: string, set: string) => `update identity.membership set ${set} where id = '${id}'`
const changeUser = (id: string, set: string) => `update identity.user_account set ${set} where id = '${id}'`

/** Refused by a policy, by a trigger, by a missing grant; 0: the row is not there for him. */
const [policy, rule, privilege] = ['42501', 'AU004', '42501']

describe('rows about people', () => {
  it.each<[string, Actor, string]>([
    ['grant within the group', wideAdmin, grant(salesOne.userId)],
    ['grant within the own store', storeAdmin, grant(salesOne.userId, { by: local.userId })],
    ['change a membership of the own store', storeAdmin, change(salesOne.id, "role = 'DEALER_MARKETING'")],
    ['end the own membership', wideAdmin, change(wide.id, 'valid_to = clock_timestamp()')],
    [
      'describe somebody of the own store',
      storeAdmin,
      changeUser(member('DEALER_MARKETING', one.id).userId, "display_name = 'X'"),
    ],
  ])('TEN-40 MUST let a Dealer Admin %s', async (_name, actor, sql) => {
    expect(await attempt(actor, sql)).toBe(1)
  })

  it.each<[string, Actor, string, number | string]>([
    ['grant to himself', wideAdmin, grant(wide.userId), policy],
    ['grant in the name of another', wideAdmin, grant(salesOne.userId, { by: local.userId }), policy],
    [
      'grant in another store',
      storeAdmin,
      grant(salesOne.userId, { by: local.userId, store: two.id }),
      policy,
    ],
    ['grant every store', storeAdmin, grant(salesOne.userId, { by: local.userId, store: null }), policy],
    ['grant as a salesperson', salesperson, grant(salesTwo.userId, { by: salesOne.userId }), policy],
    [
      'grant into a dealer group as the owner',
      platformOwner,
      grant(salesOne.userId, { by: owner.userId }),
      policy,
    ],
    ['grant for more than five years', wideAdmin, grant(salesOne.userId, { to: '2040-01-01' }), policy],
    [
      'prolong what is his',
      wideAdmin,
      change(wide.id, `valid_to = now() + interval '1 day', role = 'DEALER_SALES'`),
      rule,
    ],
    ['widen what is his', storeAdmin, change(local.id, 'store_id = null'), rule],
    ['move somebody to another store', storeAdmin, change(salesOne.id, `store_id = '${two.id}'`), policy],
    ['change a membership of another store', storeAdmin, change(salesTwo.id, `role = 'DEALER_ADMIN'`), 0],
    ['change a membership of the whole group', storeAdmin, change(wide.id, `role = 'DEALER_SALES'`), 0],
    ['change a membership as a salesperson', salesperson, change(salesOne.id, `role = 'DEALER_ADMIN'`), 0],
    ['let it begin earlier', wideAdmin, change(salesOne.id, `valid_from = '2001-01-01'`), rule],
    [
      'give it to another person',
      wideAdmin,
      change(salesOne.id, `user_id = '${salesTwo.userId}'`),
      privilege,
    ],
    [
      'rewrite who granted it',
      wideAdmin,
      change(salesOne.id, `granted_by = '${salesTwo.userId}'`),
      privilege,
    ],
    ['describe somebody of another store', storeAdmin, changeUser(salesTwo.userId, `display_name = 'X'`), 0],
    [
      'deactivate who works for the whole group',
      storeAdmin,
      changeUser(wide.userId, `status = 'DEACTIVATED'`),
      0,
    ],
    ['change an address', wideAdmin, changeUser(salesTwo.userId, `email = 'x@y.example'`), privilege],
    ['name an account', wideAdmin, changeUser(salesTwo.userId, 'account_id = null'), privilege],
    [
      'deactivate people of a dealer group as the owner',
      platformOwner,
      changeUser(salesOne.userId, `status = 'DEACTIVATED'`),
      rule,
    ],
    ['read the links of invitations', wideAdmin, 'select token_sha256 from identity.invitation', privilege],
  ])('TEN-41 MUST NOT let anybody %s', async (_name, actor, sql, fault) => {
    expect(await attempt(actor, sql)).toBe(fault)
  })

  it('TEN-42 MUST count the version of a membership themselves, whatever is written', async () => {
    const [row] = await withClient(adminUrl, async (db) => {
      const result = await db.query<{ version: number }>(
        `select version from identity.membership where id = '${salesOne.id}'`,
      )
      return result.rows
    })
    const stays = `${change(salesOne.id, 'version = 1')} and version = ${row?.version ?? 0} returning 1 / (version - 1) as n`

    expect(row).toEqual({ version: 1 })
    // dividing by the version less one fails where the written 1 was kept
    expect(await attempt(wideAdmin, stays)).toBe(1)
  })

  it('TEN-43 MUST keep an ended membership ended', async () => {
    const gone = found(network.memberships.find(({ endedDaysAgo }) => endedDaysAgo !== null))

    expect(
      await attempt({ ...wideAdmin, tenantId: gone.tenantId }, change(gone.id, `valid_to = 'infinity'`)),
    ).toBe(rule)
  })
})
