import type { MigrationInterface, QueryRunner } from 'typeorm'
import { eventPolicies, eventPrivileges, leafFunctions, requireEvent } from './partitions/guarantees.js'

/**
 * The trail in months (UTC): a month can be sealed, and dropped when its time is over, without touching another. Rows
 * that are there stay where they are: their table becomes the first partition. What has no month goes into a default
 * partition, so that trade never stops for want of one (docs/decisions/0020-retention-of-the-trail.md).
 */
export class Partitions1764000000090 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(setAside)
    await db.query(parent)
    await db.query(leafFunctions)
    await db.query(partitions)
    await db.query(attach)
    await db.query(eventPolicies)
    await db.query(eventPrivileges)
    await db.query(guards)
    await db.query(requireEvent)
    await db.query(strays)
    await db.query('select audit.make_partitions()')
  }

  async down(): Promise<void> {
    throw new Error('a trail in months does not become one table again: restore the backup')
  }
}

/** Every policy, privilege and trigger hangs on the old table; from its parts only rows and indexes are kept. */
const setAside = `
  alter table audit.event rename to event_before;
  alter table audit.event_before rename constraint event_pkey to event_before_pkey;
  alter index audit.event_order rename to event_before_order;
  alter index audit.event_target rename to event_before_target;
  alter index audit.event_actor rename to event_before_actor;
  alter index audit.event_request rename to event_before_request;
  drop function audit.leaf_data(audit.event_before, bigint), audit.leaf_tail(audit.event_before);
  do $$
  declare one record;
  begin
    for one in select polname from pg_policy where polrelid = 'audit.event_before'::regclass loop
      execute format('drop policy %I on audit.event_before', one.polname);
    end loop;
    for one in select tgname from pg_trigger where tgrelid = 'audit.event_before'::regclass and not tgisinternal loop
      execute format('drop trigger %I on audit.event_before', one.tgname);
    end loop;
    for one in select distinct grantee::regrole as role
                 from (select (aclexplode(relacl)).grantee from pg_class where oid = 'audit.event_before'::regclass
                       union select (aclexplode(attacl)).grantee from pg_attribute
                        where attrelid = 'audit.event_before'::regclass) g
                where grantee::regrole <> current_user::regrole loop
      execute format('revoke all on audit.event_before from %s', one.role);
    end loop;
  end $$;`

/** The columns and the expression of \`body\` are copied from the catalogue: what is hashed must not differ by a byte. */
const parent = `
  create table audit.event (like audit.event_before
    including defaults including constraints including generated including comments) partition by range (recorded_at);
  alter table audit.event alter column id add generated always as identity;
  select setval('audit.event_id_seq1', last_value, is_called) from audit.event_id_seq;
  alter table audit.event_before alter column id drop identity;
  alter sequence audit.event_id_seq1 rename to event_id_seq;
  alter table audit.event add primary key (tenant_id, id, recorded_at);
  create index event_order on audit.event (xid, id); -- the order of the leaves, and events of a transaction
  create index event_target on audit.event (tenant_id, target_id, id);
  create index event_actor on audit.event (tenant_id, actor_id, id);
  create index event_request on audit.event (tenant_id, request_id);
  alter table audit.event enable row level security, force row level security;`

/**
 * Partitions are made by copying the parent, guarded, and only then attached: attaching locks the default partition for
 * a moment and never the parent. A month whose events already went into the default partition cannot be made any more;
 * it is passed over, and autora doctor says so.
 */
