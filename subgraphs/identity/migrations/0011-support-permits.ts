import { mustBeAudited, tenantWall } from '@autora/shared/database'
import type { MigrationInterface, QueryRunner } from 'typeorm'

/**
 * A support grant becomes a permit: it says what may be done, nobody can change what was asked for, and the database
 * signs it when it is approved. A row that was edited past the triggers opens nothing
 * (docs/decisions/0014-support-access.md).
 */
export class SupportPermits1764000000065 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(key)
    await db.query(permit)
    await db.query(sessions)
    await db.query(attempts)
    await db.query(guard)
    await db.query(insertRules)
    await db.query(updateRules)
    await db.query(signed)
    await db.query(privileges)
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('drop table identity.support_attempt, identity.support_session; drop table sec.grant_key')
  }
}

/** HMAC needs only the two padded forms of the key (RFC 2104). It is made here and never leaves the database. */
const key = `
  create table sec.grant_key (
    id        smallint primary key default 1 check (id = 1),
    inner_pad bytea not null check (octet_length(inner_pad) = 64),
    outer_pad bytea not null check (octet_length(outer_pad) = 64)
  );
  alter table sec.grant_key enable row level security, force row level security;
  create policy verify on sec.grant_key for select to autora_sec using (true);
  create policy install on sec.grant_key for insert to autora_owner with check (true);
  grant select on sec.grant_key to autora_sec;
  do $$
  declare
    secret bytea := sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()));
    inner_pad bytea := decode(repeat('36', 64), 'hex');
    outer_pad bytea := decode(repeat('5c', 64), 'hex');
  begin
    for i in 0..31 loop
      inner_pad := set_byte(inner_pad, i, get_byte(secret, i) # 54);
      outer_pad := set_byte(outer_pad, i, get_byte(secret, i) # 92);
    end loop;
    insert into sec.grant_key (inner_pad, outer_pad) values (inner_pad, outer_pad);
  end $$;`

const permit = `
  alter table identity.support_grant
    add column kind text not null default 'SUPPORT' check (kind in ('SUPPORT', 'BREAK_GLASS')),
    add column capabilities text[] not null default '{READ}' check (
      'READ' = any (capabilities)
      and capabilities <@ '{READ,DIAGNOSE,CONFIGURE,INVITE_FIRST_ADMIN,PROTECT}'::text[]),
    add column offered_by uuid,  -- the Dealer Admin who offered it without having been asked
    add column signature bytea check (octet_length(signature) = 32),
    drop constraint support_grant_status_check,
    add constraint support_grant_status_check
      check (status in ('OFFERED', 'REQUESTED', 'APPROVED', 'REFUSED', 'REVOKED')),
    alter column user_id drop not null,  -- an offer is nobody's until a supporter takes it up
    alter column requester drop not null,
    add check (user_id is not null or status in ('OFFERED', 'REVOKED')),
    add check ((user_id is null) = (requester is null)),
    add check (kind = 'SUPPORT' or minutes <= 60);
  comment on column identity.support_grant.kind is 'class:GOVERNANCE';
  comment on column identity.support_grant.capabilities is 'class:GOVERNANCE';

  drop policy own_grant on identity.support_grant;
  create policy own_grant on identity.support_grant as restrictive for select to autora_identity using (
    user_id = (select sec.actor_id())
    or (status = 'OFFERED' and (select sec.is_platform()) and (select sec.principal()) = 'PLATFORM_SUPPORT')
    or (((select sec.is_tenant_wide()) or (select sec.is_platform()) or store_ids <@ (select sec.store_ids())::uuid[])
        and (select sec.principal()) <> 'PLATFORM_SUPPORT'));`

/** A started session: its one-use token is worth a minute, once. Only the issuer reads it, to exchange it. */
const sessions = `
  create table identity.support_session (
    tenant_id        uuid not null,
    id               uuid not null,
    grant_id         uuid not null,
    user_id          uuid not null default sec.actor_id(),
    membership_id    uuid not null,
    token_sha256     bytea not null check (octet_length(token_sha256) = 32),
    assurance        text not null check (assurance in ('PASSWORD', 'MFA')),
    authenticated_at timestamptz not null,
    started_at       timestamptz not null default clock_timestamp(),
    expires_at       timestamptz not null default clock_timestamp() + interval '60 seconds',
    consumed_at      timestamptz,
    primary key (tenant_id, id),
    foreign key (tenant_id, grant_id) references identity.support_grant (tenant_id, id),
    check (expires_at <= started_at + interval '61 seconds')
  );
  comment on column identity.support_session.assurance is 'class:INTERNAL';
  create index support_session_token on identity.support_session (token_sha256);
  ${tenantWall('identity.support_session', 'autora_identity', { platform: true })}
  ${tenantWall('identity.support_session', 'autora_issuer', { platform: true }).replaceAll('policy ', 'policy issuer_')}
  ${mustBeAudited('identity.support_session')}`

