import { mustBeAudited, narrow, tenantWall } from '@autora/shared/database'
import type { MigrationInterface, QueryRunner } from 'typeorm'

/**
 * What a person signs in with, and the links that are sent to him. A dump of it authenticates nobody: links are hashes
 * of random values, recovery codes are MACs and authenticator seeds are encrypted, both under a key that the database
 * does not hold (docs/decisions/0009-sign-in.md).
 */
export class SignIn1764000000061 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(invitations)
    await db.query(tenantWall('identity.invitation', 'autora_identity', { platform: true }))
    await db.query(narrow('identity.invitation', 'autora_identity', 'people', visibleInvitations, 'select'))
    await db.query(
      tenantWall('identity.invitation', 'autora_issuer', { platform: true }).replaceAll(
        'policy ',
        'policy issuer_',
      ),
    )
    await db.query(mustBeAudited('identity.invitation'))
    await db.query(credentials)
    for (const table of issuerTables) await db.query(issuerWall(`issuer.${table}`))
    await db.query(privileges)
    await db.query(forgetting)
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('drop function issuer.forget_expired()')
    await db.query(
      `drop table identity.invitation, ${issuerTables.map((name) => `issuer.${name}`).join(', ')}`,
    )
    await db.query('alter table issuer.account drop column credentials_changed_at')
  }
}

const issuerTables = [
  'one_time_link',
  'authenticator',
  'passkey',
  'recovery_code',
  'attempt_counter',
  'spent_challenge',
]

const issuerWall = (table: string) => `
  alter table ${table} enable row level security, force row level security;
  create policy wall on ${table} as restrictive to autora_issuer
    using ((select sec.actor_id()) is not null) with check ((select sec.actor_id()) is not null);
  create policy rows on ${table} to autora_issuer using (true) with check (true);`

/** Invitations of the people one answers for; platform support nobody's. */
const visibleInvitations = `
  (select sec.is_tenant_wide())
  or ((select sec.is_platform()) and (select sec.principal()) <> 'PLATFORM_SUPPORT')
  or (not (select sec.is_platform()) and exists (
    select from identity.user_account u where u.tenant_id = invitation.tenant_id and u.id = invitation.user_id))`

const invitations = `
  create table identity.invitation (
    tenant_id    uuid not null,
    id           uuid not null,
    user_id      uuid not null,
    token_sha256 bytea not null check (octet_length(token_sha256) = 32), -- of 256 random bits, never the link itself
    created_by   uuid not null default sec.actor_id(),
    created_at   timestamptz not null default clock_timestamp(),
    expires_at   timestamptz not null,
    accepted_at  timestamptz,
    revoked_at   timestamptz,
    primary key (tenant_id, id),
    foreign key (tenant_id, user_id) references identity.user_account (tenant_id, id),
    check (expires_at > created_at and expires_at <= created_at + interval '7 days'),
    check (accepted_at is null or revoked_at is null)
  );
  create index invitation_user on identity.invitation (tenant_id, user_id, created_at desc);
  create index invitation_token on identity.invitation (token_sha256);`

