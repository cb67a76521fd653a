import { mustBeAudited, narrow, tenantWall } from '@autora/shared/database'
import type { MigrationInterface, QueryRunner } from 'typeorm'

/**
 * Personal values beside the trail, and their end: an event holds commitments, the values lie here under the key of
 * their person, and erasing takes key and values away while every proof of the trail stays valid
 * (docs/decisions/0021-personal-fields-and-erasure.md).
 */
export class PersonalFields1764000000092 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(values)
    await db.query(erasures)
    await db.query(tenantWall('audit.erasure', 'autora_audit', { platform: false }))
    await db.query(narrow('audit.erasure', 'autora_audit', 'whole_group', wholeGroup))
    await db.query(mustBeAudited('audit.erasure'))
    await db.query('grant create on schema audit to autora_sec; set local role autora_sec')
    await db.query(erase)
    await db.query('set local role autora_owner; revoke create on schema audit from autora_sec')
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(
      'drop function audit.erase_subject(uuid); drop table audit.erasure; drop table audit.side_value',
    )
  }
}

const wholeGroup = `(select sec.principal()) = 'DEALER_ADMIN' and (select sec.is_tenant_wide())
  and (select sec.grant_id()) is null`

/** Whoever writes events adds values; a Dealer Admin of the group reads them, and everybody those about himself. */
const values = `
  create table audit.side_value (
    tenant_id    uuid not null,
    commitment   bytea not null check (octet_length(commitment) = 32),
    subject_type text not null check (subject_type ~ '^[A-Z][A-Za-z]{1,39}$'),
    subject_id   uuid not null,
    field        text not null check (field ~ '^[a-zA-Z]{1,40}(\\.[a-zA-Z]{1,40})?$'),
    ciphertext   bytea check (octet_length(ciphertext) between 61 and 20000), -- null: erased
    primary key (tenant_id, commitment)
  );
  comment on column audit.side_value.subject_type is 'class:INTERNAL';
  comment on column audit.side_value.field is 'class:INTERNAL';
  create index side_value_subject on audit.side_value (tenant_id, subject_type, subject_id);

  alter table audit.side_value enable row level security, force row level security;
  create policy wall on audit.side_value as restrictive for select to autora_audit using (
    tenant_id = (select sec.tenant_id()) and (select sec.grant_id()) is null
    and ((select sec.principal()) = 'DEALER_ADMIN' or subject_id = (select sec.actor_id())));
  create policy rows on audit.side_value for select to autora_audit using (true);
  create policy append_wall on audit.side_value as restrictive for insert
    to autora_identity, autora_dealer_ops, autora_audit, autora_issuer with check (
    tenant_id = (select sec.tenant_id()) or (select sec.is_platform()));
  create policy append on audit.side_value for insert
    to autora_identity, autora_dealer_ops, autora_audit, autora_issuer with check (true);
  create policy erase on audit.side_value to autora_sec using (true) with check (true);
  grant select on audit.side_value to autora_audit, autora_sec;
  grant insert (tenant_id, commitment, subject_type, subject_id, field, ciphertext) on audit.side_value
    to autora_identity, autora_dealer_ops, autora_audit, autora_issuer;
  grant update (ciphertext) on audit.side_value to autora_sec;`

const erasures = `
  create table audit.erasure (
    tenant_id    uuid not null default sec.tenant_id(),
    id           uuid not null default gen_random_uuid(),
    subject_type text not null check (subject_type in ('User', 'Customer')),
    subject_id   uuid not null,
    reason       text not null check (char_length(reason) between 10 and 500),
    basis        text not null check (basis in ('REQUEST_OF_SUBJECT', 'CONSENT_WITHDRAWN', 'RETENTION_ENDED',
      'UNLAWFUL_PROCESSING')),
    asked_by     uuid not null default sec.actor_id(),
    asked_at     timestamptz not null default clock_timestamp(),
    confirmed_by uuid check (confirmed_by <> asked_by),
    erased_at    timestamptz,
    key_id       uuid,
    values_count integer,
    primary key (tenant_id, id),
    check ((erased_at is null) = (confirmed_by is null) and (erased_at is null) = (values_count is null))
  );
  comment on column audit.erasure.subject_type is 'class:INTERNAL';
  comment on column audit.erasure.reason is 'class:GOVERNANCE';
  comment on column audit.erasure.basis is 'class:INTERNAL';
  create index erasure_subject on audit.erasure (tenant_id, subject_type, subject_id);
  create policy erase on audit.erasure to autora_sec using (true) with check (true);
  grant select on audit.erasure to autora_audit, autora_sec;
  grant insert (id, subject_type, subject_id, reason, basis) on audit.erasure to autora_audit;
  grant update (confirmed_by, erased_at, key_id, values_count) on audit.erasure to autora_sec;`

/**
 * The only way to erase, and the database decides: a second Dealer Admin of the whole group within the week, and no hold.
 * A taken-over service cannot do it with one person's sealed context.
 */
const erase = `
  create function audit.erase_subject(request uuid) returns void
    language plpgsql volatile security definer set search_path = pg_catalog as $$
  declare
    asked  record;
    key    uuid;
    erased integer;
    moment timestamptz := clock_timestamp();
  begin
    select * into asked from audit.erasure e
     where e.tenant_id = sec.tenant_id() and e.id = request and e.erased_at is null for update;
    if not found or asked.asked_at < moment - interval '7 days' or asked.asked_by = sec.actor_id()
       or sec.principal() is distinct from 'DEALER_ADMIN' or not sec.is_tenant_wide() or sec.grant_id() is not null
    then raise exception 'this erasure cannot be carried out' using errcode = 'AU020'; end if;
    perform pg_advisory_xact_lock(4711003); -- a hold that is being placed comes first
    if audit.is_held(asked.tenant_id, asked.subject_id, null, null) then
      raise exception 'a legal hold covers the subject' using errcode = 'AU021';
    end if;

    update sec.subject_key k set wrapped = null, destroyed_at = moment
     where k.tenant_id = asked.tenant_id and k.subject_type = asked.subject_type and k.subject_id = asked.subject_id
       and k.wrapped is not null returning k.key_id into key;
    if not found then raise exception 'there is no key to destroy' using errcode = 'AU020'; end if;
    update audit.side_value v set ciphertext = null
     where v.tenant_id = asked.tenant_id and v.subject_type = asked.subject_type and v.subject_id = asked.subject_id
       and v.ciphertext is not null;
    get diagnostics erased = row_count;
    update audit.erasure e set confirmed_by = sec.actor_id(), erased_at = moment, key_id = key, values_count = erased
     where e.tenant_id = asked.tenant_id and e.id = request;
  end $$;
  revoke execute on function audit.erase_subject(uuid) from public;
  grant execute on function audit.erase_subject(uuid) to autora_audit;`
