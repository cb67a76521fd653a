import { mustBeAudited } from '@autora/shared/database'

/** What was sealed and what was dropped, per tenant: both are told in the tenant's own trail. */
export const archives = `
  create table audit.archive (
    tenant_id       uuid not null,
    id              uuid not null default gen_random_uuid(),
    month           date not null check (extract(day from month) = 1),
    entries         bigint not null check (entries > 0),
    digest          bytea not null check (octet_length(digest) = 32), -- over the leaf hashes of the files, in order
    manifest_sha256 bytea not null check (octet_length(manifest_sha256) = 32),
    checkpoint_size bigint not null,
    sealed_by       uuid not null default sec.actor_id(),
    sealed_at       timestamptz not null default clock_timestamp(),
    primary key (tenant_id, month, id)
  );
  create table audit.pruning (
    tenant_id  uuid not null,
    month      date not null,
    entries    bigint not null,
    digest     bytea not null,
    pruned_by  uuid not null default sec.actor_id(),
    pruned_at  timestamptz not null default clock_timestamp(),
    primary key (tenant_id, month)
  );
  ${['audit.archive', 'audit.pruning']
    .map(
      (table) => `
  create trigger append_only_row before update or delete on ${table}
    for each row execute function audit.refuse_change();
  create trigger append_only_table before truncate on ${table}
    for each statement execute function audit.refuse_change();
  alter table ${table} enable always trigger append_only_row;
  alter table ${table} enable always trigger append_only_table;
  alter table ${table} enable row level security, force row level security;
  create policy wall on ${table} as restrictive for select to autora_audit
    using (tenant_id = (select sec.tenant_id()) or (select sec.principal()) in ('PLATFORM_OWNER', 'SYSTEM'));
  create policy rows on ${table} for select to autora_audit using (true);
  grant select on ${table} to autora_audit;
  ${mustBeAudited(table)}`,
    )
    .join('')}
  create policy seal_wall on audit.archive as restrictive for insert to autora_audit
    with check ((select sec.principal()) = 'SYSTEM');
  create policy seal on audit.archive for insert to autora_audit with check (true);
  grant insert (tenant_id, month, entries, digest, manifest_sha256, checkpoint_size) on audit.archive to autora_audit;
  create policy prune on audit.pruning for insert to autora_owner with check (true);`

/** How long an event is kept at least: the table of shared/src/audit/retention.ts. */
export const retention = `
  create function audit.retention_months(action text, outcome text) returns integer
    language sql immutable set search_path = pg_catalog as $$
      select case
        when split_part(action, '.', 1) in
          ('invoice', 'billingAccount', 'legalHold', 'auditArchive', 'auditTrail', 'evidence') then 84
        when outcome = 'DENY' or split_part(action, '.', 1) in ('access', 'accessPolicy', 'approval', 'breakGlass',
          'field', 'governanceRule', 'supportAccess', 'supportGrant') then 36
        else 24 end $$;
  grant execute on function audit.retention_months(text, text) to autora_sec;`

/** What a month holds, and everything that forbids to drop it. Only the platform itself may ask. */
export const pruneFaults = `
  create policy prune on audit.leaf for select to autora_sec using (true);
  create policy prune on audit.checkpoint for select to autora_sec using (true);
  create policy prune on audit.archive for select to autora_sec using (true);
  grant select on audit.leaf, audit.checkpoint, audit.archive to autora_sec;
  grant create on schema audit to autora_sec;
  set local role autora_sec;

  create function audit.month_digests(month date)
    returns table (tenant uuid, entries bigint, last_batch bigint, digest bytea)
    language plpgsql stable security definer set search_path = pg_catalog set timezone = 'UTC' as $$
  declare part record;
  begin
    select p.* into part from audit.event_partitions() p where p.until_time = month + interval '1 month';
    return query
      select e.tenant_id, count(*), case when count(l.index) = count(*) then max(l.batch) end,
             sha256(string_agg(l.hash, ''::bytea order by l.index))
        from audit.event e left join audit.leaf l on l.tenant_id = e.tenant_id and l.event_id = e.id
       where e.recorded_at >= part.from_time and e.recorded_at < part.until_time
       group by e.tenant_id order by e.tenant_id;
  end $$;
  create function audit.month_entries(month date) returns table (tenant uuid, entries bigint)
    language plpgsql stable security definer set search_path = pg_catalog as $$
  begin
    if sec.principal() is distinct from 'SYSTEM' then
      raise exception 'the platform alone looks after the months of the trail' using errcode = '42501';
    end if;
    return query select d.tenant, d.entries from audit.month_digests(month) d;
  end $$;

  create function audit.prune_faults(month date) returns table (why text, more text)
    language plpgsql stable security definer set search_path = pg_catalog set timezone = 'UTC' as $$
  declare
    part record;
    keep integer;
    witnessed bigint;
  begin
    if sec.principal() is distinct from 'SYSTEM' then
      raise exception 'the platform alone looks after the months of the trail' using errcode = '42501';
    end if;
    select p.* into part from audit.event_partitions() p where p.until_time = month + interval '1 month';
    if not found then return query select 'NO_MONTH', ''; return; end if;
    if part.until_time > now() then return query select 'NOT_OVER', ''; return; end if;

    select max(audit.retention_months(e.action, e.outcome)) into keep
      from (select distinct d.action, d.outcome from audit.event d
             where d.recorded_at >= part.from_time and d.recorded_at < part.until_time) e;
    if part.until_time + make_interval(months => keep) > now() then
      return query select 'RETENTION', to_char(part.until_time + make_interval(months => keep), 'YYYY-MM-DD');
    end if;
    -- the log signs, so a second signature is that of a witness
    select coalesce(max(c.size), 0) into witnessed from audit.checkpoint c
     where regexp_count(c.note, chr(10) || chr(8212) || ' ') >= 2;
    return query
      with held as materialized (select * from audit.month_digests(month))
      select 'NO_LEAF', h.tenant::text from held h where h.last_batch is null
      union all
      select 'NOT_WITNESSED', h.tenant::text from held h where h.last_batch >= witnessed
      union all
      select case when exists (select from audit.archive a where a.tenant_id = h.tenant and a.month = $1)
             then 'ARCHIVE_DIFFERS' else 'NOT_ARCHIVED' end, h.tenant::text
        from held h where not exists (
          select from audit.archive a
           where a.tenant_id = h.tenant and a.month = $1 and a.entries = h.entries and a.digest = h.digest)
      union all
      select 'HELD', h.tenant::text from held h
       where audit.is_held(h.tenant, null, part.from_time, part.until_time);
  end $$;

  revoke execute on function audit.month_digests(date), audit.month_entries(date), audit.prune_faults(date) from public;
  grant execute on function audit.month_entries(date), audit.prune_faults(date) to autora_audit;
  grant execute on function audit.month_digests(date), audit.prune_faults(date) to autora_owner;
  set local role autora_owner;
  revoke create on schema audit from autora_sec;`

/**
 * Drops a month. Only the owner of the trail can, and it sees no event: what it asks before is asked of the functions
 * above, with the month closed for writers and after every hold that is being placed.
 */
export const pruneMonth = `
  create function audit.prune_month(month date) returns bigint
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
    insert into audit.pruning (tenant_id, month, entries, digest)
      select e.tenant, prune_month.month, e.entries, e.digest from audit.month_digests(prune_month.month) e;
    get diagnostics gone = row_count;
    execute format('drop table audit.%I', part);
    return gone;
  end $$;
  set local role autora_sec;
  grant execute on function sec.context() to autora_owner;
  set local role autora_owner;
  grant execute on function audit.prune_month(date) to autora_audit;`
