import { mustBeAudited, narrow, tenantWall } from '@autora/shared/database'
import type { MigrationInterface, QueryRunner } from 'typeorm'

/** The four-eyes engine: what somebody wants done, and what somebody else decided. The wish itself never changes. */
export class Approvals1764000000052 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(requests)
    await db.query(tenantWall('identity.approval_request', 'autora_identity', { platform: true }))
    await db.query(narrow('identity.approval_request', 'autora_identity', 'visible', visible, 'select'))
    await db.query(mustBeAudited('identity.approval_request'))
    await db.query(`
      grant select on identity.approval_request to autora_identity;
      grant insert (tenant_id, id, action, subject_type, subject_id, store_ids, summary, payload, payload_sha256, reason,
        requested_by, expires_at) on identity.approval_request to autora_identity;
      grant update (status, decided_by, decided_at, decision_note) on identity.approval_request to autora_identity;`)
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('drop table identity.approval_request')
  }
}

/** One's own; for a Dealer Admin those within his stores; for the platform owner all; support sees only its own. */
const visible = `
  requested_by = (select sec.actor_id())
  or (select sec.principal()) = 'PLATFORM_OWNER'
  or ((select sec.principal()) = 'DEALER_ADMIN'
      and ((select sec.is_tenant_wide())
           or (store_ids is not null and store_ids <@ (select sec.store_ids())::uuid[])))`

const requests = `
  create table identity.approval_request (
    tenant_id      uuid not null,
    id             uuid not null,
    action         text not null check (char_length(action) between 3 and 60),
    subject_type   text not null check (char_length(subject_type) between 1 and 40),
    subject_id     uuid not null,
    store_ids      uuid[],  -- null: the whole group
    summary        text not null check (char_length(summary) between 1 and 300),
    payload        jsonb not null check (octet_length(payload::text) <= 16000),
    payload_sha256 bytea not null check (octet_length(payload_sha256) = 32),
    reason         text not null check (char_length(reason) between 10 and 500),
    status         text not null default 'REQUESTED' check (status in ('REQUESTED', 'APPROVED', 'REFUSED', 'WITHDRAWN')),
    requested_by   uuid not null default sec.actor_id(),
    requested_at   timestamptz not null default clock_timestamp(),
    expires_at     timestamptz not null,
    decided_by     uuid,
    decided_at     timestamptz,
    decision_note  text check (char_length(decision_note) <= 500),
    primary key (tenant_id, id),
    check (expires_at > requested_at and expires_at <= requested_at + interval '7 days'),
    check ((status = 'REQUESTED') = (decided_at is null)),
    check (status = 'WITHDRAWN' or decided_by is null or decided_by <> requested_by)
  );
  comment on column identity.approval_request.action is 'class:GOVERNANCE';
  comment on column identity.approval_request.subject_type is 'class:GOVERNANCE';
  comment on column identity.approval_request.summary is 'class:GOVERNANCE';
  comment on column identity.approval_request.payload is 'class:GOVERNANCE';
  comment on column identity.approval_request.reason is 'class:GOVERNANCE';
  comment on column identity.approval_request.status is 'class:GOVERNANCE';
  comment on column identity.approval_request.decision_note is 'class:GOVERNANCE';
  create index approval_request_id on identity.approval_request (id);
  create index approval_request_newest on identity.approval_request (tenant_id, requested_at desc, id desc);

  -- a decided request is evidence: it changes no more
  create function identity.refuse_redecision() returns trigger language plpgsql set search_path = pg_catalog as $$
  begin
    if old.status <> 'REQUESTED' or new.status = 'REQUESTED' or clock_timestamp() >= old.expires_at and new.status <> 'WITHDRAWN' then
      raise exception 'an approval request is decided once, in time' using errcode = 'AU003';
    end if;
    return new;
  end $$;
  create trigger decided_once before update on identity.approval_request
    for each row execute function identity.refuse_redecision();
  alter table identity.approval_request enable always trigger decided_once;`
