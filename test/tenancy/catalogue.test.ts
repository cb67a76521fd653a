import { dataClasses, tables } from '@autora/shared/access'
import { withClient } from '@autora/shared/database'
import type { Client } from 'pg'
import { freshDatabase } from '../kit/database.js'

const schemas = `('sec', 'identity', 'issuer', 'dealer_ops', 'audit')`
const roles = `('autora_identity', 'autora_dealer_ops', 'autora_audit', 'autora_issuer')`
const everyLogin = `('autora_identity', 'autora_dealer_ops', 'autora_audit', 'autora_issuer', 'autora_sequencer', 'autora_follower', 'autora_auditor')`

const projections = Object.entries(tables)
  .flatMap(([name, kind]) => (kind === 'projection' ? [`'${name}'`] : []))
  .join(', ')

/** The log over all tenants: sizes, hashes and signatures, of which every bundle holds some. Nothing says whose. */
const ofNobody = `('audit.batch', 'audit.log_node', 'audit.checkpoint')`

let adminUrl: string
beforeAll(async () => {
  adminUrl = await freshDatabase('template_empty')
})

/** Names that a catalogue query returns: the faults. */
const names = (sql: string, prepare = '') =>
  withClient(adminUrl, async (db: Client) => {
    await db.query('begin')
    if (prepare) await db.query(prepare)
    const { rows } = await db.query<{ name: string }>(sql)
    await db.query('rollback')
    return rows.map(({ name }) => name)
  })

const ofSchemas = `from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where n.nspname in ${schemas} and c.relkind in ('r', 'p')`

/** A partition is part of its table, with columns of the same classes. */
const whole = 'and not c.relispartition'

const unforced = `select n.nspname || '.' || c.relname as name ${ofSchemas}
  and not (c.relrowsecurity and c.relforcerowsecurity)`

/** A tenant table that some role can reach without a restrictive policy of its own on it. */
const unwalled = `
  select distinct n.nspname || '.' || c.relname || ' for ' || r.rolname as name
    from pg_class c join pg_namespace n on n.oid = c.relnamespace cross join pg_roles r
   where n.nspname in ${schemas} and c.relkind in ('r', 'p') and r.rolname in ${roles}
     and c.oid <> 'identity.brand'::regclass and n.nspname || '.' || c.relname not in ${ofNobody}
     and (has_any_column_privilege(r.oid, c.oid, 'select') or has_any_column_privilege(r.oid, c.oid, 'update')
          or has_table_privilege(r.oid, c.oid, 'delete'))
     and not exists (select from pg_policy p where p.polrelid = c.oid and not p.polpermissive and r.oid = any (p.polroles))`

const unclassed = `
  select format('%s.%s.%s', n.nspname, c.relname, a.attname) as name
    from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_attribute a on a.attrelid = c.oid
   where n.nspname in ${schemas} and c.relkind in ('r', 'p') and a.attnum > 0 and not a.attisdropped
     and a.atttypid in ('text'::regtype, 'varchar'::regtype, 'text[]'::regtype, 'json'::regtype, 'jsonb'::regtype)
     and coalesce(col_description(c.oid, a.attnum), '') !~ '^class:(${dataClasses.join('|')})$'`

/** Foreign keys between tenant tables that could point across a wall. */
const crossing = `
  select k.conname || ' on ' || k.conrelid::regclass as name
    from pg_constraint k
   where k.contype = 'f' and k.connamespace::regnamespace::text in ${schemas}
     and k.confrelid <> 'identity.brand'::regclass
     -- only the issuer names accounts, and it is of no tenant
     and (select relnamespace from pg_class where oid = k.confrelid) <> 'issuer'::regnamespace
     and not exists (select from pg_attribute a where a.attrelid = k.conrelid and a.attnum = k.conkey[1]
                        and a.attname in ('tenant_id', 'parent_tenant_id'))`

/** Unique constraints that would tell of another tenant's row. */
const telling = `
  select i.indexrelid::regclass::text as name
    from pg_index i join pg_class c on c.oid = i.indrelid join pg_namespace n on n.oid = c.relnamespace
   where n.nspname in ('identity', 'dealer_ops', 'audit') and i.indisunique
     and (select attname from pg_attribute where attrelid = c.oid and attnum = i.indkey[0]) <> 'tenant_id'
     and i.indexrelid::regclass::text not in ('identity.brand_pkey', 'audit.action_pkey', 'identity.dealer_group_code_key',
       -- the log is one for all tenants, and the sequencer alone adds to it: who has a tenant cannot run into these
       'audit.batch_pkey', 'audit.log_node_pkey', 'audit.checkpoint_pkey', 'audit.sequencer_pkey', 'audit.slot_slot_key',
       'audit.declaration_pkey', 'audit.follower_pkey', 'audit.control_status_pkey', -- places of the platform's own processes
       'identity.identity_provider_place') -- of two groups only one may claim an issuer and audience`

