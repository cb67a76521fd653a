import { tables } from '../access/index.js'
import { logins as loginNames, loginRole, OWNER_ROLE, SEC_ROLE, systemLogins } from './roles.js'

/** Runs one statement without parameters. */
export type CatalogueQuery = <Row extends object>(sql: string) => Promise<readonly Row[]>

/** One claim about the catalogue. Its statement returns a row per fault: what is wrong, and with what. */
export interface WallCheck {
  readonly claim: string
  readonly sql: string
}

const list = (words: readonly string[]): string => words.map((word) => `'${word}'`).join(', ')
const logins = list(loginNames.map(loginRole))
const [sequencer, follower] = ['sequencer', 'follower'].map((name) => loginRole(name as 'sequencer'))
const systemRoles = list(systemLogins.map(loginRole))
const schemas = list([...new Set(Object.keys(tables).map((name) => name.split('.')[0] ?? ''))])
const declared = Object.entries(tables)
  .map(([name, kind]) => `('${name}', '${kind}')`)
  .join(', ')

/**
 * What all statements start from; `kind` is null for a table that nobody declared. A partition is part of the table it
 * belongs to, and reached through it alone: it has the kind of that table and needs its own forced row security.
 */
const base = `
  with declared (name, kind) as (values ${declared}),
  wall as (
    select c.oid, n.nspname || '.' || c.relname as name, d.kind, c.relispartition, c.relrowsecurity, c.relforcerowsecurity,
           c.relacl, pg_get_userbyid(c.relowner) as owner
      from pg_class c
      join pg_namespace n on n.oid = c.relnamespace and n.nspname in (${schemas})
      left join pg_inherits i on i.inhrelid = c.oid and c.relispartition
      left join pg_class whole on whole.oid = i.inhparent
      left join declared d on d.name = coalesce(whole.relnamespace::regnamespace || '.' || whole.relname,
                                                n.nspname || '.' || c.relname)
     where c.relkind in ('r', 'p')),
  login as (select oid, rolname, rolsuper, rolbypassrls, rolcreatedb, rolcreaterole, rolreplication
              from pg_roles where rolname in (${logins})),
  held (oid, name, kind, is_part, grantee, privilege) as (
    select w.oid, w.name, w.kind, w.relispartition, a.grantee, a.privilege_type from wall w, aclexplode(w.relacl) a
    union
    select w.oid, w.name, w.kind, w.relispartition, a.grantee, a.privilege_type
      from wall w join pg_attribute f on f.attrelid = w.oid and f.attnum > 0, aclexplode(f.attacl) a),
  grants as (
    select h.*, coalesce(l.rolname, 'public') as role from held h left join login l on l.oid = h.grantee
     where h.grantee = 0 or l.oid is not null)`

const declaredTables = `${base}
  select w.name || ' is not in shared/access/tables' as fault from wall w where w.kind is null
  union all
  select d.name || ' does not exist' from declared d where not exists (select from wall w where w.name = d.name)
  union all
  select n.nspname || '.' || c.relname || ' is a view, and views look past walls'
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
   where n.nspname in (${schemas}) and c.relkind in ('v', 'm', 'f')`

const rowSecurity = `${base}
  select name || ' has no forced row security' as fault from wall where not (relrowsecurity and relforcerowsecurity)
  union all
  select name || ' belongs to ' || owner from wall where owner <> '${OWNER_ROLE}'
  union all
  select name || ' can be emptied past its table' from wall w
   where w.relispartition and w.kind = 'append-only'
     and not exists (select from pg_trigger t where t.tgrelid = w.oid and t.tgname = 'append_only_table' and t.tgenabled = 'A')`

/**
 * Every command that a role may run on rows of a tenant meets a restrictive policy that reads the sealed context: what
 * is read, changed or deleted must pass `using`, what is written `with check`. An event is only ever added by somebody.
 */
const restrictivePolicies = `${base},
  wanted (kind, text) as (values
    ('store', 'sec.tenant_id()'), ('store', 'sec.store_ids()'), ('tenant', 'sec.tenant_id()'), ('append-only', 'sec.'), ('issuer', 'sec.'), ('activity', 'sec.tenant_id()')),
  policy as (
    select p.polrelid, p.polroles, p.polcmd, pg_get_expr(p.polqual, p.polrelid) as rows_seen,
           pg_get_expr(coalesce(p.polwithcheck, p.polqual), p.polrelid) as rows_written
      from pg_policy p where not p.polpermissive)
  select distinct g.name || ' opens ' || g.privilege || ' to ' || g.role || ' behind no restrictive policy' as fault
    from grants g
    join wanted t on t.kind = case when g.kind in ('log', 'projection') and exists (
           select from pg_attribute f where f.attrelid = g.oid and f.attname = 'tenant_id') then 'tenant' else g.kind end
   where g.role not in (${systemRoles}) -- have a rule of their own
     and g.privilege in ('SELECT', 'INSERT', 'UPDATE', 'DELETE')
     and not exists (
       select from policy p
        where p.polrelid = g.oid and p.polroles && array[g.grantee, 0::oid]
          and p.polcmd in ('*', case g.privilege
                when 'SELECT' then 'r' when 'INSERT' then 'a' when 'UPDATE' then 'w' else 'd' end)
          and (g.privilege = 'INSERT' or position(t.text in p.rows_seen) > 0)
          and (g.privilege in ('SELECT', 'DELETE') or position(t.text in p.rows_written) > 0))`

