import { mustBeAudited, narrow, tenantWall } from '@autora/shared/database'
import type { MigrationInterface, QueryRunner } from 'typeorm'
import { archives, pruneFaults, pruneMonth, retention } from './partitions/archives.js'

/**
 * Legal holds: what one covers is neither pruned nor erased until it is released. Who placed, asked and released is set
 * and compared by the database: no service can release a Dealer Admin's hold with one pair of eyes. Beside them what a
 * month needs to be sealed and dropped.
 */
export class LegalHolds1764000000091 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(holds)
    await db.query(guard)
    await db.query(tenantWall('audit.legal_hold', 'autora_audit', { platform: true }))
    await db.query(
      `create policy place on audit.legal_hold as restrictive for insert to autora_audit with check (${mayPlace})`,
    )
    await db.query(narrow('audit.legal_hold', 'autora_audit', 'charge', inCharge, 'select'))
    await db.query(mustBeAudited('audit.legal_hold'))
    await db.query(isHeld)
    for (const part of [archives, retention, pruneFaults, pruneMonth]) await db.query(part)
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      drop function audit.prune_month(date), audit.prune_faults(date), audit.month_entries(date),
        audit.retention_months(text, text);
      drop policy prune on audit.leaf;
      drop policy prune on audit.checkpoint;
      drop table audit.archive, audit.pruning;
      drop function audit.is_held(uuid, uuid, timestamptz, timestamptz);
      drop table audit.legal_hold;
      drop function audit.guard_hold()`)
  }
}

const mayPlace = `
  case (select sec.principal())
    when 'DEALER_ADMIN' then (select sec.is_tenant_wide())
    when 'PLATFORM_OWNER' then incident_id is not null
    else false end`

const inCharge = `
  (select sec.principal()) = 'PLATFORM_OWNER'
  or ((select sec.principal()) = 'DEALER_ADMIN' and (select sec.is_tenant_wide()))`

const holds = `
  create table audit.legal_hold (
    tenant_id        uuid not null default sec.tenant_id(),
    id               uuid not null default gen_random_uuid(),
    scope            text not null check (scope in ('TENANT', 'SUBJECT', 'PERIOD')),
    subject_type     text check (subject_type in ('User', 'Customer')),
    subject_id       uuid,
    period_from      timestamptz,
    period_to        timestamptz,
    incident_id      uuid,
    reason           text not null check (char_length(reason) between 10 and 500),
    placed_by        uuid not null default sec.actor_id(),
    placed_principal text not null default sec.principal(), -- the side that placed it releases it
    placed_at        timestamptz not null default clock_timestamp(),
    release_asked_by uuid,
    release_reason   text check (char_length(release_reason) between 10 and 500),
    released_by      uuid,
    released_at      timestamptz,
    primary key (tenant_id, id),
    foreign key (tenant_id, incident_id) references audit.incident (tenant_id, id),
    check ((scope = 'SUBJECT') = (subject_id is not null) and (subject_id is null or subject_type is not null)),
    check ((scope = 'PERIOD') = (period_from is not null) and (scope = 'PERIOD') = (period_to is not null)),
    check (period_from < period_to),
    check ((released_by is null) = (released_at is null))
  );
  comment on column audit.legal_hold.scope is 'class:INTERNAL';
  comment on column audit.legal_hold.subject_type is 'class:INTERNAL';
  comment on column audit.legal_hold.reason is 'class:INTERNAL';
  comment on column audit.legal_hold.release_reason is 'class:INTERNAL';
  comment on column audit.legal_hold.placed_principal is 'class:INTERNAL';
  create index legal_hold_newest on audit.legal_hold (tenant_id, placed_at desc, id desc);
  grant select on audit.legal_hold to autora_audit;
  grant insert (tenant_id, scope, subject_type, subject_id, period_from, period_to, incident_id, reason)
    on audit.legal_hold to autora_audit;
  grant update (release_asked_by, release_reason, released_by, released_at) on audit.legal_hold to autora_audit;`

/** Placing waits for a prune that runs, and a prune for holds that are being placed: see audit.prune_month. */
const guard = `
  create function audit.guard_hold() returns trigger language plpgsql set search_path = pg_catalog as $$
  begin
    if tg_op = 'INSERT' then
      perform pg_advisory_xact_lock_shared(4711003);
      return new;
    end if;
    if old.released_at is not null or sec.actor_id() is null or sec.principal() <> old.placed_principal then
      raise exception 'this hold cannot be changed' using errcode = 'AU008';
    end if;
    if new.released_by is null then
      new.release_asked_by := sec.actor_id();
      return new;
    end if;
    if old.placed_principal = 'DEALER_ADMIN'
       and (old.release_asked_by is null or old.release_asked_by = sec.actor_id()) then
      raise exception 'a second Dealer Admin releases a hold' using errcode = 'AU008';
    end if;
    new.release_asked_by := coalesce(old.release_asked_by, sec.actor_id());
    new.released_by := sec.actor_id();
    new.released_at := clock_timestamp();
    return new;
  end $$;
  grant execute on function audit.guard_hold() to autora_audit;
  create trigger guard before insert or update on audit.legal_hold
    for each row execute function audit.guard_hold();
  alter table audit.legal_hold enable always trigger guard;`

const isHeld = `
  create policy ask on audit.legal_hold for select to autora_sec using (true);
  grant select on audit.legal_hold to autora_sec;
  grant create on schema audit to autora_sec;
  -- whether an unreleased hold covers it; a null subject is anybody or anything, a null time any time
  create function audit.is_held(tenant uuid, subject uuid, from_time timestamptz, until_time timestamptz)
    returns boolean language sql stable security definer set search_path = pg_catalog as $$
      select exists (
        select from audit.legal_hold h
         where h.tenant_id = tenant and h.released_at is null
           and (h.scope = 'TENANT'
                or (h.scope = 'SUBJECT' and (subject is null or h.subject_id = subject))
                or (h.scope = 'PERIOD' and (from_time is null or h.period_to > from_time)
                    and (until_time is null or h.period_from < until_time)))) $$;
  grant execute on function audit.is_held(uuid, uuid, timestamptz, timestamptz)
    to autora_audit, autora_identity, autora_dealer_ops;
  alter function audit.is_held(uuid, uuid, timestamptz, timestamptz) owner to autora_sec;
  set local role autora_sec;
  grant execute on function audit.is_held(uuid, uuid, timestamptz, timestamptz) to autora_owner with grant option;
  set local role autora_owner;
  revoke create on schema audit from autora_sec;`
