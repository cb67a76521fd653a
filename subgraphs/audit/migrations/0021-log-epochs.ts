import type { MigrationInterface, QueryRunner } from 'typeorm'

/**
 * What the log says about itself: that a restored database begins a new epoch, that another key signs from here on, that
 * nobody wrote for a while. And how far the log is behind the trail (docs/decisions/0024-epochs-and-keys-of-the-log.md).
 */
export class LogEpochs1764000000134 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(declarations)
    await db.query(epochs)
    await db.query(enforcement)
    await db.query(lag)
    await db.query(pruned)
  }

  async down(): Promise<void> {
    throw new Error('what the log declared stays declared: restore the backup')
  }
}

/** A new cluster counts transactions from the beginning: the order is (epoch, xid, id), and one place says which epoch it is. */
const epochs = `
  create policy ask_epoch on audit.declaration for select to autora_sec using (true);
  grant select (kind, epoch) on audit.declaration to autora_sec;
  grant create on schema audit to autora_sec;
  set local role autora_sec;
  create function audit.epoch() returns integer
    language plpgsql stable parallel safe security definer set search_path = pg_catalog as $$
  begin
    return (select coalesce(max(d.epoch), 1) from audit.declaration d where d.kind = 'epoch');
  end $$;
  revoke execute on function audit.epoch() from public;
  grant execute on function audit.epoch() to autora_owner, autora_identity, autora_dealer_ops, autora_audit, autora_issuer,
    autora_sequencer, autora_follower, autora_auditor;
  set local role autora_owner;
  revoke create on schema audit from autora_sec;
  alter table audit.event alter column epoch set default audit.epoch();
  drop index if exists audit.event_order;
  create index event_order on audit.event (epoch, xid, id); -- the order of the leaves, and events of a transaction`

/** "No event, no commit" asks for the transaction of this life of the database: another had one of the same number. */
const enforcement = `
  do $$
  declare
    f record;
  begin
    for f in
      select p.oid, pg_get_functiondef(p.oid) as text, pg_get_userbyid(p.proowner) as owner
        from pg_proc p
       where p.pronamespace = 'audit'::regnamespace and p.prosrc ~ '\\mxid = pg_current_xact_id\\(\\)'
         and p.prosrc !~ 'audit\\.epoch\\(\\)'
    loop
      execute 'grant create on schema audit to ' || quote_ident(f.owner);
      execute 'set local role ' || quote_ident(f.owner);
      execute replace(f.text, 'xid = pg_current_xact_id()', 'epoch = audit.epoch() and xid = pg_current_xact_id()');
      set local role autora_owner;
      if f.owner <> 'autora_owner' then execute 'revoke create on schema audit from ' || quote_ident(f.owner); end if;
    end loop;
  end $$;`

const declarations = `
  -- what the log is asked to say about itself, by its operator; the sequencer says it in its next batch
  create table audit.declaration (
    number  integer generated always as identity primary key,
    kind    text not null check (kind in ('epoch', 'key')),
    epoch   integer not null check (epoch >= 1),
    words   text not null check (words !~ '[\\n]' and octet_length(words) <= 1000),
    made_at timestamptz not null default clock_timestamp()
  );
  comment on column audit.declaration.kind is 'class:PUBLIC';
  comment on column audit.declaration.words is 'class:PUBLIC';
  alter table audit.batch add column declares text;
  comment on column audit.batch.declares is 'class:PUBLIC';
  create index batch_declares on audit.batch (number) where declares is not null;
  alter table audit.sequencer
    add column low_epoch integer not null default 0,
    add column declared integer not null default 0;
  grant update (low_epoch, declared) on audit.sequencer to autora_sequencer;

  create trigger append_only_row before update or delete on audit.declaration
    for each row execute function audit.refuse_change();
  create trigger append_only_table before truncate on audit.declaration
    for each statement execute function audit.refuse_change();
  alter table audit.declaration enable always trigger append_only_row;
  alter table audit.declaration enable always trigger append_only_table;
  alter table audit.declaration enable row level security, force row level security;
  create policy read on audit.declaration for select to autora_sequencer, autora_follower, autora_auditor using (true);
  create policy operate on audit.declaration to autora_owner using (true) with check (true);
  create policy operate on audit.sequencer to autora_owner using (true) with check (true);
  create policy operate on audit.batch for select to autora_owner using (true);
  grant select on audit.declaration to autora_sequencer, autora_follower, autora_auditor;`