/** What was tried with a grant that opens nothing: one row, and one event, for each grant, reason and minute. */
const attempts = `
  create table identity.support_attempt (
    tenant_id uuid not null,
    grant_id  uuid not null,
    reason    text not null check (reason ~ '^[A-Z_]{3,60}$'),
    minute    timestamptz not null default date_trunc('minute', clock_timestamp()),
    primary key (tenant_id, grant_id, reason, minute),
    foreign key (tenant_id, grant_id) references identity.support_grant (tenant_id, id)
  );
  comment on column identity.support_attempt.reason is 'class:GOVERNANCE';
  ${tenantWall('identity.support_attempt', 'autora_identity', { platform: true })}`

/** What decides about a grant, in one spelling whatever the time zone of the session, and its HMAC-SHA-256. */
const guard = `
  set local role autora_sec;
  create function sec.grant_mac(g identity.support_grant) returns bytea
    language plpgsql stable set search_path = pg_catalog as $$
  declare
    pads record;
    body bytea;
  begin
    select inner_pad, outer_pad into pads from sec.grant_key;
    if not found then return null; end if;
    body := convert_to(jsonb_build_array('g1', g.tenant_id, g.id, g.kind, g.user_id, g.store_ids, g.capabilities,
      g.pii_level, g.minutes, g.ticket_ref, g.reason, extract(epoch from g.requested_at), g.decided_by,
      extract(epoch from g.starts_at), extract(epoch from g.expires_at))::text, 'UTF8');
    return sha256(pads.outer_pad || sha256(pads.inner_pad || body));
  end $$;
  set local role autora_owner;
  grant usage, create on schema identity to autora_sec;
  set local role autora_sec;`

/** Who may ask: a supporter for himself, a Dealer Admin of the group by an offer, an owner to break the glass. */
const insertRules = `
  create function identity.guard_new_grant() returns trigger
    language plpgsql security definer set search_path = pg_catalog as $$
  declare
    who sec.caller := sec.context();
    may boolean;
  begin
    new.signature := null;
    new.offered_by := null;
    new.status := 'REQUESTED';
    if new.kind = 'BREAK_GLASS' then
      may := who.principal = 'PLATFORM_OWNER' and new.user_id <> who.actor_id;
    elsif new.user_id is not null then
      may := who.principal = 'PLATFORM_SUPPORT' and new.user_id = who.actor_id;
    else
      may := who.principal = 'DEALER_ADMIN' and new.tenant_id = who.tenant_id;
      new.status := 'OFFERED';
      new.offered_by := who.actor_id;
    end if;
    if may is not true then
      raise exception 'this caller cannot ask for such a grant' using errcode = 'AU004';
    end if;
    return new;
  end $$;`

/**
 * What was asked for never changes, and after approval a grant can only end. Who approves is read from the seal: the
 * group's own admin; an owner where no personal data is opened; a second owner for broken glass.
 */
