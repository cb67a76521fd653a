import { principals } from '@autora/shared/access'
import { type Actor, PLATFORM_TENANT, type Subgraph, subgraphs } from '@autora/shared/actor'
import { withClient } from '@autora/shared/database'
import { freshDatabase, roleUrlOf } from '../../../test/kit/database.js'
import { actorOf, sealFor } from '../../../test/kit/direct-call.js'
import { viewedActor } from './viewed-actor.js'

type Database = Parameters<Parameters<typeof withClient>[1]>[0]

/** Tables that a role may read at least in part, each with the columns it may read. */
const readable = `
  select n.nspname || '.' || c.relname as name,
         string_agg(quote_ident(a.attname), ', ' order by a.attnum) as columns
    from pg_namespace n
    join pg_class c on c.relnamespace = n.oid and c.relkind in ('r', 'p')
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
   where n.nspname in ('identity', 'dealer_ops', 'audit') and has_column_privilege(session_user, c.oid, a.attnum, 'select')
   group by 1
   order by 1`

let adminUrl: string
let viewers: Readonly<Record<string, Actor>>
let stores: Readonly<Record<'own' | 'sibling' | 'foreign', string>>

beforeAll(async () => {
  adminUrl = await freshDatabase('template_demo')
  const { rows } = await withClient(adminUrl, (db) =>
    db.query<{ id: string; tenant_id: string; code: string; admin: string }>(
      `select s.id, s.tenant_id, s.code, (select m.user_id from identity.membership m
          where m.tenant_id = s.tenant_id and m.role = 'DEALER_ADMIN' limit 1) as admin
         from identity.store s where s.code in ('north-one', 'north-two', 'south-one') order by s.code`,
    ),
  )
  const [own, sibling, foreign] = rows
  if (!own || !sibling || !foreign) throw new Error('the demo network lacks a store')
  stores = { own: own.id, sibling: sibling.id, foreign: foreign.id }
  const admin = { id: own.admin, tenantId: own.tenant_id }
  viewers = {
    'a Dealer Admin of the group': actorOf('DEALER_ADMIN', { ...admin, reach: 'TENANT' }),
    'a Dealer Admin of one store': actorOf('DEALER_ADMIN', { ...admin, reach: 'STORES', storeIds: [own.id] }),
    'a Platform Owner': actorOf('PLATFORM_OWNER', { tenantId: PLATFORM_TENANT }),
  }
  // events of other tenants and of other people: what a wrong role in the seal would open
  await withClient(adminUrl, (db) =>
    db.query(`alter table audit.event disable trigger user; update audit.event set actor_id = '${own.admin}'
               where id in (select min(id) from audit.event group by tenant_id)`),
  )
})

/** Every row that an actor's context opens to a subgraph's role, as text without its values. */
async function rowsOf(db: Database, actor: Actor, subgraph: Subgraph): Promise<ReadonlySet<string>> {
  await db.query(`select set_config('autora.context', $1, false)`, [sealFor(actor, subgraph)])
  const tables = await db.query<{ name: string; columns: string }>(readable)
  const found = new Set<string>()
  for (const { name, columns } of tables.rows) {
    const { rows } = await db.query<{ row: string }>(`select md5(row(${columns})::text) as row from ${name}`)
    for (const { row } of rows) found.add(`${name} ${row}`)
  }
  return found
}

const wishes = (): readonly (readonly string[] | null)[] => [
  null,
  [stores.own],
  [stores.own, stores.sibling, stores.foreign],
]

describe.each(subgraphs)('the rows of a view in %s', (subgraph) => {
  it.each(['a Dealer Admin of the group', 'a Dealer Admin of one store', 'a Platform Owner'])(
    'VIEW-20 MUST be some of the rows of the viewer, whatever role and stores are named: %s',
    async (name) => {
      const viewer = viewers[name]
      if (!viewer) throw new Error(name)
      const faults = await withClient(roleUrlOf(adminUrl, subgraph), async (db) => {
        const own = await rowsOf(db, viewer, subgraph)
        const beyond: string[] = []
        for (const role of principals)
          for (const storeIds of viewer.reach === 'PLATFORM' ? [null] : wishes()) {
            const view = await rowsOf(db, viewedActor(viewer, { role, storeIds }), subgraph)
            const more = [...view].filter((row) => !own.has(row))
            if (more.length > 0) beyond.push(`${role}: ${more.length} rows more, such as ${more[0]}`)
          }
        return beyond
      })

      expect(faults).toEqual([])
    },
    120_000,
  )
})

describe('the context of a view', () => {
  it('VIEW-21 MUST never name a platform role for people of a dealer group', () => {
    for (const viewer of Object.values(viewers))
      for (const role of principals) {
        const { principal, limitedBy } = viewedActor(viewer, { role, storeIds: null })
        if (viewer.reach !== 'PLATFORM') expect(principal).not.toMatch(/^PLATFORM/)
        expect([principal, limitedBy].sort()).toEqual([viewer.principal, role].sort())
      }
  })
})
