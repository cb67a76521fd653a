import { advisoryLocks } from '@autora/shared/database'

/** What somebody tries on the trail, as SQL, and the SQLSTATE he is refused with; null: it runs and finds no row. */
export type Attempt = readonly [statement: string, state: string | null]

const DENIED = '42501'
const GENERATED = '428C9' // always made by the database
const OUTSIDE = 'AU012' // no migration

const event = (column: string, value: string) =>
  `insert into audit.event (action, outcome, target_type, target_id, ${column})
   values ('platform.founded', 'ALLOW', 'Platform', gen_random_uuid(), ${value})`

const hash = `sha256('x'::bytea)`

/** Writing as somebody, at some time, in some transaction: all of it is set by the database alone. */
const forgedColumns = [
  event('xid', `'1'`),
  event('recorded_at', 'now()'),
  event('db_user', `'autora_identity'`),
  event('epoch', '2'),
  event('actor_id', 'gen_random_uuid()'),
  event('actor_principal', `'DEALER_ADMIN'`),
  event('grant_id', 'gen_random_uuid()'),
  event('request_id', `'req-1'`),
]

const onEvents = [
  `update audit.event set outcome = 'ALLOW'`,
  `update audit.event set detail = '{}' where id = 1`,
  'delete from audit.event',
  'truncate audit.event',
  'truncate audit.event cascade',
  `copy audit.event from program 'true'`,
  'drop table audit.event',
  'begin; lock table audit.event in access exclusive mode',
  'merge into audit.event e using (select 1 as n) s on e.id = s.n when matched then delete',
  `insert into audit.event (tenant_id, id, action, outcome, target_type, target_id) overriding system value
   values (gen_random_uuid(), 1, 'platform.founded', 'ALLOW', 'Platform', gen_random_uuid())
   on conflict do nothing`,
]

const onGuards = [
  'alter table audit.event disable trigger append_only_row',
  'alter table audit.event disable trigger all',
  'alter table audit.event disable row level security',
  'alter table audit.event drop constraint support_is_explained',
  'drop trigger append_only_row on audit.event',
  'drop policy append_wall on audit.event',
  'create rule swallow as on insert to audit.event do instead nothing',
  'create trigger swallow before insert on audit.event for each row execute function audit.refuse_change()',
  `create or replace function audit.refuse_change() returns trigger language plpgsql as 'begin return new; end'`,
  `create or replace function audit.require_event() returns trigger language plpgsql as 'begin return null; end'`,
  'alter function audit.require_event() owner to current_user',
  'create table audit.mine ()',
  'alter schema audit rename to elsewhere',
  'drop schema audit cascade',
  'alter event trigger audit_ddl_end disable',
  'drop event trigger audit_ddl_drop',
  'drop function ddl_guard.watch() cascade',
  `select ddl_guard.permit('Mine1764000000999')`,
  `insert into ddl_guard.change (command, migration) values ('MIGRATION', 'Mine1764000000999')`,
  `set session_replication_role = 'replica'`,
]

const onRoles = [
  'set role autora_owner',
  'set role autora_sec',
  'set session authorization postgres',
  'grant autora_owner to current_user',
  'alter role current_user bypassrls',
  `create function pg_temp.go() returns void language sql security definer as 'delete from audit.event'`,
  'select audit.check_event()',
  'select audit.tally_support()',
  `insert into audit.action values ('mine.done', 1, 'Mine', 'ADMIN', '{}', '{}', '{}')`,
]

const intoTheLog = [
  `insert into audit.leaf values (gen_random_uuid(), 0, 1, 1, ${hash})`,
  'insert into audit.slot values (gen_random_uuid(), 99)',
  `insert into audit.head values (gen_random_uuid(), 1, 1, 1, ${hash}, ${hash}, ${hash})`,
  `insert into audit.batch values (99, 1, ${hash}, now(), 'x')`,
  `insert into audit.log_node values (9, 9, ${hash})`,
  `insert into audit.checkpoint values (99, 'x')`,
  `update audit.sequencer set low_water = '99'`,
]

const onTheLog = ['leaf', 'slot', 'head', 'batch', 'log_node', 'checkpoint'].flatMap((table) => [
  `delete from audit.${table}`,
  `truncate audit.${table}`,
  `alter table audit.${table} disable trigger append_only_row`,
])

const denied = (statements: readonly string[]): readonly Attempt[] =>
  statements.map((statement) => [statement, DENIED])

/** What no login role may do, whichever it is. */
export const attemptsOfLogins: readonly Attempt[] = [
  [event('id', '1'), GENERATED],
  [event('body', `'{}'`), GENERATED],
  ...denied([
    event('store_id', 'null'), // no sealed context: nobody did it
    ...forgedColumns,
    ...onEvents,
    ...onGuards,
    ...onRoles,
    ...onTheLog,
  ]),
]

/** What a login role other than the sequencer's may not do either. */
export const attemptsOnTheLog = denied(intoTheLog)

