import { audiences } from '@autora/shared/actor'
import { loginRole, wallFaults } from '@autora/shared/database'
import type { Catalogue, ColumnFault, TableFacts } from './entity.js'

/** Runs one statement without any context: the catalogue is the same for everybody. */
export type Probe = <Row extends object>(sql: string) => Promise<Row[]>

const logins = audiences.map((name) => `('${loginRole(name)}'::name)`).join(', ')
const schemas = `('sec', 'identity', 'issuer', 'dealer_ops', 'audit')`

/** One row for each table of the platform: who may change its rows, and what fires when somebody does. */
const tables = `
  with login (role) as (values ${logins})
  select n.nspname || '.' || c.relname as name,
         array(select l.role::text
                 from login l
                where has_any_column_privilege(l.role, c.oid, 'update') or has_table_privilege(l.role, c.oid, 'delete')
                order by 1) as changers,
         array(select t.tgname::text
                 from pg_trigger t
                where t.tgrelid = c.oid and not t.tgisinternal and t.tgenabled = 'A'
                order by 1) as triggers
    from pg_class c
    join pg_namespace n on n.oid = c.relnamespace
   where c.relkind in ('r', 'p') and n.nspname in ${schemas}
   order by 1`

/** One row for each faulty column. The issuer alone may read secrets: checking them is what it is for. */
const columns = `
  with login (role) as (values ${logins}),
  field as (
    select n.nspname || '.' || c.relname || '.' || a.attname as name,
           coalesce(col_description(c.oid, a.attnum), '') as comment,
           a.atttypid::regtype::text in ('text', 'text[]', 'jsonb', 'character varying') as "isText",
           a.attname like 'secret%' or c.relname = 'seal_key' as "isSecret",
           exists (select from login l
                   where l.role <> '${loginRole('issuer')}' and has_column_privilege(l.role, c.oid, a.attnum, 'select')) as "isRead"
      from pg_attribute a
      join pg_class c on c.oid = a.attrelid
      join pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('r', 'p') and n.nspname in ${schemas} and a.attnum > 0 and not a.attisdropped
  )
  select name, 'NO_CLASS' as fault from field where "isText" and comment !~ '^class:[A-Z_]+$'
  union all
  select name, 'READABLE_SECRET' from field where ("isSecret" or comment = 'class:SECRET') and "isRead"
  order by 1`

/** Reads what the running database says about its own walls, trail and columns. */
export async function readCatalogue(probe: Probe): Promise<Catalogue> {
  return {
    wallFaults: await wallFaults(probe),
    tables: await probe<TableFacts>(tables),
    columnFaults: await probe<ColumnFault>(columns),
  }
}