/** Every function that runs with rights of its own, and how it is set. */
const definerFunctions = [
  'audit.active_streams() search_path=pg_catalog',
  'audit.check_event() search_path=pg_catalog',
  'audit.decide_export(uuid,boolean) search_path=pg_catalog',
  'audit.epoch() search_path=pg_catalog',
  'audit.erase_subject(uuid) search_path=pg_catalog',
  'audit.forest_leaves(bigint) search_path=pg_catalog',
  'audit.grant_ended_at(uuid,uuid) search_path=pg_catalog',
  'audit.has_stray_events() search_path=pg_catalog',
  'audit.is_held(uuid,uuid,timestamp with time zone,timestamp with time zone) search_path=pg_catalog',
  'audit.is_reviewer(uuid) search_path=pg_catalog',
  'audit.late_caller(text) search_path=pg_catalog',
  'audit.make_partitions() search_path=pg_catalog',
  'audit.month_digests(date) search_path=pg_catalog,TimeZone=UTC',
  'audit.month_entries(date) search_path=pg_catalog',
  'audit.month_leaves(date) search_path=pg_catalog,TimeZone=UTC',
  'audit.prune_faults(date) search_path=pg_catalog,TimeZone=UTC',
  'audit.prune_month(date) search_path=pg_catalog,TimeZone=UTC,lock_timeout=2s',
  'audit.record_control_check(text,text,text[]) search_path=pg_catalog',
  'audit.record_reads(text[],text[],text[]) search_path=pg_catalog',
  'audit.record_repeated_denials(text[],text[],text[]) search_path=pg_catalog',
  'audit.require_event() search_path=pg_catalog',
  'audit.store_zones() search_path=pg_catalog',
  'audit.take_export(uuid) search_path=pg_catalog',
  'audit.tally_support() search_path=pg_catalog',
  'audit.trail_lag(bigint) search_path=pg_catalog',
  'identity.grant_is_signed(uuid) search_path=pg_catalog',
  'identity.guard_grant() search_path=pg_catalog',
  'identity.guard_new_grant() search_path=pg_catalog',
  'identity.has_dealer_admin() search_path=pg_catalog',
  'identity.has_dealer_admin(uuid) search_path=pg_catalog',
  'identity.keep_invoice() search_path=pg_catalog',
  'identity.key_matches(uuid,bytea) search_path=pg_catalog',
  'identity.onboarding_facts(uuid[]) search_path=pg_catalog',
  'identity.reaches_beyond(uuid) search_path=pg_catalog',
  'identity.sales_see_assigned_only() search_path=pg_catalog',
  'identity.stores_identity_numbers(uuid) search_path=pg_catalog',
  'identity.works_in(uuid,uuid) search_path=pg_catalog',
  'issuer.forget_expired() search_path=pg_catalog',
  'sec.context() search_path=pg_catalog',
  'sec.keep_subject_key(uuid,text,uuid,uuid,bytea) search_path=pg_catalog',
  'sec.keep_tenant_key(uuid,text,bytea) search_path=pg_catalog',
  'sec.subject_key(uuid,text,uuid) search_path=pg_catalog',
].sort()

describe('the catalogue', () => {
  it('TEN-10 MUST hold exactly the tables that shared/access names', async () => {
    const found = await names(`select n.nspname || '.' || c.relname as name ${ofSchemas} ${whole} order by 1`)

    expect(found).toEqual(Object.keys(tables).sort())
  })

  it.each([
    ['row security is enabled and forced', unforced],
    ['every reachable table has a restrictive policy for each role', unwalled],
    ['every text column has a class', unclassed],
    ['every reference starts with the tenant', crossing],
    ['every uniqueness starts with the tenant', telling],
  ])('TEN-11 MUST show that %s', async (_name, sql) => {
    expect(await names(sql)).toEqual([])
  })

  it.each([
    [
      'a table without a policy',
      'create table identity.planted (tenant_id uuid primary key, note int)',
      unforced,
      'identity.planted',
    ],
    [
      'a granted table without a restrictive policy',
      `create table identity.planted (tenant_id uuid primary key); alter table identity.planted enable row level security,
       force row level security; grant select on identity.planted to autora_identity`,
      unwalled,
      'identity.planted for autora_identity',
    ],
    [
      'a table whose force was lifted',
      'alter table dealer_ops.lead no force row level security',
      unforced,
      'dealer_ops.lead',
    ],
    [
      'a wall that was dropped',
      `drop policy wall on identity.partner_app; drop policy own_app on identity.partner_app;
       drop policy group_wide_insert on identity.partner_app; drop policy group_wide_update on identity.partner_app`,
      unwalled,
      'identity.partner_app for autora_identity',
    ],
    [
      'a text column without a class',
      'alter table dealer_ops.lead add column hobby text',
      unclassed,
      'dealer_ops.lead.hobby',
    ],
    [
      'a reference that does not start with the tenant',
      'create table identity.planted (id uuid references identity.dealer_group (tenant_id))',
      crossing,
      'planted_id_fkey on identity.planted',
    ],
    [
      'a uniqueness across tenants',
      'create unique index planted on dealer_ops.customer_email (normalized)',
      telling,
      'dealer_ops.planted',
    ],
  ])('TEN-12 MUST name %s', async (_name, planted, sql, expected) => {
    expect(await names(sql, planted)).toContain(expected)
  })
})

