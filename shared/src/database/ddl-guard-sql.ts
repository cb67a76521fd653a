import { advisoryLocks } from './locks.js'
import { OWNER_ROLE } from './roles.js'

/**
 * Every change of the schema `audit` is written here, in its own transaction, by the guard. Belongs to the
 * administrator: the owner role of the tables can neither change the guard nor its record.
 */
export const record = `
  create schema ddl_guard;
  revoke all on schema ddl_guard from public;
  create table ddl_guard.change (
    id        bigint generated always as identity primary key,
    xid       xid8 not null default pg_current_xact_id(),
    at        timestamptz not null default clock_timestamp(),
    db_user   text not null default session_user,
    migration text,          -- null: a function that a migration made, called by a service
    command   text not null, -- MIGRATION, FIRST LOAD or EPOCH open the transaction, END closes it; else what was done
    object    text,
    classid   oid,
    objid     oid
  );
  comment on column ddl_guard.change.db_user is 'class:AUDIT';
  comment on column ddl_guard.change.migration is 'class:AUDIT';
  comment on column ddl_guard.change.command is 'class:AUDIT';
  comment on column ddl_guard.change.object is 'class:AUDIT';
  create index change_object on ddl_guard.change (classid, objid);
  create index change_xid on ddl_guard.change (xid);

  create function ddl_guard.refuse_change() returns trigger language plpgsql set search_path = pg_catalog as $$
  begin raise exception 'the record of migrations cannot be changed' using errcode = 'AU002'; end $$;
  create trigger append_only_row before update or delete on ddl_guard.change
    for each row execute function ddl_guard.refuse_change();
  create trigger append_only_table before truncate on ddl_guard.change
    for each statement execute function ddl_guard.refuse_change();
  alter table ddl_guard.change enable always trigger append_only_row;
  alter table ddl_guard.change enable always trigger append_only_table;`

/**
 * Opens the transaction to a migration: by the owner role, under the lock, for a name that has not run yet. At the
 * commit the migration must stand among those that ran; one that no build knows stops the next \`autora migrate\`.
 */
export const permit = `
  create or replace function ddl_guard.permit(migration text) returns void
    language plpgsql security definer set search_path = pg_catalog as $$
  begin
    if current_setting('role') <> '${OWNER_ROLE}' or not exists (
         select from pg_locks where locktype = 'advisory' and pid = pg_backend_pid() and granted
            and classid = 0 and objid = ${advisoryLocks.migration} and objsubid = 1) then
      raise exception 'only a migration changes the trail' using errcode = 'AU012';
    end if;
    if to_regclass('migration.schema_migration') is not null
       and exists (select from migration.schema_migration m where m.name = permit.migration) then
      raise exception 'this migration has run' using errcode = 'AU012';
    end if;
    insert into ddl_guard.change (migration, command) values (permit.migration, 'MIGRATION');
  end $$;
  revoke execute on function ddl_guard.permit(text) from public;

  create or replace function ddl_guard.require_migration() returns trigger
    language plpgsql security definer set search_path = pg_catalog as $$
  begin
    if not exists (select from migration.schema_migration m where m.name = new.migration) then
      raise exception 'the trail was changed by no migration' using errcode = 'AU012';
    end if;
    return null;
  end $$;
  revoke execute on function ddl_guard.require_migration() from public;
  grant execute on function ddl_guard.permit(text) to ${OWNER_ROLE};`

/** Rows come in past the walls only while there is no trail yet: nothing that happened can be touched then. */
export const firstLoad = `
  create or replace function ddl_guard.permit_first_load() returns void
    language plpgsql security definer set search_path = pg_catalog as $$
  begin
    if current_setting('role') <> '${OWNER_ROLE}' or exists (select from audit.event) then
      raise exception 'the trail has begun' using errcode = 'AU012';
    end if;
    insert into ddl_guard.change (command) values ('FIRST LOAD');
  end $$;
  revoke execute on function ddl_guard.permit_first_load() from public;
  grant execute on function ddl_guard.permit_first_load() to ${OWNER_ROLE};`

/**
 * What was touched, by identity: rules, triggers and policies have no schema of their own, and what was moved out of the
 * schema is known from the record. Rights have no identity at all: there the rows of the catalogue tell.
 * A service can own nothing and become nobody, so where one runs such a command it called a function of a migration.
 */