/**
 * How old the oldest event without a leaf is, and how many there are, up to a number. A log that never began is behind
 * nothing: who runs none has been told so by the doctor.
 */
const lag = `
  create policy count_lag on audit.leaf for select to autora_sec using (true);
  create policy count_lag on audit.batch for select to autora_sec using (true);
  create policy count_lag on audit.sequencer for select to autora_sec using (true);
  grant select on audit.leaf, audit.batch, audit.sequencer to autora_sec;
  grant create on schema audit to autora_sec;
  create function audit.trail_lag(most bigint) returns table (seconds float8, events bigint)
    language sql volatile security definer set search_path = pg_catalog as $$
      select coalesce(extract(epoch from clock_timestamp() - min(p.recorded_at)), 0)::float8, count(*)
        from audit.sequencer s
        cross join lateral (
          select e.recorded_at from audit.event e
           where (e.epoch, e.xid) >= (s.low_epoch, s.low_water)
             and not exists (select from audit.leaf l where l.tenant_id = e.tenant_id and l.event_id = e.id)
           limit most) p
       where exists (select from audit.batch) $$;
  grant execute on function audit.trail_lag(bigint)
    to autora_identity, autora_dealer_ops, autora_audit, autora_sequencer, autora_follower, autora_auditor;
  revoke execute on function audit.trail_lag(bigint) from public;
  alter function audit.trail_lag(bigint) owner to autora_sec;
  revoke create on schema audit from autora_sec;`

/** Whoever hashes the trail again needs to know which events are gone by right: the places of a pruned month's leaves. */
const pruned = `
  alter table audit.pruning add column leaves int8multirange;
  create policy follow on audit.pruning for select to autora_follower, autora_auditor using (true);
  grant select on audit.pruning to autora_follower, autora_auditor;

  grant create on schema audit to autora_sec;
  set local role autora_sec;
  create function audit.month_leaves(month date) returns table (tenant uuid, leaves int8multirange)
    language plpgsql stable security definer set search_path = pg_catalog set timezone = 'UTC' as $$
  declare part record;
  begin
    select p.* into part from audit.event_partitions() p where p.until_time = month + interval '1 month';
    return query
      select e.tenant_id, range_agg(int8range(l.index, l.index + 1))
        from audit.event e join audit.leaf l on l.tenant_id = e.tenant_id and l.event_id = e.id
       where e.recorded_at >= part.from_time and e.recorded_at < part.until_time
       group by e.tenant_id;
  end $$;
  revoke execute on function audit.month_leaves(date) from public;
  grant execute on function audit.month_leaves(date) to autora_owner;
  set local role autora_owner;
  revoke create on schema audit from autora_sec;

  create or replace function audit.prune_month(month date) returns bigint
    language plpgsql security definer set search_path = pg_catalog set timezone = 'UTC' set lock_timeout = '2s' as $$
  declare
    part text;
    gone bigint;
  begin
    perform pg_advisory_xact_lock(4711003), pg_advisory_xact_lock(4711004);
    select p.name into part from audit.event_partitions() p where p.until_time = month + interval '1 month';
    if part is not null then execute format('lock table audit.%I in share row exclusive mode', part); end if;
    if exists (select from audit.prune_faults(month)) then
      raise exception 'this month of the trail is not to be dropped' using errcode = 'AU009';
    end if;
    insert into audit.pruning (tenant_id, month, entries, digest, leaves)
      select e.tenant, prune_month.month, e.entries, e.digest, l.leaves
        from audit.month_digests(prune_month.month) e join audit.month_leaves(prune_month.month) l using (tenant);
    get diagnostics gone = row_count;
    execute format('drop table audit.%I', part);
    return gone;
  end $$;`
