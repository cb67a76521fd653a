import { narrow, tenantWall } from '@autora/shared/database'
import type { MigrationInterface, QueryRunner } from 'typeorm'

/**
 * Counts what happens under each support grant as it happens: every event that carries a grant adds to the tally in its
 * own transaction, so that the closing receipt of the grant equals a count over the trail.
 */
export class SupportActivity1764000000066 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(table)
    await db.query(tenantWall('audit.support_tally', 'autora_audit', { platform: true }))
    await db.query(narrow('audit.support_tally', 'autora_audit', 'own_or_charge', ownOrCharge, 'select'))
    await db.query(count)
    await db.query(readOnly)
    await db.query(`
      grant select on audit.support_tally to autora_audit;
      create trigger tally_support after insert on audit.event
        for each row when (new.grant_id is not null) execute function audit.tally_support();
      alter table audit.event enable always trigger tally_support;`)
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('drop trigger tally_support on audit.event; drop table audit.support_tally')
  }
}

/** A supporter sees his own; a Dealer Admin the grants that lie within his stores; the owner all. */
const ownOrCharge = `
  user_id = (select sec.actor_id())
  or (select sec.principal()) = 'PLATFORM_OWNER'
  or ((select sec.principal()) = 'DEALER_ADMIN'
      and ((select sec.is_tenant_wide()) or store_ids <@ (select sec.store_ids())::uuid[]))`

const table = `
  create table audit.support_tally (
    tenant_id uuid not null,
    grant_id  uuid not null,
    measure   text not null check (measure in ('EVENTS', 'REQUESTS', 'READS', 'RECORDS', 'FIELDS_CLEAR',
      'FIELDS_MASKED', 'FIELDS_REDACTED', 'WRITES', 'DENIALS')),
    name      text not null default '' check (char_length(name) <= 80), -- type, class or action that was counted
    amount    bigint not null check (amount > 0),
    user_id   uuid not null,    -- the supporter
    store_ids uuid[] not null,  -- of the grant
    first_at  timestamptz not null,
    last_at   timestamptz not null,
    primary key (tenant_id, grant_id, measure, name),
    foreign key (tenant_id, grant_id) references identity.support_grant (tenant_id, id)
  );
  comment on column audit.support_tally.measure is 'class:AUDIT';
  comment on column audit.support_tally.name is 'class:AUDIT';
  create policy count on audit.support_tally to autora_sec using (true) with check (true);
  grant select, insert, update on audit.support_tally to autora_sec;`

/**
 * The grant is held first and the row EVENTS second, always in this order: events under one grant are counted one after
 * the other, and ending the grant waits for those that run. One that comes later is refused together with its deed.
 */
const count = `
  grant create on schema audit to autora_sec;
  set local role autora_sec;
  create function audit.tally_support() returns trigger
    language plpgsql security definer set search_path = pg_catalog as $$
  declare
    held record;
    is_read boolean := new.action = 'supportAccess.read';
  begin
    select g.user_id, g.store_ids into held from identity.support_grant g
     where g.tenant_id = new.tenant_id and g.id = new.grant_id and g.status = 'APPROVED' for share;
    if not found then raise exception 'the support grant has ended' using errcode = 'AU006'; end if;
    insert into audit.support_tally as t values
      (new.tenant_id, new.grant_id, 'EVENTS', '', 1, held.user_id, held.store_ids, new.recorded_at, new.recorded_at)
      on conflict (tenant_id, grant_id, measure, name) do update
        set amount = t.amount + 1, last_at = greatest(t.last_at, excluded.last_at);
    insert into audit.support_tally as t
      select new.tenant_id, new.grant_id, m.measure, m.name, m.amount, held.user_id, held.store_ids,
             new.recorded_at, new.recorded_at
        from (
          select 'REQUESTS', '', 1 where not exists (
            select from audit.event e where e.tenant_id = new.tenant_id and e.request_id = new.request_id
               and e.grant_id = new.grant_id and e.id <> new.id)
          union all select 'READS', '', 1 where is_read
          union all select 'WRITES', new.action, 1 where not is_read and new.outcome = 'ALLOW'
          union all select 'DENIALS', new.action, 1 where new.outcome = 'DENY'
          union all select 'RECORDS', key, value::bigint from jsonb_each_text(new.detail->'records') where is_read
          union all select 'FIELDS_CLEAR', key, value::bigint from jsonb_each_text(new.detail->'clear') where is_read
          union all select 'FIELDS_MASKED', key, value::bigint from jsonb_each_text(new.detail->'masked') where is_read
          union all
          select 'FIELDS_REDACTED', key, value::bigint from jsonb_each_text(new.detail->'redacted') where is_read
        ) m (measure, name, amount)
      on conflict (tenant_id, grant_id, measure, name) do update
        set amount = t.amount + excluded.amount, last_at = greatest(t.last_at, excluded.last_at);
    return null;
  end $$;
  create function audit.grant_ended_at(tenant_id uuid, grant_id uuid) returns timestamptz
    language sql stable security definer set search_path = pg_catalog as $$
      select case when g.status = 'REVOKED' then g.decided_at
                  when g.status = 'APPROVED' and g.expires_at <= clock_timestamp() then g.expires_at end
        from identity.support_grant g where g.tenant_id = $1 and g.id = $2 $$;
  revoke execute on function audit.tally_support(), audit.grant_ended_at(uuid, uuid) from public;
  grant execute on function audit.tally_support() to autora_owner;
  grant execute on function audit.grant_ended_at(uuid, uuid) to autora_audit;`

/**
 * A change needs its event, as before, and now one thing more: under a grant that only reads, no business row changes,
 * whatever the application lets through. Ending the grant and reporting an incident are always free.
 */
const readOnly = `
  create or replace function audit.require_event() returns trigger
    language plpgsql security definer set search_path = pg_catalog as $$
  declare
    tenant uuid := case tg_op when 'DELETE' then old.tenant_id else new.tenant_id end;
    under uuid;
  begin
    select grant_id into under from audit.event where xid = pg_current_xact_id() and tenant_id = tenant limit 1;
    if not found then
      raise exception 'a change of % has no audit event in its transaction', tg_table_name using errcode = 'AU001';
    end if;
    if under is not null and tg_table_name not in ('support_grant', 'incident')
       and not exists (select from identity.support_grant g
                        where g.tenant_id = tenant and g.id = under and g.capabilities <> '{READ}') then
      raise exception 'a grant that only reads changes no %', tg_table_name using errcode = 'AU005';
    end if;
    return null;
  end $$;
  set local role autora_owner;
  revoke create on schema audit from autora_sec;`
