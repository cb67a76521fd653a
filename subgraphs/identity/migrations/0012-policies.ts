import { mustBeAudited, tenantWall } from '@autora/shared/database'
import type { MigrationInterface, QueryRunner } from 'typeorm'

/**
 * Policies of dealer groups as a history that nobody can change, and the platform's rules that bound them. What holds
 * is never stored: it is the newest version whose time has come (docs/decisions/0015-policies.md).
 */
export class Policies1764000000067 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(versions)
    await db.query(rules)
    await db.query(neverChanged)
    for (const table of ['access_policy_version', 'governance_rule'])
      await db.query(`
        ${mustBeAudited(`identity.${table}`)}
        create trigger append_only_row before update or delete on identity.${table}
          for each row execute function identity.refuse_policy_change();
        create trigger append_only_table before truncate on identity.${table}
          for each statement execute function identity.refuse_policy_change();
        alter table identity.${table} enable always trigger append_only_row;
        alter table identity.${table} enable always trigger append_only_table;`)
    await db.query(tenantWall('identity.access_policy_version', 'autora_identity', { platform: true }))
    await db.query(`
      create policy approved on identity.access_policy_version as restrictive for insert to autora_identity
        with check (approval_id is null or ${approved('access_policy_version')})`)
    await db.query(rulesWall)
    await db.query(privileges)
    await db.query(assignedOnly)
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      drop function identity.sales_see_assigned_only();
      drop table identity.governance_rule, identity.access_policy_version;
      drop function identity.refuse_policy_change();`)
  }
}

/** What was decided until now is version 1 of a group, or whatever number it had reached. */
const versions = `
  create table identity.access_policy_version (
    tenant_id             uuid not null references identity.dealer_group (tenant_id),
    version               integer not null check (version > 0),
    marketing_contact     text not null check (marketing_contact in ('REDACTED', 'MASKED')),
    sales_lead_visibility text not null default 'STORE' check (sales_lead_visibility in ('ASSIGNED', 'STORE')),
    reveal                text not null default 'ADMIN_AND_ASSIGNED'
      check (reveal in ('NOBODY', 'ADMIN', 'ADMIN_AND_ASSIGNED')),
    export                text not null default 'FOUR_EYES' check (export in ('OFF', 'FOUR_EYES')),
    lead_retention_months smallint not null default 6 check (lead_retention_months between 1 and 24),
    effective_from        timestamptz not null,
    published_at          timestamptz not null default clock_timestamp(),
    published_by          uuid default sec.actor_id(),
    approval_id           uuid,
    reason                text check (char_length(reason) between 1 and 500),
    primary key (tenant_id, version),
    unique (tenant_id, approval_id),
    foreign key (tenant_id, approval_id) references identity.approval_request (tenant_id, id),
    check (effective_from <= published_at + interval '91 days')
  );
  comment on column identity.access_policy_version.marketing_contact is 'class:INTERNAL';
  comment on column identity.access_policy_version.sales_lead_visibility is 'class:GOVERNANCE';
  comment on column identity.access_policy_version.reveal is 'class:GOVERNANCE';
  comment on column identity.access_policy_version.export is 'class:GOVERNANCE';
  comment on column identity.access_policy_version.reason is 'class:GOVERNANCE';

  -- forced row security also hides rows from the owner of the table, who has to carry them over
  alter table identity.access_policy no force row level security;
  insert into identity.access_policy_version
      (tenant_id, version, marketing_contact, effective_from, published_at, published_by)
  select tenant_id, version, case when marketing_contact_masked then 'MASKED' else 'REDACTED' end,
         updated_at, updated_at, updated_by
    from identity.access_policy;
  drop table identity.access_policy;`

/** A rule is a row for each of its versions; one without a value is retired. */
const rules = `
  create table identity.governance_rule (
    tenant_id      uuid not null default '00000000-0000-0000-0000-000000000000'
      check (tenant_id = '00000000-0000-0000-0000-000000000000'),
    id             uuid not null default gen_random_uuid(),
    knob           text not null check (knob in
      ('marketingContact', 'salesLeadVisibility', 'reveal', 'export', 'leadRetentionMonths')),
    version        integer not null check (version > 0),
    loosest        text check (char_length(loosest) between 1 and 40),
    title          text not null check (char_length(title) between 3 and 120),
    explanation    text not null check (char_length(explanation) between 10 and 1000),
    reason         text not null check (char_length(reason) between 10 and 500),
    effective_from timestamptz not null,
    published_at   timestamptz not null default clock_timestamp(),
    published_by   uuid not null default sec.actor_id(),
    approval_id    uuid not null,
    primary key (tenant_id, knob, version),
    unique (tenant_id, id),
    unique (tenant_id, approval_id),
    foreign key (tenant_id, approval_id) references identity.approval_request (tenant_id, id)
  );
  comment on column identity.governance_rule.knob is 'class:INTERNAL';
  comment on column identity.governance_rule.loosest is 'class:INTERNAL';
  comment on column identity.governance_rule.title is 'class:INTERNAL';
  comment on column identity.governance_rule.explanation is 'class:INTERNAL';
  comment on column identity.governance_rule.reason is 'class:GOVERNANCE';`

const neverChanged = `
  create function identity.refuse_policy_change() returns trigger language plpgsql set search_path = pg_catalog as $$
  begin raise exception 'a published policy is history: publish a new version' using errcode = 'AU004'; end $$;`

/** A version that names an approval needs one that was just given, by who writes it. */
const approved = (table: string) => `exists (
  select from identity.approval_request a
   where a.tenant_id = ${table}.tenant_id and a.id = ${table}.approval_id and a.status = 'APPROVED'
     and a.decided_by = (select sec.actor_id()) and a.requested_by <> a.decided_by)`

/** Read by whom they bind, as the matrix says, and by the platform itself; written by an owner whom another one asked. */
const rulesWall = `
  alter table identity.governance_rule enable row level security, force row level security;
  create policy wall on identity.governance_rule as restrictive to autora_identity
    using ((select sec.principal()) in
      ('SYSTEM', 'PLATFORM_OWNER', 'PLATFORM_SUPPORT', 'DEALER_ADMIN', 'DEALER_MARKETING'))
    with check ((select sec.principal()) = 'PLATFORM_OWNER' and ${approved('governance_rule')});
  create policy rows on identity.governance_rule to autora_identity using (true) with check (true);`

const privileges = `
  grant select on identity.access_policy_version, identity.governance_rule to autora_identity;
  grant insert (tenant_id, version, marketing_contact, sales_lead_visibility, reveal, export, lead_retention_months,
    effective_from, approval_id, reason) on identity.access_policy_version to autora_identity;
  grant insert (knob, version, loosest, title, explanation, reason, effective_from, approval_id)
    on identity.governance_rule to autora_identity;`

/** One question of the row policies of dealer_ops: does the caller see his own leads and the pool only? */
const assignedOnly = `
  create policy check_visibility on identity.access_policy_version for select to autora_sec using (true);
  create policy check_visibility on identity.governance_rule for select to autora_sec using (true);
  grant select on identity.access_policy_version, identity.governance_rule to autora_sec;
  grant create on schema identity to autora_sec;
  create function identity.sales_see_assigned_only() returns boolean
    language plpgsql stable security definer set search_path = pg_catalog as $$
  declare
    who sec.caller := sec.context();
  begin
    if who.principal is distinct from 'DEALER_SALES' then return false; end if;
    return coalesce((
        select p.sales_lead_visibility = 'ASSIGNED' from identity.access_policy_version p
         where p.tenant_id = who.tenant_id and p.effective_from <= clock_timestamp()
         order by p.version desc limit 1), false)
      or coalesce((
        select r.loosest = 'ASSIGNED' from identity.governance_rule r
         where r.knob = 'salesLeadVisibility' and r.effective_from <= clock_timestamp()
         order by r.version desc limit 1), false);
  end $$;
  grant execute on function identity.sales_see_assigned_only() to autora_dealer_ops;
  alter function identity.sales_see_assigned_only() owner to autora_sec;
  revoke create on schema identity from autora_sec;`
