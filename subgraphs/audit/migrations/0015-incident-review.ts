import { mustBeAudited, narrow, tenantWall } from '@autora/shared/database'
import type { MigrationInterface, QueryRunner } from 'typeorm'

/**
 * The review of an incident: which state follows which is kept here as well as in the service, every change leaves a row
 * that nobody can alter, and what was pinned, noted and reported stays as it was (docs/audit/incidents.md).
 */
export class IncidentReview1764000000112 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(states)
    await db.query(records)
    await db.query(evidence)
    for (const table of kept) {
      await db.query(tenantWall(table, 'autora_audit', { platform: true }))
      await db.query(
        narrow(table, 'autora_audit', 'of_a_visible_incident', `${visible(table)} and (${inReview})`),
      )
      await db.query(mustBeAudited(table))
      await db.query(appendOnly(table))
    }
    await db.query(narrow('audit.incident_note', 'autora_audit', 'shared_or_own', sharedOrOwn, 'select'))
    await db.query(guards)
    await db.query(rights)
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      drop table ${kept.join(', ')};
      drop trigger guard on audit.incident;
      drop function audit.guard_incident(), audit.guard_incident_record(), audit.incident_may_become(text, text),
        audit.is_reviewer(uuid);
      alter table audit.incident drop column version, drop column severity, drop column assignee_id,
        drop column is_personal_info_suspected, drop column notice_due_at, drop column notice_reference`)
  }
}

const kept = [
  'audit.incident_change',
  'audit.incident_note',
  'audit.incident_evidence',
  'audit.incident_report',
]

/** The steps of the state machine; subgraphs/audit/src/incidents/states.ts says the same, and a test compares them. */
const states = `
  alter table audit.incident drop constraint incident_status_check;
  alter table audit.incident
    add constraint incident_status_check check
      (status in ('OPEN', 'IN_REVIEW', 'CONTAINED', 'RESOLVED', 'CLOSED', 'REJECTED', 'REOPENED')),
    add column version integer not null default 1 check (version >= 1),
    add column severity text check (severity in ('LOW', 'MEDIUM', 'HIGH', 'CRITICAL')),
    add column assignee_id uuid,
    add column is_personal_info_suspected boolean not null default false,
    add column notice_due_at timestamptz,
    add column notice_reference text check (char_length(notice_reference) between 1 and 60);
  comment on column audit.incident.severity is 'class:INTERNAL';
  comment on column audit.incident.notice_reference is 'class:GOVERNANCE';

  create function audit.incident_may_become(before text, after text) returns boolean
    language sql immutable set search_path = pg_catalog as $$
      select (before, after) in (
        ('OPEN', 'IN_REVIEW'), ('OPEN', 'REJECTED'),
        ('IN_REVIEW', 'CONTAINED'), ('IN_REVIEW', 'RESOLVED'), ('IN_REVIEW', 'REJECTED'),
        ('CONTAINED', 'IN_REVIEW'), ('CONTAINED', 'RESOLVED'),
        ('RESOLVED', 'IN_REVIEW'), ('RESOLVED', 'CLOSED'),
        ('CLOSED', 'REOPENED'), ('REJECTED', 'REOPENED'),
        ('REOPENED', 'IN_REVIEW')) $$;
  grant execute on function audit.incident_may_become(text, text) to autora_audit;`

const records = `
  -- one row for each version from 2 on: what changed, and how everything stood then
  create table audit.incident_change (
    tenant_id        uuid not null,
    incident_id      uuid not null,
    version          integer not null check (version >= 2),
    from_status      text not null,
    to_status        text not null,
    reason           text not null check (char_length(reason) between 10 and 500),
    severity         text,
    assignee_id      uuid,
    is_personal_info_suspected boolean not null,
    notice_due_at    timestamptz,
    notice_reference text,
    compromise       jsonb check (octet_length(compromise::text) <= 20000),
    changed_by       uuid not null default sec.actor_id(),
    changed_at       timestamptz not null default clock_timestamp(),
    primary key (tenant_id, incident_id, version),
    foreign key (tenant_id, incident_id) references audit.incident (tenant_id, id)
  );
  comment on column audit.incident_change.from_status is 'class:INTERNAL';
  comment on column audit.incident_change.to_status is 'class:INTERNAL';
  comment on column audit.incident_change.reason is 'class:GOVERNANCE';
  comment on column audit.incident_change.severity is 'class:INTERNAL';
  comment on column audit.incident_change.notice_reference is 'class:GOVERNANCE';
  comment on column audit.incident_change.compromise is 'class:GOVERNANCE';

  create table audit.incident_note (
    tenant_id   uuid not null,
    incident_id uuid not null,
    id          uuid not null default gen_random_uuid(),
    kind        text not null check (kind in ('NOTE', 'QUESTION', 'ANSWER')),
    visibility  text not null check (visibility in ('INTERNAL', 'SHARED')),
    body        text not null check (char_length(body) between 1 and 4000),
    is_blind    boolean not null, -- its writer sees no customer's data in the clear, so that reviewers may read it
    author_id   uuid not null default sec.actor_id(),
    principal   text not null default sec.principal(),
    noted_at    timestamptz not null default clock_timestamp(),
    primary key (tenant_id, id),
    foreign key (tenant_id, incident_id) references audit.incident (tenant_id, id),
    check (visibility = 'SHARED' or principal = 'PLATFORM_OWNER'),
    check (not is_blind or principal in ('PLATFORM_OWNER', 'PLATFORM_SUPPORT'))
  );
  comment on column audit.incident_note.kind is 'class:INTERNAL';
  comment on column audit.incident_note.visibility is 'class:INTERNAL';
  comment on column audit.incident_note.body is 'class:BODY';
  comment on column audit.incident_note.principal is 'class:INTERNAL';
  create index incident_note_order on audit.incident_note (tenant_id, incident_id, noted_at, id);`

const evidence = `
  -- digest: over the bytes of the event without its place, or over those of all that a query finds
  create table audit.incident_evidence (
    tenant_id       uuid not null,
    incident_id     uuid not null,
    id              uuid not null default gen_random_uuid(),
    kind            text not null check (kind in ('EVENT', 'QUERY')),
    event_id        bigint,
    leaf_index      bigint,
    batch           bigint,
    leaf_hash       bytea check (octet_length(leaf_hash) = 32),
    query           jsonb check (octet_length(query::text) <= 4000),
    event_count     integer not null check (event_count >= 0),
    first_event     bigint,
    last_event      bigint,
    digest          bytea not null check (octet_length(digest) = 32),
    checkpoint_size bigint,
    checkpoint_root bytea check (octet_length(checkpoint_root) = 32),
    pinned_by       uuid not null default sec.actor_id(),
    pinned_at       timestamptz not null default clock_timestamp(),
    primary key (tenant_id, id),
    foreign key (tenant_id, incident_id) references audit.incident (tenant_id, id),
    check ((kind = 'EVENT') = (event_id is not null) and (kind = 'QUERY') = (query is not null)),
    check (kind = 'EVENT' or checkpoint_size is not null),
    check ((checkpoint_size is null) = (checkpoint_root is null))
  );
  comment on column audit.incident_evidence.kind is 'class:AUDIT';
  comment on column audit.incident_evidence.query is 'class:AUDIT';
  create unique index incident_evidence_once on audit.incident_evidence (tenant_id, incident_id, event_id);

  create table audit.incident_report (
    tenant_id       uuid not null,
    incident_id     uuid not null,
    version         integer not null, -- of the incident, when it was closed
    content         text not null check (octet_length(content) <= 1000000),
    sha256          bytea not null check (sha256 = sha256(convert_to(content, 'UTF8'))),
    checkpoint_size bigint,
    checkpoint_root bytea check (octet_length(checkpoint_root) = 32),
    made_at         timestamptz not null default clock_timestamp(),
    primary key (tenant_id, incident_id, version),
    foreign key (tenant_id, incident_id, version)
      references audit.incident_change (tenant_id, incident_id, version)
  );
  comment on column audit.incident_report.content is 'class:AUDIT';`

const appendOnly = (table: string) => `
  create trigger append_only_row before update or delete on ${table}
    for each row execute function audit.refuse_change();
  create trigger append_only_table before truncate on ${table}
    for each statement execute function audit.refuse_change();
  alter table ${table} enable always trigger append_only_row;
  alter table ${table} enable always trigger append_only_table;`

/** The incident's own walls decide, asked once more for each record of it. */
const visible = (table: string) => `
  exists (select from audit.incident i
           where i.tenant_id = ${table.replace('audit.', '')}.tenant_id and i.id = ${table.replace('audit.', '')}.incident_id)`

const inReview = `(select sec.principal()) in ('PLATFORM_OWNER', 'DEALER_ADMIN')
  or ((select sec.principal()) = 'PLATFORM_SUPPORT' and (select sec.grant_id()) is not null)`

const sharedOrOwn = `
  visibility = 'SHARED' or author_id = (select sec.actor_id()) or (select sec.principal()) = 'PLATFORM_OWNER'`

const guards = `
  create function audit.guard_incident() returns trigger language plpgsql set search_path = pg_catalog as $$
  begin
    perform pg_advisory_xact_lock(hashtextextended(new.id::text, 15)); -- what comes to it meanwhile waits
    if new.version <> old.version + 1 then
      raise exception 'a change of an incident counts its version on' using errcode = 'AU020';
    end if;
    if new.status <> old.status and not audit.incident_may_become(old.status, new.status) then
      raise exception 'an incident does not go from % to %', old.status, new.status using errcode = 'AU020';
    end if;
    if new.status = old.status and old.status in ('CLOSED', 'REJECTED') then
      raise exception 'an incident that is over does not change' using errcode = 'AU020';
    end if;
    if new.status in ('CLOSED', 'REJECTED') and new.is_personal_info_suspected and new.notice_reference is null then
      raise exception 'a compromise of personal information is not closed before it was reported' using errcode = 'AU020';
    end if;
    return new;
  end $$;
  create trigger guard before update on audit.incident for each row execute function audit.guard_incident();
  alter table audit.incident enable always trigger guard;

  -- a change says what its incident says; nothing but changes and reports comes to an incident that is over
  create function audit.guard_incident_record() returns trigger language plpgsql set search_path = pg_catalog as $$
  declare
    stands record;
  begin
    perform pg_advisory_xact_lock_shared(hashtextextended(new.incident_id::text, 15));
    select status, version into stands from audit.incident i
     where i.tenant_id = new.tenant_id and i.id = new.incident_id;
    if not found then return new; end if; -- the reference refuses it
    if tg_table_name = 'incident_change' then
      if stands.version <> new.version or stands.status <> new.to_status or
         (new.from_status <> new.to_status and not audit.incident_may_become(new.from_status, new.to_status)) then
        raise exception 'a change of an incident says what happened to it' using errcode = 'AU020';
      end if;
    elsif tg_table_name <> 'incident_report' and stands.status in ('CLOSED', 'REJECTED') then
      raise exception 'an incident that is over takes nothing more' using errcode = 'AU020';
    end if;
    return new;
  end $$;
  ${kept
    .map(
      (table) => `
  create trigger guard before insert on ${table} for each row execute function audit.guard_incident_record();
  alter table ${table} enable always trigger guard;`,
    )
    .join('')}
  grant execute on function audit.guard_incident(), audit.guard_incident_record() to autora_audit;`

/** Only an owner reviews; a Dealer Admin and a supporter under a grant add notes and nothing else. */
const rights = `
  create policy review on audit.incident as restrictive for update to autora_audit
    using ((select sec.principal()) = 'PLATFORM_OWNER') with check ((select sec.principal()) = 'PLATFORM_OWNER');
  create policy own_tenant on audit.incident as restrictive for insert to autora_audit
    with check (tenant_id = (select sec.tenant_id()) or (select sec.principal()) = 'PLATFORM_OWNER');
  drop policy own_or_charge on audit.incident;
  create policy own_or_charge on audit.incident as restrictive for select to autora_audit using (
    reported_by = (select sec.actor_id()) or (select sec.is_platform())
    or ((select sec.principal()) in ('DEALER_ADMIN', 'PLATFORM_SUPPORT')
        and ((select sec.is_tenant_wide()) or store_id = any ((select sec.store_ids())::uuid[]))));
  ${['incident_change', 'incident_evidence', 'incident_report']
    .map(
      (table) => `
  create policy review on audit.${table} as restrictive for insert to autora_audit
    with check ((select sec.principal()) = 'PLATFORM_OWNER');`,
    )
    .join('')}
  grant insert (tenant_id), update (status, version, severity, assignee_id, is_personal_info_suspected, notice_due_at,
    notice_reference) on audit.incident to autora_audit;
  grant select on ${kept.join(', ')} to autora_audit;
  grant insert (tenant_id, incident_id, version, from_status, to_status, reason, severity, assignee_id,
    is_personal_info_suspected, notice_due_at, notice_reference, compromise) on audit.incident_change to autora_audit;
  grant insert (tenant_id, incident_id, kind, visibility, body, is_blind) on audit.incident_note to autora_audit;
  grant insert (tenant_id, incident_id, kind, event_id, leaf_index, batch, leaf_hash, query, event_count, first_event,
    last_event, digest, checkpoint_size, checkpoint_root) on audit.incident_evidence to autora_audit;
  grant insert (tenant_id, incident_id, version, content, sha256, checkpoint_size, checkpoint_root)
    on audit.incident_report to autora_audit;

  -- whether somebody reviews incidents now: an owner of the platform; a yes or a no leaves the database
  grant create on schema audit to autora_sec;
  create function audit.is_reviewer(person uuid) returns boolean
    language sql stable security definer set search_path = pg_catalog as $$
      select exists (
        select from identity.membership m
         where m.user_id = person and m.role = 'PLATFORM_OWNER'
           and clock_timestamp() >= m.valid_from and clock_timestamp() < m.valid_to) $$;
  revoke execute on function audit.is_reviewer(uuid) from public;
  grant execute on function audit.is_reviewer(uuid) to autora_audit;
  alter function audit.is_reviewer(uuid) owner to autora_sec;
  revoke create on schema audit from autora_sec;`