const fewPrivileges = `${base}
  select name || ' grants ' || privilege || ' to ' || role as fault from grants
   where privilege not in ('SELECT', 'INSERT', 'UPDATE', 'DELETE')
      or role = 'public' or kind = 'secret' or is_part
      or kind = 'reference' and privilege <> 'SELECT'
      or kind = 'append-only' and privilege not in ('SELECT', 'INSERT')
  union all
  select 'schema ' || n.nspname || ' lets ' || l.rolname || ' create things'
    from pg_namespace n, login l
   where n.nspname !~ '^pg_' and has_schema_privilege(l.oid, n.oid, 'create')`

/**
 * Processes of the platform act for nobody, so no sealed context holds them: their grants alone do. All of them read
 * the trail and what went of it by right; the sequencer adds to the log and moves its own row on, the followers write projections, the auditor
 * nothing, and nobody else writes to either.
 */
const systemRolesAlone = `${base}
  select distinct name || ' grants ' || privilege || ' to ' || role as fault from grants
   where role in (${systemRoles})
     and not (privilege = 'SELECT' and (name in ('audit.event', 'audit.pruning') or kind is not distinct from 'log')
              or role = '${sequencer}' and privilege = 'INSERT' and kind is not distinct from 'log'
                 and name <> 'audit.sequencer'
              or role = '${sequencer}' and privilege = 'UPDATE' and name = 'audit.sequencer'
              or role <> '${sequencer}' and kind is not distinct from 'projection'
                 and (role = '${follower}' or privilege = 'SELECT'))
  union all
  select distinct name || ' grants ' || privilege || ' to ' || role from grants
   where role not in (${systemRoles}) and kind in ('log', 'projection')
     and (privilege <> 'SELECT' or name = 'audit.sequencer')
  union all
  select l.rolname || ' may use the schema ' || n.nspname from pg_namespace n, login l
   where n.nspname in (${schemas}) and n.nspname <> 'audit' and l.rolname in (${systemRoles})
     and has_schema_privilege(l.oid, n.oid, 'usage')`

const plainRoles = `${base}
  select rolname || ' has more than a login' as fault from login
   where rolsuper or rolbypassrls or rolcreatedb or rolcreaterole or rolreplication
  union all
  select l.rolname || ' is a member of ' || r.rolname
    from pg_auth_members m join login l on l.oid = m.member join pg_roles r on r.oid = m.roleid
  union all
  select l.rolname || ' owns ' || count(*) || ' things' from pg_shdepend s join login l on l.oid = s.refobjid
   where s.refclassid = 'pg_authid'::regclass and s.deptype = 'o'
     and s.dbid in (0, (select oid from pg_database where datname = current_database())) group by l.rolname
  union all
  select rolname || ' can log in or bypass walls' from pg_roles
   where rolname in ('${OWNER_ROLE}', '${SEC_ROLE}') and (rolcanlogin or rolsuper or rolbypassrls)
  union all
  select role || ' does not exist' from unnest(array[${logins}, '${OWNER_ROLE}', '${SEC_ROLE}']) role
   where not exists (select from pg_roles where rolname = role)`

/** Only the owner of a table may give it a partition or take one away; it sees no row of it. */
const partitioning = list(['audit.make_partitions()', 'audit.prune_month(date)'])

const definerFunctions = `
  select p.oid::regprocedure || ' has no fixed search_path' as fault
    from pg_proc p join pg_namespace n on n.oid = p.pronamespace
   where n.nspname in (${schemas}) and p.prosecdef
     and not coalesce(array_to_string(p.proconfig, ' ') like '%search_path=%', false)
  union all
  select p.oid::regprocedure || ' may be called by everybody'
    from pg_proc p join pg_namespace n on n.oid = p.pronamespace
   where n.nspname in (${schemas}) and p.prosecdef and has_function_privilege('public', p.oid, 'execute')
  union all
  select p.oid::regprocedure || ' runs as ' || pg_get_userbyid(p.proowner)
    from pg_proc p join pg_namespace n on n.oid = p.pronamespace
   where n.nspname in (${schemas}) and p.prosecdef and pg_get_userbyid(p.proowner) <> '${SEC_ROLE}'
     and not (p.oid::regprocedure::text in (${partitioning}) and pg_get_userbyid(p.proowner) = '${OWNER_ROLE}')`

/** Everything the catalogue must say for the walls between tenants to stand. */
export const wallChecks: readonly WallCheck[] = [
  {
    claim: 'the tables are those of shared/access/tables, and no view stands beside them',
    sql: declaredTables,
  },
  { claim: 'every table has forced row security and belongs to the owner role', sql: rowSecurity },
  { claim: 'every granted command meets a restrictive policy', sql: restrictivePolicies },
  { claim: 'application roles hold no TRUNCATE, REFERENCES, TRIGGER and nothing public', sql: fewPrivileges },
  {
    claim: 'the sequencer writes the log, followers write projections, and nobody else does',
    sql: systemRolesAlone,
  },
  { claim: 'application roles have no power of their own and own nothing', sql: plainRoles },
  { claim: 'definer functions have a fixed search_path and are closed to the public', sql: definerFunctions },
]

/**
 * What is wrong with the walls between tenants, one line a fault; empty when they stand. Reads the catalogue only, so
 * any role can ask.
 *
 * @param query - on a connection to the database in question; `TenantDatabase.probe` will do.
 */
export async function wallFaults(query: CatalogueQuery): Promise<readonly string[]> {
  const faults: string[] = []
  for (const { sql } of wallChecks)
    for (const row of await query<{ fault: string }>(sql)) faults.push(row.fault)
  return faults
}