const credentials = `
  -- what was proven or signed before this moment counts no more; the epoch: never changed
  alter table issuer.account add column credentials_changed_at timestamptz not null default 'epoch';

  create table issuer.one_time_link (
    token_sha256 bytea primary key check (octet_length(token_sha256) = 32),
    purpose      text not null check (purpose in ('PASSWORD_RESET')),
    account_id   uuid not null references issuer.account (id),
    created_at   timestamptz not null default clock_timestamp(),
    expires_at   timestamptz not null,
    used_at      timestamptz,
    check (expires_at > created_at and expires_at <= created_at + interval '1 day')
  );
  comment on column issuer.one_time_link.purpose is 'class:INTERNAL';
  create index one_time_link_account on issuer.one_time_link (account_id, created_at desc);

  create table issuer.authenticator (
    account_id   uuid not null references issuer.account (id),
    id           uuid not null,
    sealed_seed  bytea not null check (octet_length(sealed_seed) between 40 and 200),
    last_step    bigint not null,
    confirmed_at timestamptz not null default clock_timestamp(),
    removed_at   timestamptz,
    primary key (account_id, id)
  );
  create unique index authenticator_current on issuer.authenticator (account_id) where removed_at is null;

  create table issuer.passkey (
    id            uuid primary key,
    account_id    uuid not null references issuer.account (id),
    credential_id bytea not null check (octet_length(credential_id) between 16 and 1023),
    public_key    bytea not null check (octet_length(public_key) <= 2000),
    counter       bigint not null check (counter >= 0),
    transports    text[] not null,
    label         text not null check (char_length(label) between 1 and 60),
    created_at    timestamptz not null default clock_timestamp(),
    last_used_at  timestamptz,
    removed_at    timestamptz,
    unique (credential_id)
  );
  comment on column issuer.passkey.transports is 'class:INTERNAL';
  comment on column issuer.passkey.label is 'class:STAFF';
  create index passkey_account on issuer.passkey (account_id);

  create table issuer.recovery_code (
    account_id uuid not null references issuer.account (id),
    code_mac   bytea not null check (octet_length(code_mac) = 32),
    created_at timestamptz not null default clock_timestamp(),
    used_at    timestamptz,
    removed_at timestamptz,
    primary key (account_id, code_mac)
  );

  -- who tried too often, as MACs: neither an address nor an e-mail can be read from it
  create table issuer.attempt_counter (
    counter_mac   bytea primary key check (octet_length(counter_mac) = 32),
    failures      integer not null check (failures >= 0),
    blocked_until timestamptz not null,
    counted_at    timestamptz not null
  );
  create index attempt_counter_counted on issuer.attempt_counter (counted_at);

  create table issuer.spent_challenge (
    challenge_sha256 bytea primary key check (octet_length(challenge_sha256) = 32),
    expires_at       timestamptz not null
  );`

const privileges = `
  grant select (tenant_id, id, user_id, created_by, created_at, expires_at, accepted_at, revoked_at)
    on identity.invitation to autora_identity;
  grant insert (tenant_id, id, user_id, token_sha256, expires_at) on identity.invitation to autora_identity;
  grant update (revoked_at) on identity.invitation to autora_identity;
  grant select on identity.invitation to autora_issuer;
  grant update (accepted_at) on identity.invitation to autora_issuer;

  grant update (credentials_changed_at) on issuer.account to autora_issuer;
  grant select, insert on issuer.one_time_link, issuer.authenticator, issuer.passkey, issuer.recovery_code,
    issuer.attempt_counter, issuer.spent_challenge to autora_issuer;
  grant update (used_at) on issuer.one_time_link to autora_issuer;
  grant update (last_step, removed_at) on issuer.authenticator to autora_issuer;
  grant update (counter, last_used_at, removed_at) on issuer.passkey to autora_issuer;
  grant update (used_at, removed_at) on issuer.recovery_code to autora_issuer;
  grant update (failures, blocked_until, counted_at) on issuer.attempt_counter to autora_issuer;`

/** The issuer deletes nothing by itself; what is over is forgotten by one function that can do nothing else. */
const forgetting = `
  create policy forget_counter on issuer.attempt_counter to autora_sec using (true);
  create policy forget_challenge on issuer.spent_challenge to autora_sec using (true);
  create policy forget_link on issuer.one_time_link to autora_sec using (true);
  grant usage on schema issuer to autora_sec;
  grant select, delete on issuer.attempt_counter, issuer.spent_challenge, issuer.one_time_link to autora_sec;
  grant create on schema issuer to autora_sec;
  create function issuer.forget_expired() returns void
    language sql security definer set search_path = pg_catalog as $$
      delete from issuer.attempt_counter
       where counted_at < clock_timestamp() - interval '2 days' and blocked_until < clock_timestamp();
      delete from issuer.spent_challenge where expires_at < clock_timestamp() - interval '1 hour';
      delete from issuer.one_time_link where expires_at < clock_timestamp() - interval '30 days' $$;
  grant execute on function issuer.forget_expired() to autora_issuer;
  alter function issuer.forget_expired() owner to autora_sec;
  revoke create on schema issuer from autora_sec;`
