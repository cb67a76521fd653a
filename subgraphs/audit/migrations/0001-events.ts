import type { MigrationInterface, QueryRunner } from 'typeorm'

/**
 * The audit trail: one row per event, written in the caller's own transaction. Who, when, for whom and in which
 * transaction are set by the database from the sealed context; an application role can only add what was done.
 */
export class AuditEvents1764000000010 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(table)
    await db.query(guards)
    await db.query(walls)
    await db.query(enforcement)
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('drop schema audit cascade')
  }
}

const table = `
  create schema audit authorization current_user;

  create table audit.event (
    tenant_id       uuid not null default sec.tenant_id(),
    id              bigint generated always as identity,
    xid             xid8 not null default pg_current_xact_id(),
    recorded_at     timestamptz not null default clock_timestamp(),
    db_user         text not null default session_user,
    actor_id        uuid not null default sec.actor_id(),
    actor_principal text not null default sec.principal(),
    grant_id        uuid default sec.grant_id(),
    request_id      text not null default sec.request_id(),
    action          text not null check (action ~ '^[a-zA-Z]+\\.[a-zA-Z]+$'),
    action_version  smallint not null default 1,
    outcome         text not null check (outcome in ('ALLOW', 'DENY', 'ERROR')),
    store_id        uuid,
    target_type     text not null check (char_length(target_type) between 1 and 40),
    target_id       uuid not null,
    detail          jsonb not null default '{}' check (octet_length(detail::text) <= 64000),
    primary key (tenant_id, id)
  );
  comment on column audit.event.db_user is 'class:AUDIT';
  comment on column audit.event.actor_principal is 'class:AUDIT';
  comment on column audit.event.request_id is 'class:AUDIT';
  comment on column audit.event.action is 'class:AUDIT';
  comment on column audit.event.outcome is 'class:AUDIT';
  comment on column audit.event.target_type is 'class:AUDIT';
  comment on column audit.event.detail is 'class:AUDIT';
  create index event_xid on audit.event (xid);
  create index event_target on audit.event (tenant_id, target_id, id);
  create index event_actor on audit.event (tenant_id, actor_id, id);
  create index event_request on audit.event (tenant_id, request_id);`

/** Append-only for everybody but a superuser; what a superuser does is what the proofs of the trail are for. */
const guards = `
  create function audit.refuse_change() returns trigger language plpgsql set search_path = pg_catalog as $$
  begin raise exception 'audit events cannot be changed' using errcode = 'AU002'; end $$;

  create trigger append_only_row before update or delete on audit.event
    for each row execute function audit.refuse_change();
  create trigger append_only_table before truncate on audit.event
    for each statement execute function audit.refuse_change();
  alter table audit.event enable always trigger append_only_row;
  alter table audit.event enable always trigger append_only_table;`

/** A person sees his own acts; a Dealer Admin those on his stores; a key its own; platform roles as the matrix says. */
const walls = `
  alter table audit.event enable row level security, force row level security;

  create policy wall on audit.event as restrictive for select to autora_audit using (
    (tenant_id = (select sec.tenant_id()) or (select sec.principal()) in ('PLATFORM_OWNER', 'PLATFORM_SUPPORT'))
    and (
      (select sec.principal()) = 'PLATFORM_OWNER'
      or actor_id = (select sec.actor_id())
      or ((select sec.principal()) = 'DEALER_ADMIN'
          and ((select sec.is_tenant_wide()) or store_id = any ((select sec.store_ids())::uuid[])))
    ));
  create policy rows on audit.event for select to autora_audit using (true);

  create policy append_wall on audit.event as restrictive for insert
    to autora_identity, autora_dealer_ops, autora_audit with check (
    (select sec.actor_id()) is not null
    and (tenant_id = (select sec.tenant_id()) or (select sec.is_platform()))
    and (store_id is null or (select sec.is_platform()) or (select sec.is_tenant_wide())
         or store_id = any ((select sec.store_ids())::uuid[])));
  create policy append on audit.event for insert to autora_identity, autora_dealer_ops, autora_audit with check (true);
  create policy enforce on audit.event for select to autora_sec using (true);

  grant usage on schema audit to autora_identity, autora_dealer_ops, autora_audit, autora_sec;
  grant select on audit.event to autora_audit, autora_sec;
  grant insert (tenant_id, action, action_version, outcome, store_id, target_type, target_id, detail)
    on audit.event to autora_identity, autora_dealer_ops, autora_audit;`

const enforcement = `
  create function audit.require_event() returns trigger
    language plpgsql security definer set search_path = pg_catalog as $$
  declare
    tenant uuid := case tg_op when 'DELETE' then old.tenant_id else new.tenant_id end;
  begin
    if not exists (select from audit.event where xid = pg_current_xact_id() and tenant_id = tenant) then
      raise exception 'a change of % has no audit event in its transaction', tg_table_name using errcode = 'AU001';
    end if;
    return null;
  end $$;
  grant create on schema audit to autora_sec;
  alter function audit.require_event() owner to autora_sec;
  revoke create on schema audit from autora_sec;
  set local role autora_sec;
  grant execute on function audit.require_event() to autora_owner; -- who makes the triggers
  set local role autora_owner;`