export const watch = `
  create or replace function ddl_guard.watch() returns event_trigger
    language plpgsql security definer set search_path = pg_catalog as $$
  declare
    thing record;
    opened text;
    is_service boolean := exists (
      select from pg_roles r where r.rolname = session_user and r.rolname like 'autora\\_%' and not r.rolsuper
         and not pg_has_role(r.oid, '${OWNER_ROLE}', 'member'));
  begin
    select nullif(coalesce(c.migration, c.command), 'END') into opened from ddl_guard.change c
     where c.xid = pg_current_xact_id_if_assigned() and c.command in ('MIGRATION', 'FIRST LOAD', 'EPOCH', 'END')
     order by c.id desc limit 1;
    for thing in select * from ddl_guard.touched(tg_event) loop
      if opened is null and not is_service then
        raise exception '% of % outside a migration', tg_tag, thing.object using errcode = 'AU012';
      end if;
      insert into ddl_guard.change (migration, command, object, classid, objid)
      values (opened, tg_tag, thing.object, thing.classid, thing.objid);
    end loop;
  end $$;
  revoke execute on function ddl_guard.watch() from public;`

/** What a command touched of the trail. */
export const touched = `
  create or replace function ddl_guard.touched(event text) returns table (object text, classid oid, objid oid)
    language plpgsql set search_path = pg_catalog as $$
  begin
    if event = 'sql_drop' then
      return query select d.object_type || ' ' || coalesce(d.object_identity, ''), d.classid, d.objid
        from pg_event_trigger_dropped_objects() d
       where d.schema_name = 'audit' or d.address_names[1] = 'audit';
      return;
    end if;
    return query select c.object_type || ' ' || coalesce(c.object_identity, ''), c.classid, c.objid
      from pg_event_trigger_ddl_commands() c
     where c.schema_name = 'audit' or c.object_identity = 'audit' or c.object_identity ~ ' on audit\\.'
        or exists (select from ddl_guard.change k where k.classid = c.classid and k.objid = c.objid)
        -- a table elsewhere that passes its rows off as those of one here
        or exists (select from pg_inherits i join pg_class p on p.oid = i.inhparent
                    where i.inhrelid = c.objid and c.classid = 'pg_class'::regclass
                      and p.relnamespace = to_regnamespace('audit'));
    return query select 'rights on ' || r.name, null::oid, null::oid
      from (select c.relname::text as name, c.xmin as changed, c.relnamespace as place from pg_class c
            union all select c.relname || '.' || a.attname, a.xmin, c.relnamespace
              from pg_attribute a join pg_class c on c.oid = a.attrelid
            union all select proname, xmin, pronamespace from pg_proc
            union all select nspname, xmin, oid from pg_namespace
            union all select 'what comes', xmin, defaclnamespace from pg_default_acl) r
     where r.place = to_regnamespace('audit')
       and exists (select from pg_event_trigger_ddl_commands() c
                    where c.command_tag in ('GRANT', 'REVOKE', 'ALTER DEFAULT PRIVILEGES'))
       and age(r.changed) <= age(pg_current_xact_id()::xid);
  end $$;
  revoke execute on function ddl_guard.touched(text) from public;`

/** Once the functions are there. */
export const bound = `
  create constraint trigger is_migration after insert on ddl_guard.change deferrable initially deferred
    for each row when (new.command = 'MIGRATION') execute function ddl_guard.require_migration();
  alter table ddl_guard.change enable always trigger is_migration;
  grant usage on schema ddl_guard to ${OWNER_ROLE};`

/** What is there already when the guard comes later than the trail. */
export const known = `
  insert into ddl_guard.change (command, object, classid, objid)
  select 'FOUND', o.object, o.classid, o.objid
    from (select 'pg_class'::regclass::oid as classid, oid as objid, relname::text as object, relnamespace as place
            from pg_class where relkind in ('r', 'p', 'S')
          union all select 'pg_proc'::regclass, oid, proname, pronamespace from pg_proc
          union all select 'pg_namespace'::regclass, oid, nspname, oid from pg_namespace) o
   where o.place = to_regnamespace('audit')`