/** In a transaction that passes itself off as a migration: refused when it commits. */
const asMigration = (statement: string) =>
  `select pg_advisory_lock(${advisoryLocks.migration}); begin; select ddl_guard.permit('Mine1764000000999'); ${statement}; commit`

/** What the owner of the tables may not do. Forced row security hides every event from him as well. */
export const attemptsOfOwner: readonly Attempt[] = [
  [`update audit.event set outcome = 'DENY'`, null],
  ['delete from audit.event', null],
  ['delete from audit.leaf', null],
  ['delete from audit.checkpoint', null],
  [`update audit.action set detail = '{}'`, null],
  ['truncate audit.event', 'AU002'],
  ['truncate audit.action', 'AU002'],
  ['truncate audit.checkpoint', 'AU002'],
  [
    event(
      'tenant_id, actor_id, actor_principal, request_id',
      `gen_random_uuid(), gen_random_uuid(), 'X', 'r'`,
    ),
    DENIED,
  ],
  [`insert into audit.leaf values (gen_random_uuid(), 0, 1, 1, ${hash})`, DENIED],
  [`insert into audit.checkpoint values (99, 'x')`, DENIED],
  ['alter table audit.event no force row level security', OUTSIDE],
  ['alter table audit.event disable trigger user', OUTSIDE],
  ['alter table audit.event disable trigger append_only_row', OUTSIDE],
  ['alter table audit.event disable trigger all', OUTSIDE],
  ['alter table audit.event enable replica trigger check_event', OUTSIDE],
  ['alter table audit.event rename to forgotten', OUTSIDE],
  ['create schema elsewhere; alter table audit.event set schema elsewhere', OUTSIDE],
  ['alter table audit.event drop constraint support_is_explained', OUTSIDE],
  [`alter table audit.event alter column actor_id set default gen_random_uuid()`, OUTSIDE],
  ['alter table audit.event add column note text', OUTSIDE],
  ['drop trigger append_only_row on audit.event', OUTSIDE],
  ['drop trigger check_event on audit.event', OUTSIDE],
  ['drop policy append_wall on audit.event', OUTSIDE],
  ['create policy mine on audit.event using (true) with check (true)', OUTSIDE],
  ['drop index audit.event_order', OUTSIDE],
  [
    `create schema mine; create table mine.event partition of audit.event
     for values from ('2001-01-01') to ('2001-02-01')`,
    OUTSIDE,
  ],
  ['alter table audit.event detach partition audit.event_rest', OUTSIDE],
  [`select audit.make_partitions(now(), now() + interval '1 year')`, OUTSIDE],
  ['create schema mine; create table mine.leaf () inherits (audit.leaf)', OUTSIDE],
  ['drop table audit.event cascade', OUTSIDE],
  ['drop table audit.leaf', OUTSIDE],
  ['drop function audit.refuse_change() cascade', OUTSIDE],
  ['drop schema audit cascade', OUTSIDE],
  ['alter schema audit rename to forgotten', OUTSIDE],
  ['create rule swallow as on insert to audit.event do instead nothing', OUTSIDE],
  [
    `create schema mine; create function mine.swallow() returns trigger language plpgsql as 'begin return null; end';
     create trigger a_swallow before insert on audit.event for each row execute function mine.swallow()`,
    OUTSIDE,
  ],
  [
    `create or replace function audit.refuse_change() returns trigger language plpgsql as 'begin return new; end'`,
    OUTSIDE,
  ],
  [
    `set role autora_sec;
     create or replace function audit.require_event() returns trigger language plpgsql as 'begin return null; end'`,
    DENIED, // that role cannot create in the schema; a migration lets it for a moment
  ],
  ['grant update on audit.event to autora_audit', OUTSIDE],
  ['grant insert (actor_id) on audit.event to autora_identity', OUTSIDE],
  ['revoke insert (detail) on audit.event from autora_identity', OUTSIDE],
  ['alter default privileges in schema audit grant all on tables to autora_audit', OUTSIDE],
  [`comment on column audit.event.detail is 'class:PUBLIC'`, OUTSIDE],
  [`do $$ begin execute 'drop trigger append_only_row on audit.event'; end $$`, OUTSIDE],
  [`set session_replication_role = 'replica'`, DENIED],
  ['alter event trigger audit_ddl_end disable', DENIED],
  ['drop event trigger audit_ddl_drop', DENIED],
  ['drop function ddl_guard.watch() cascade', DENIED],
  [`insert into ddl_guard.change (command, migration) values ('MIGRATION', 'Mine1764000000999')`, DENIED],
  ['delete from ddl_guard.change', DENIED],
  [`select ddl_guard.permit('Mine1764000000999')`, OUTSIDE],
  ['select ddl_guard.permit_first_load()', OUTSIDE],
  [asMigration('alter table audit.event disable trigger user'), OUTSIDE],
  [
    `select pg_advisory_lock(${advisoryLocks.migration}); begin; select ddl_guard.permit('AuditEvents1764000000010');
     alter table audit.event disable trigger user; commit`,
    OUTSIDE,
  ],
]
