import { mustBeAudited, narrow, tenantWall } from '@autora/shared/database'
import type { MigrationInterface, QueryRunner } from 'typeorm'

/**
 * Where a dealer group wants its trail sent, and how far that has come. The address is decided in the application and
 * with an event; the follower that sends sees the active ones through one function and writes down its place.
 */
export class EventStreams1764000000116 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(streams)
    await db.query(tenantWall('audit.event_stream', 'autora_audit', { platform: false }))
    await db.query(
      narrow('audit.event_stream', 'autora_audit', 'whole_group', '(select sec.is_tenant_wide())'),
    )
    await db.query(mustBeAudited('audit.event_stream'))
    await db.query(delivery)
    await db.query(active)
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(
      'drop function audit.active_streams(); drop table audit.stream_delivery, audit.event_stream',
    )
  }
}

const streams = `
  create table audit.event_stream (
    tenant_id  uuid not null default sec.tenant_id(),
    id         uuid not null,
    url        text not null check (char_length(url) <= 2000),
    format     text not null check (format in ('NDJSON', 'OCSF')),
    categories text[] not null check (cardinality(categories) <= 50), -- empty: all
    status     text not null default 'ACTIVE' check (status in ('ACTIVE', 'PAUSED', 'DELETED')),
    starts_at  bigint not null check (starts_at >= 0), -- leaf that its present generation began with
    generation integer not null default 1,
    secret     bytea,  -- sealed by the application; gone with the stream
    created_at timestamptz not null default clock_timestamp(),
    primary key (tenant_id, id),
    check (status = 'DELETED' or secret is not null)
  );
  comment on column audit.event_stream.url is 'class:GOVERNANCE';
  comment on column audit.event_stream.format is 'class:GOVERNANCE';
  comment on column audit.event_stream.categories is 'class:GOVERNANCE';
  comment on column audit.event_stream.status is 'class:GOVERNANCE';
  comment on column audit.event_stream.secret is 'class:SECRET';
  grant select (tenant_id, id, url, format, categories, status, starts_at, generation, created_at)
    on audit.event_stream to autora_audit;
  grant insert (id, url, format, categories, starts_at, secret) on audit.event_stream to autora_audit;
  grant update (url, format, categories, status, starts_at, generation, secret) on audit.event_stream to autora_audit;`

const delivery = `
  create table audit.stream_delivery (
    tenant_id         uuid not null,
    stream_id         uuid not null,
    generation        integer not null,
    next_index        bigint not null,     -- everything before it was taken, or is not asked for
    last_delivered_at timestamptz,
    failing_since     timestamptz,
    attempts          integer not null default 0, -- failed ones in a row
    retry_at          timestamptz not null default '-infinity',
    last_status       text not null default 'NONE' check (last_status ~ '^[A-Z_0-9]{1,40}$'),
    is_dead           boolean not null default false,
    primary key (tenant_id, stream_id)
  );
  comment on column audit.stream_delivery.last_status is 'class:GOVERNANCE';
  alter table audit.stream_delivery enable row level security, force row level security;
  create policy follow on audit.stream_delivery to autora_follower using (true) with check (true);
  grant select, insert, update on audit.stream_delivery to autora_follower;
  create policy wall on audit.stream_delivery as restrictive for select to autora_audit
    using (tenant_id = (select sec.tenant_id()) and (select sec.is_tenant_wide()));
  create policy rows on audit.stream_delivery for select to autora_audit using (true);
  grant select on audit.stream_delivery to autora_audit;`

const active = `
  create policy send on audit.event_stream for select to autora_sec using (true);
  grant select on audit.event_stream to autora_sec;
  grant create on schema audit to autora_sec;
  set local role autora_sec;
  create function audit.active_streams() returns setof audit.event_stream
    language sql stable security definer set search_path = pg_catalog as $$
      select * from audit.event_stream where status = 'ACTIVE' $$;
  revoke execute on function audit.active_streams() from public;
  grant execute on function audit.active_streams() to autora_follower;
  set local role autora_owner;
  revoke create on schema audit from autora_sec;`
