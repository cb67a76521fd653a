import { mustBeAudited, narrow, tenantWall } from '@autora/shared/database'
import type { MigrationInterface, QueryRunner } from 'typeorm'

/**
 * What an owner of the platform asked to export, and what another one said to it: nobody exports the platform's trail
 * alone, whatever the services think (docs/decisions/0036-an-owner-exports-what-another-owner-approved.md).
 */
export class ExportRequests1764000000136 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(requests)
    await db.query(tenantWall('audit.export_request', 'autora_audit', { platform: false }))
    await db.query(narrow('audit.export_request', 'autora_audit', 'owners', owners))
    await db.query(mustBeAudited('audit.export_request'))
    await db.query('grant create on schema audit to autora_sec; set local role autora_sec')
    await db.query(deeds)
    await db.query('set local role autora_owner; revoke create on schema audit from autora_sec')
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`drop function audit.decide_export(uuid, boolean); drop function audit.take_export(uuid);
      drop table audit.export_request`)
  }
}

const owners = `(select sec.principal()) = 'PLATFORM_OWNER' and (select sec.grant_id()) is null`

const requests = `
  create table audit.export_request (
    tenant_id     uuid not null default sec.tenant_id(),
    id            uuid not null default gen_random_uuid(),
    format        text not null check (format in ('ndjson', 'csv', 'ocsf')),
    from_time     timestamptz,
    to_time       timestamptz,
    actions       text[] not null check (cardinality(actions) <= 50),
    reason        text not null check (char_length(reason) between 10 and 500),
    asked_by      uuid not null default sec.actor_id(),
    asked_at      timestamptz not null default clock_timestamp(),
    decided_by    uuid check (decided_by <> asked_by),
    decided_at    timestamptz,
    is_approved   boolean,
    downloaded_at timestamptz,
    primary key (tenant_id, id),
    check ((decided_at is null) = (decided_by is null) and (decided_at is null) = (is_approved is null)),
    check (downloaded_at is null or coalesce(is_approved, false))
  );
  comment on column audit.export_request.format is 'class:INTERNAL';
  comment on column audit.export_request.actions is 'class:INTERNAL';
  comment on column audit.export_request.reason is 'class:GOVERNANCE';
  create index export_request_asked on audit.export_request (tenant_id, asked_at desc, id desc);
  create policy decide on audit.export_request to autora_sec using (true) with check (true);
  grant select on audit.export_request to autora_audit, autora_sec;
  grant insert (id, format, from_time, to_time, actions, reason) on audit.export_request to autora_audit;
  grant update (decided_by, decided_at, is_approved, downloaded_at) on audit.export_request to autora_sec;`

/**
 * The only ways on, and the database decides: another owner says yes or no within a week, and who asked takes it once
 * within a day of the yes. A taken-over service cannot do both with one person's sealed context.
 */
const deeds = `
  create function audit.decide_export(request uuid, approves boolean) returns void
    language plpgsql volatile security definer set search_path = pg_catalog as $$
  declare moment timestamptz := clock_timestamp();
  begin
    update audit.export_request r set decided_by = sec.actor_id(), decided_at = moment, is_approved = approves
     where r.tenant_id = sec.tenant_id() and r.id = request and r.decided_at is null
       and r.asked_at >= moment - interval '7 days' and r.asked_by <> sec.actor_id()
       and sec.principal() = 'PLATFORM_OWNER' and sec.grant_id() is null;
    if not found then raise exception 'this export cannot be decided' using errcode = 'AU020'; end if;
  end $$;

  create function audit.take_export(request uuid) returns void
    language plpgsql volatile security definer set search_path = pg_catalog as $$
  declare moment timestamptz := clock_timestamp();
  begin
    update audit.export_request r set downloaded_at = moment
     where r.tenant_id = sec.tenant_id() and r.id = request and r.is_approved and r.downloaded_at is null
       and r.decided_at >= moment - interval '24 hours' and r.asked_by = sec.actor_id()
       and sec.principal() = 'PLATFORM_OWNER' and sec.grant_id() is null;
    if not found then raise exception 'this export cannot be taken' using errcode = 'AU020'; end if;
  end $$;

  revoke execute on function audit.decide_export(uuid, boolean), audit.take_export(uuid) from public;
  grant execute on function audit.decide_export(uuid, boolean), audit.take_export(uuid) to autora_audit;`