const updateRules = `
  create function identity.guard_grant() returns trigger
    language plpgsql security definer set search_path = pg_catalog as $$
  declare
    who sec.caller;
    may boolean := false;
    is_taken_up boolean;
  begin
    if tg_op = 'DELETE' then raise exception 'a support grant is kept' using errcode = 'AU004'; end if;
    who := sec.context();
    is_taken_up := old.status = 'OFFERED' and new.status = 'APPROVED';
    if row(new.tenant_id, new.id, new.kind, new.ticket_ref, new.reason, new.store_ids, new.pii_level, new.capabilities,
           new.minutes, new.requested_at, new.offered_by)
       is distinct from
       row(old.tenant_id, old.id, old.kind, old.ticket_ref, old.reason, old.store_ids, old.pii_level, old.capabilities,
           old.minutes, old.requested_at, old.offered_by)
       or not is_taken_up and row(new.user_id, new.requester) is distinct from row(old.user_id, old.requester) then
      raise exception 'a support grant is never changed' using errcode = 'AU004';
    end if;

    if new.status = 'REVOKED' and old.status in ('OFFERED', 'REQUESTED', 'APPROVED') then
      may := new.starts_at is not distinct from old.starts_at
        and (new.expires_at is not distinct from old.expires_at or new.expires_at < old.expires_at);
      new.signature := null;
    elsif new.status = 'REFUSED' and old.status = 'REQUESTED' then
      may := who.principal in ('DEALER_ADMIN', 'PLATFORM_OWNER') and new.starts_at is null and new.expires_at is null;
    elsif is_taken_up then
      may := who.principal = 'PLATFORM_SUPPORT' and new.user_id = who.actor_id and new.decided_by = old.offered_by;
    elsif new.status = 'APPROVED' and old.status = 'REQUESTED' then
      may := new.decided_by = who.actor_id and new.user_id <> who.actor_id and case
        when new.kind = 'BREAK_GLASS' then who.principal = 'PLATFORM_OWNER'
        when who.principal = 'PLATFORM_OWNER' then new.pii_level = 'NONE'
        else who.principal = 'DEALER_ADMIN' and who.tenant_id = new.tenant_id end;
    end if;
    if may is not true then
      raise exception 'a support grant cannot go from % to % here', old.status, new.status using errcode = 'AU004';
    end if;
    if new.status <> 'APPROVED' then return new; end if;

    if clock_timestamp() > new.requested_at + interval '24 hours' then
      raise exception 'nobody approved it in time' using errcode = 'AU004';
    end if;
    perform pg_advisory_xact_lock(hashtextextended(new.tenant_id::text || new.user_id::text, 14));
    if exists (select from identity.support_grant g
                where g.tenant_id = new.tenant_id and g.user_id = new.user_id and g.id <> new.id
                  and g.status = 'APPROVED' and clock_timestamp() < g.expires_at) then
      raise exception 'one active grant per supporter and group' using errcode = 'AU007';
    end if;
    new.starts_at := clock_timestamp();
    new.expires_at := new.starts_at + make_interval(mins => new.minutes);
    new.signature := sec.grant_mac(new);
    return new;
  end $$;
  revoke execute on function identity.guard_new_grant(), identity.guard_grant(), sec.grant_mac(identity.support_grant)
    from public;
  grant execute on function identity.guard_new_grant(), identity.guard_grant() to autora_owner; -- who makes the triggers
  set local role autora_owner;
  create trigger guard_new before insert on identity.support_grant
    for each row execute function identity.guard_new_grant();
  create trigger guard before update or delete on identity.support_grant
    for each row execute function identity.guard_grant();
  alter table identity.support_grant enable always trigger guard_new;
  alter table identity.support_grant enable always trigger guard;`

/** A grant opens rows only with the signature of its approval; the application may ask whether one has it. */
const signed = `
  set local role autora_sec;
  create or replace function sec.grant_is_active(grant_id uuid, tenant_id uuid, user_id uuid) returns boolean
    language sql stable set search_path = pg_catalog as $$
      select exists (
        select from identity.support_grant g
         where g.id = $1 and g.tenant_id = $2 and g.user_id = $3 and g.status = 'APPROVED'
           and clock_timestamp() >= g.starts_at and clock_timestamp() < g.expires_at
           and sha256(g.signature) = sha256(sec.grant_mac(g))) $$;
  create function identity.grant_is_signed(grant_id uuid) returns boolean
    language sql stable security definer set search_path = pg_catalog as $$
      select exists (select from identity.support_grant g
                      where g.id = $1 and sha256(g.signature) = sha256(sec.grant_mac(g))) $$;
  revoke execute on function identity.grant_is_signed(uuid) from public;
  grant execute on function identity.grant_is_signed(uuid) to autora_identity, autora_issuer;
  set local role autora_owner;
  revoke create on schema identity from autora_sec;`

const readable = `tenant_id, id, kind, user_id, requester, ticket_ref, reason, store_ids, pii_level, capabilities, status,
  minutes, offered_by, requested_at, decided_at, decided_by, starts_at, expires_at`

const privileges = `
  revoke select on identity.support_grant from autora_identity, autora_issuer;
  grant select (${readable}) on identity.support_grant to autora_identity, autora_issuer;
  grant insert (kind, capabilities) on identity.support_grant to autora_identity;
  grant update (user_id, requester) on identity.support_grant to autora_identity;

  grant insert (tenant_id, id, grant_id, membership_id, token_sha256, assurance, authenticated_at)
    on identity.support_session to autora_identity;
  grant select on identity.support_session to autora_issuer;
  grant update (consumed_at) on identity.support_session to autora_issuer;
  grant select, insert on identity.support_attempt to autora_identity;

  -- the trail holds a grant still while it counts what is done under it, so that a receipt is final once the grant ended
  create policy hold_grant on identity.support_grant for update to autora_sec using (true) with check (false);
  grant update (decided_at) on identity.support_grant to autora_sec;`