const partitions = `
  create function audit.add_partition(name text, from_time timestamptz, until_time timestamptz) returns void
    language plpgsql set search_path = pg_catalog as $$
  begin
    execute format('create table audit.%I (like audit.event including constraints including generated including comments)', name);
    execute format('alter table audit.%I enable row level security, force row level security', name);
    execute format('create trigger append_only_table before truncate on audit.%I
      for each statement execute function audit.refuse_change()', name);
    execute format('alter table audit.%I enable always trigger append_only_table', name);
    if from_time is null then
      execute format('alter table audit.event attach partition audit.%I default', name);
    else
      execute format('alter table audit.event attach partition audit.%I for values from (%L) to (%L)',
                     name, from_time, until_time);
    end if;
  end $$;

  -- the months of the trail, oldest first; a bound that is not there is infinite; the default partition has none
  create function audit.event_partitions() returns table (name text, from_time timestamptz, until_time timestamptz)
    language sql stable set search_path = pg_catalog set timezone = 'UTC' as $$
      select relname, coalesce(substring(bound from 'FROM \\(''([^'']+)'), '-infinity')::timestamptz,
             substring(bound from 'TO \\(''([^'']+)')::timestamptz
        from (select c.relname::text, pg_get_expr(c.relpartbound, c.oid) as bound
                from pg_inherits i join pg_class c on c.oid = i.inhrelid
               where i.inhparent = 'audit.event'::regclass) p
       where bound <> 'DEFAULT' order by 3 $$;

  -- makes what is missing of the months from one time to another; returns how many that were
  create function audit.make_partitions(from_time timestamptz, until_time timestamptz) returns integer
    language plpgsql set search_path = pg_catalog set timezone = 'UTC' set lock_timeout = '1s' as $$
  declare
    month timestamptz := date_trunc('month', from_time);
    following timestamptz;
    made integer := 0;
  begin
    perform pg_advisory_xact_lock(4711004);
    while month <= until_time loop
      following := month + interval '1 month';
      if not exists (select from audit.event_partitions() p where p.from_time < following and p.until_time > month) then
        begin
          perform audit.add_partition('event_' || to_char(month, 'YYYY_MM'), month, following);
          made := made + 1;
        exception when check_violation then null; -- its events are in the default partition
        end;
      end if;
      month := following;
    end loop;
    return made;
  end $$;

  -- the month that runs and three to come
  create function audit.make_partitions() returns integer
    language sql security definer set search_path = pg_catalog as $$
      select audit.make_partitions(now(), now() + interval '3 months') $$;
  grant execute on function audit.make_partitions() to autora_sequencer;
  grant execute on function audit.event_partitions() to autora_sequencer, autora_auditor, autora_audit, autora_sec;`

/** The old table ends with the month of its newest event or the one that runs; an empty one is not kept. */
const attach = `
  do $$
  declare
    until_time timestamptz;
  begin
    alter table audit.event_before no force row level security;
    select date_trunc('month', greatest(now(), max(recorded_at)), 'UTC') + interval '1 month' into until_time
      from audit.event_before;
    if not exists (select from audit.event_before) then
      drop table audit.event_before;
    else
      alter table audit.event_before force row level security;
      alter table audit.event_before drop constraint event_before_pkey;
      create trigger append_only_table before truncate on audit.event_before
        for each statement execute function audit.refuse_change();
      alter table audit.event_before enable always trigger append_only_table;
      execute format('alter table audit.event attach partition audit.event_before for values from (minvalue) to (%L)', until_time);
    end if;
    perform audit.add_partition('event_rest', null, null);
  end $$;`

/** Whether the default partition holds anything: then months were missing when they were needed. */
const strays = `
  create policy look on audit.event_rest for select to autora_sec using (true);
  grant select on audit.event_rest to autora_sec;
  grant create on schema audit to autora_sec;
  create function audit.has_stray_events() returns boolean
    language sql stable security definer set search_path = pg_catalog as $$
      select exists (select from audit.event_rest) $$;
  grant execute on function audit.has_stray_events() to autora_sequencer;
  alter function audit.has_stray_events() owner to autora_sec;
  set local role autora_sec;
  grant execute on function audit.has_stray_events() to autora_owner; -- whose members ask: autora doctor
  set local role autora_owner;
  revoke create on schema audit from autora_sec;`

const guards = `
  create trigger append_only_row before update or delete on audit.event
    for each row execute function audit.refuse_change();
  create trigger append_only_table before truncate on audit.event
    for each statement execute function audit.refuse_change();
  create trigger tally_support after insert on audit.event
    for each row when (new.grant_id is not null) execute function audit.tally_support();
  alter table audit.event enable always trigger append_only_row;
  alter table audit.event enable always trigger append_only_table;
  alter table audit.event enable always trigger tally_support;`
