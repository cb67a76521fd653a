import type { Client } from 'pg'
import { demoTables } from './table-columns.js'

const TRAIL = 'audit.event'

/**
 * Lets the owner fill the tables: COPY is refused on a table whose row security applies to the one who writes. Takes
 * each table for itself until the transaction ends, so nobody ever sees one whose row security is not forced.
 */
export async function lowerWalls(db: Client): Promise<void> {
  for (const table of demoTables)
    if (table !== TRAIL) await db.query(`alter table ${table} no force row level security`)
}

/** The same for the trail, which its guard allows while it is empty. @throws {Error} AU012 when it is not. */
export async function lowerTrail(db: Client): Promise<void> {
  await db.query('select ddl_guard.permit_first_load()')
  await db.query(`alter table ${TRAIL} no force row level security`)
}

/** Forces row security again. @throws {Error} naming every table of the platform on which it is not forced then. */
export async function raiseWalls(db: Client): Promise<void> {
  for (const table of demoTables) await db.query(`alter table ${table} force row level security`)
  const { rows } = await db.query<{ name: string }>(`
    select c.oid::regclass::text as name from pg_class c
     where c.relnamespace in (
         select n.oid from pg_namespace n where n.nspname in ('identity', 'issuer', 'dealer_ops', 'audit'))
       and c.relkind in ('r', 'p') and not (c.relrowsecurity and c.relforcerowsecurity)`)
  if (rows.length > 0)
    throw new Error(`row security is not forced on ${rows.map((row) => row.name).join(', ')}`)
}
