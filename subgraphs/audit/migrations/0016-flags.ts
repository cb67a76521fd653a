import { mustBeAudited, narrow, tenantWall } from '@autora/shared/database'
import type { MigrationInterface, QueryRunner } from 'typeorm'

/**
 * Flags: what rules find in the log. The flags and what the rules count are projections that a follower makes anew at
 * any time, with the same ids; what people decide about a flag is a row of its own (docs/audit/incidents.md).
 */
export class Flags1764000000113 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(projections)
    await db.query(decisions)
    await db.query(tenantWall('audit.flag', 'autora_audit', { platform: true }))
    await db.query(narrow('audit.flag', 'autora_audit', 'in_charge', inCharge, 'select'))
    await db.query(tenantWall('audit.flag_decision', 'autora_audit', { platform: true }))
    await db.query(narrow('audit.flag_decision', 'autora_audit', 'of_a_visible_flag', visible))
    await db.query(mustBeAudited('audit.flag_decision'))
    await db.query(rights)
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(
      'drop function audit.store_zones(); drop table audit.flag_decision, audit.flag, audit.flag_state',
    )
  }
}

const projections = `
  create table audit.flag (
    tenant_id    uuid not null,
    id           uuid not null, -- made from what raised it, so that a rebuilt flag is the same flag
    rule         text not null check (rule ~ '^[a-z-]{1,40}$'),
    rule_version smallint not null,
    severity     text not null check (severity in ('LOW', 'MEDIUM', 'HIGH', 'CRITICAL')),
    about        text not null check (char_length(about) <= 80), -- whom or what the rule counts by
    store_id     uuid,
    amount       bigint not null check (amount > 0),
    first_event  bigint,
    last_event   bigint,
    first_at     timestamptz not null,
    last_at      timestamptz not null,
    primary key (tenant_id, id)
  );
  comment on column audit.flag.rule is 'class:AUDIT';
  comment on column audit.flag.severity is 'class:AUDIT';
  comment on column audit.flag.about is 'class:AUDIT';
  create index flag_newest on audit.flag (tenant_id, last_at desc, id desc);

  -- what a rule counts of somebody within its window, and the flag that it raised last; old rows are forgotten
  create table audit.flag_state (
    tenant_id uuid not null,
    rule      text not null check (rule ~ '^[a-z-]{1,40}$'),
    about     text not null check (char_length(about) <= 80),
    state     jsonb not null check (octet_length(state::text) <= 8000),
    last_at   timestamptz not null,
    primary key (tenant_id, rule, about)
  );
  comment on column audit.flag_state.rule is 'class:AUDIT';
  comment on column audit.flag_state.about is 'class:AUDIT';
  comment on column audit.flag_state.state is 'class:AUDIT';
  create index flag_state_age on audit.flag_state (last_at);

  alter table audit.flag enable row level security, force row level security;
  alter table audit.flag_state enable row level security, force row level security;
  create policy follow on audit.flag to autora_follower using (true) with check (true);
  create policy follow on audit.flag_state to autora_follower using (true) with check (true);`

const decisions = `
  create table audit.flag_decision (
    tenant_id    uuid not null,
    id           uuid not null default gen_random_uuid(),
    flag_id      uuid not null, -- no reference: flags are made anew
    decision     text not null check (decision in ('ACKNOWLEDGED', 'DISMISSED', 'ESCALATED')),
    reason       text check (char_length(reason) between 10 and 500),
    incident_id  uuid,
    rule         text not null,
    rule_version smallint not null,
    severity     text not null,
    amount       bigint not null,
    decided_by   uuid not null default sec.actor_id(),
    decided_at   timestamptz not null default clock_timestamp(),
    primary key (tenant_id, id),
    unique (tenant_id, flag_id, decision),
    foreign key (tenant_id, incident_id) references audit.incident (tenant_id, id),
    check ((decision = 'ESCALATED') = (incident_id is not null)),
    check (decision <> 'DISMISSED' or reason is not null)
  );
  comment on column audit.flag_decision.decision is 'class:AUDIT';
  comment on column audit.flag_decision.reason is 'class:GOVERNANCE';
  comment on column audit.flag_decision.rule is 'class:AUDIT';
  comment on column audit.flag_decision.severity is 'class:AUDIT';
  -- a flag is dismissed or becomes an incident, and never both
  create unique index flag_decision_final on audit.flag_decision (tenant_id, flag_id)
    where decision <> 'ACKNOWLEDGED';
  create trigger append_only_row before update or delete on audit.flag_decision
    for each row execute function audit.refuse_change();
  create trigger append_only_table before truncate on audit.flag_decision
    for each statement execute function audit.refuse_change();
  alter table audit.flag_decision enable always trigger append_only_row;
  alter table audit.flag_decision enable always trigger append_only_table;`

/** The owner sees all; a Dealer Admin those on his stores; nobody else any, least of all who is flagged. */
const inCharge = `
  (select sec.principal()) = 'PLATFORM_OWNER'
  or ((select sec.principal()) = 'DEALER_ADMIN'
      and ((select sec.is_tenant_wide()) or store_id = any ((select sec.store_ids())::uuid[])))`

const visible = `
  exists (select from audit.flag f where f.tenant_id = flag_decision.tenant_id and f.id = flag_decision.flag_id)
  or incident_id is not null and exists (
    select from audit.incident i where i.tenant_id = flag_decision.tenant_id and i.id = flag_decision.incident_id)
    and (select sec.principal()) in ('PLATFORM_OWNER', 'DEALER_ADMIN')`

const rights = `
  grant select, insert, update, delete on audit.flag, audit.flag_state to autora_follower;
  grant select on audit.flag, audit.flag_decision to autora_audit;
  grant insert (tenant_id, flag_id, decision, reason, incident_id, rule, rule_version, severity, amount)
    on audit.flag_decision to autora_audit;

  -- hours of stores, for what happens at night
  grant select (timezone) on identity.store to autora_sec;
  grant create on schema audit to autora_sec;
  create function audit.store_zones() returns table (tenant_id uuid, store_id uuid, zone text)
    language sql stable security definer set search_path = pg_catalog as $$
      select s.tenant_id, s.id, s.timezone from identity.store s order by s.tenant_id, s.id $$;
  revoke execute on function audit.store_zones() from public;
  grant execute on function audit.store_zones() to autora_follower;
  alter function audit.store_zones() owner to autora_sec;
  revoke create on schema audit from autora_sec;`
