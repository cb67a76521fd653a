import type { MigrationInterface, QueryRunner } from 'typeorm'

/**
 * How the latest check of each security control went. A follower writes it and everybody who is somebody reads it; what
 * changes, and once a day what did not, becomes an event of the platform.
 */
export class Controls1764000000115 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(table)
    await db.query(evidence)
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(
      'drop function audit.record_control_check(text, text, text[]); drop table audit.control_status',
    )
  }
}

const table = `
  create table audit.control_status (
    control     text primary key check (control ~ '^[A-Z_]{1,40}$'),
    result      text not null check (result in ('PASS', 'FAIL', 'UNKNOWN', 'NOT_APPLICABLE')),
    checked_at  timestamptz not null default clock_timestamp(),
    changed_at  timestamptz not null default clock_timestamp(),
    evidence    bigint not null,      -- event of the platform that says so
    evidence_at timestamptz not null default clock_timestamp(),
    parts       text[] not null,      -- what did not hold, in codes that everybody may see
    faults      text[] not null,      -- the same exactly, for the platform alone
    suspects    text[] not null       -- places of the trail that are looked at again each time: <tenant>/<index>
  );
  comment on column audit.control_status.control is 'class:PUBLIC';
  comment on column audit.control_status.result is 'class:PUBLIC';
  comment on column audit.control_status.parts is 'class:PUBLIC';
  comment on column audit.control_status.faults is 'class:GOVERNANCE';
  comment on column audit.control_status.suspects is 'class:GOVERNANCE';
  alter table audit.control_status enable row level security, force row level security;
  create policy follow on audit.control_status to autora_follower using (true) with check (true);
  grant select, insert, update on audit.control_status to autora_follower;
  create policy wall on audit.control_status as restrictive for select to autora_audit
    using ((select sec.principal()) is not null);
  create policy rows on audit.control_status for select to autora_audit using (true);
  grant select on audit.control_status to autora_audit;`

/** The one event that a follower may cause: its words are fixed here, and it can be no other. */
const evidence = `
  create policy tell_controls on audit.event for insert to autora_sec
    with check (action = 'control.checked' and tenant_id = '00000000-0000-0000-0000-000000000000');
  grant insert (tenant_id, actor_id, actor_principal, grant_id, request_id, action, outcome, store_id, target_type,
    target_id, detail) on audit.event to autora_sec;
  grant create on schema audit to autora_sec;
  set local role autora_sec;
  create function audit.record_control_check(control text, result text, parts text[]) returns bigint
    language sql volatile security definer set search_path = pg_catalog as $$
      insert into audit.event (tenant_id, actor_id, actor_principal, grant_id, request_id, action, outcome, store_id,
                               target_type, target_id, detail)
      values ('00000000-0000-0000-0000-000000000000', '00000000-0000-0000-0000-000000000000', 'SYSTEM', null,
              'control-check', 'control.checked', 'ALLOW', null, 'Platform', '00000000-0000-0000-0000-000000000000',
              jsonb_build_object('control', control, 'result', result, 'parts', parts))
      returning id $$;
  revoke execute on function audit.record_control_check(text, text, text[]) from public;
  grant execute on function audit.record_control_check(text, text, text[]) to autora_follower;
  set local role autora_owner;
  revoke create on schema audit from autora_sec;`