describe('the roles', () => {
  it('TEN-13 MUST own nothing, bypass nothing and have no right that ignores row security', async () => {
    const faults = await names(`
      select rolname as name from pg_roles where rolname in ${everyLogin}
        and (rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolreplication)
      union all select rolname || ' owns ' || relname from pg_class join pg_roles r on r.oid = relowner where rolname in ${everyLogin}
      union all select grantee || ' ' || privilege_type || ' on ' || table_name from information_schema.role_table_grants
        where grantee in ${everyLogin} and privilege_type in ('TRUNCATE', 'REFERENCES', 'TRIGGER', 'DELETE')
          -- codes, tokens and keys that are over must go: these are no rows of any tenant
          and (grantee, privilege_type) <> ('autora_issuer', 'DELETE')
          -- followers make their projections anew
          and (grantee, privilege_type) <> ('autora_follower', 'DELETE')
          -- what a follower made from the log it forgets and makes anew
          and (grantee, privilege_type, table_schema || '.' || table_name) not in (
            ('autora_follower', 'DELETE', 'audit.timeline'), ('autora_follower', 'DELETE', 'audit.tree_node'))
      union all select 'autora_issuer DELETE on ' || table_schema || '.' || table_name
         from information_schema.role_table_grants where grantee = 'autora_issuer' and privilege_type = 'DELETE'
          and table_schema || '.' || table_name not in ('issuer.artifact', 'issuer.signing_key')
      union all select 'autora_follower DELETE on ' || table_schema || '.' || table_name
         from information_schema.role_table_grants where grantee = 'autora_follower' and privilege_type = 'DELETE'
          and table_schema || '.' || table_name not in (${projections})
      union all select m.member::regrole || ' is member of ' || m.roleid::regrole from pg_auth_members m
        where m.member::regrole::text in ${everyLogin}`)

    expect(faults).toEqual([])
  })

  it('TEN-14 MUST be able to call only the definer functions on the list, none of them public', async () => {
    const definers = await names(`
      select p.oid::regprocedure::text || coalesce(' ' || array_to_string(p.proconfig, ','), ' unset')
          || case when has_function_privilege('public', p.oid, 'execute') then ' PUBLIC' else '' end as name
        from pg_proc p join pg_namespace n on n.oid = p.pronamespace
       where n.nspname in ${schemas} and p.prosecdef order by 1`)

    expect([...definers].sort()).toEqual(definerFunctions)
  })
})

/** Tables of dealer groups whose changes need no event, and why. Every other one refuses a commit without. */
const withoutEvent: Readonly<Record<string, string>> = {
  'audit.event': 'it holds the events',
  'audit.leaf': 'places of events in the log, made after them',
  'audit.head': 'the same',
  'audit.slot': 'the same',
  'audit.side_value': 'values that an event of the same transaction commits to',
  'audit.timeline': 'made from the log by a follower, at any time anew',
  'audit.tree_node': 'the same',
  'audit.flag': 'the same',
  'audit.flag_state': 'the same',
  'audit.stream_delivery': 'how far the sender is, who acts for nobody',
  'sec.tenant_key': 'keys of the vault, made when the first value is kept',
  'sec.subject_key': 'the same; destroying one is the event of an erasure, in its own function',
  'audit.support_tally': 'counts events as they are written, in their own transaction',
  'identity.api_key_use': 'counts of requests: an event for each would say the same once more',
  'identity.support_attempt': 'keeps a refusal to one event for each minute',
}

const unaudited = `
  select n.nspname || '.' || c.relname as name ${ofSchemas}
    and not c.relispartition
    and exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant_id')
    and n.nspname <> 'issuer' -- before anybody is known; what people do there is told by its own events
    and not exists (select from pg_trigger t where t.tgrelid = c.oid and t.tgname = 'must_be_audited'
                       and t.tgenabled = 'A' and t.tgdeferrable and t.tginitdeferred
                       and t.tgfoid = 'audit.require_event'::regproc and t.tgtype & 28 = 28) -- every kind of change`

describe('business tables', () => {
  it('AUD-04 MUST all refuse a commit without an audit event, each with a reason where one does not', async () => {
    expect((await names(unaudited)).sort()).toEqual(Object.keys(withoutEvent).sort())
    const business = Object.entries(tables).filter(([, kind]) => kind === 'store' || kind === 'tenant')
    expect(business.map(([name]) => name).filter((name) => name in withoutEvent)).toEqual([])
  })

  it.each([
    'alter table dealer_ops.lead disable trigger must_be_audited',
    'alter table identity.store enable trigger must_be_audited',
    'drop trigger must_be_audited on identity.membership',
  ])('AUD-04 MUST name the table after: %s', async (planted) => {
    expect(await names(unaudited, planted)).toHaveLength(Object.keys(withoutEvent).length + 1)
  })
})
